SIMULATED RMPOPT sweeps compared, times in ms

  rmpopt-bench compare full empty again --vary mapping=4k,2m,1g \
    --format lkml

rmpopt-bench 0.1.0
machine posted-2p: 2048 regions, 512 cores, local-first, primary
  threads, hypothesis shared

                                                       to baseline
state  mapping  local  remote  total  remote/511  ratio      range
full   4k       0.094    94.9   95.0        0.19   1.00       1.00
full   2m       0.094    94.9   95.0        0.19   1.00       1.00
full   1g       0.094    94.9   95.0        0.19   1.00       1.00
empty  4k        33.1     278    311        0.54   3.27  2.83-3.65
empty  2m        33.1     278    311        0.54   3.27  2.83-3.65
empty  1g        33.1     278    311        0.54   3.27  2.83-3.65
again  4k        5.74     278    284        0.54   2.99  2.66-3.65
again  2m        5.74     278    284        0.54   2.99  2.66-3.65
again  1g        5.74     278    284        0.54   2.99  2.66-3.65

- The baseline is full 4k, 95 ms.
- empty is slowest, 3.3 x full: +177 ms queueing, +33.0 ms local.
- mapping makes no difference to any state: a scan reads one RMP entry
  per 2 MiB, whatever the mapping. RMPUPDATEs before the sweep, not
  included: 534,772,736 (4k), 1,044,478 (2m) and 1,044,478 (1g) for
  full.
- The ratio of again depends on the hypothesis: shared 2.99, rescan
  3.28, per-core 3.29.
- remote/511: (end - middle) / remote CPUs.
Range of a ratio: 9 in 10 draws of costs give a ratio inside. Measured
ratios scatter more.

full: Every page of the host is private
empty: Nothing is private, nothing has been optimized yet
again: Nothing is private, and a sweep before this one has optimized
  all it can
posted-2p: The host behind the figures posted in March 2026 (topology
  inferred)
local-first: the local CPU over all regions, then per region one IPI
  round to the others
shared: the first scan of a region leaves a result that all cores use,
  also in later sweeps; only one core at a time can record a success

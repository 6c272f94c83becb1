SIMULATED RMPOPT sweep: 2048 regions of 1 GiB, 512 cores; times in ms

  rmpopt-bench full empty again --format lkml

rmpopt-bench 0.1.0
machine posted-2p, local-first, primary threads, hypothesis shared

state  local  remote  total  90% range  remote/511  in RMPOPT  optimized
full   0.094    94.9   95.0   83.3-110        0.19      0.075          0
empty   33.1     278    311    275-352        0.54       94.4       2038
again   5.74     278    284    255-352        0.54       94.4       2038

remote =  sending IPIs  + executing RMPOPT  + queued behind others
full              94.8               0.075                       0
empty             94.8                5.74                     177
again             94.8                5.74                     177

- empty is slowest, 3.3 x full: +177 ms queueing, +33.0 ms local.
- Each remote CPU is interrupted 2048 times; each time it spends at
  most 37 ns (full) or 90 us (empty, again) in RMPOPT.
- full: RMPOPT stops at the first private page of each region.
- again depends on the hypothesis: shared 284 ms, others 312-314 ms.
remote/511: (end - middle) / remote CPUs. Parts of remote: of each
round's last CPU, not always the same, summed. in RMPOPT: mean per CPU,
with queueing; single CPUs in empty and again: 5.72 to 183 ms. 90%
range: 9 in 10 measurements, under any hypothesis. full and empty:
fitted to measurements; again: predicted. 10 regions can never be
optimized.

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

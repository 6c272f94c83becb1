SIMULATED RMPOPT sweeps compared, times in ms

  rmpopt-bench compare full empty again --vary mapping=4k,2m,1g \
    --format lkml

rmpopt-bench 0.1.0
machine posted-2p: 2048 regions, 512 cores, local-first, primary
  threads, hypothesis shared

                                                         to baseline
state  mapping  local  remote  total  remote/511  change       range
full   4k       0.072    95.2   95.3        0.19    base
full   2m       0.072    95.2   95.3        0.19       0           0
full   1g       0.072    95.2   95.3        0.19       0           0
empty  4k        34.1     277    312        0.54  * +227  +216..+242
empty  2m        34.1     277    312        0.54  * +227  +216..+242
empty  1g        34.1     277    312        0.54  * +227  +216..+242
again  4k        5.82     277    283        0.54  * +197  +187..+241
again  2m        5.82     277    283        0.54  * +197  +187..+241
again  1g        5.82     277    283        0.54  * +197  +187..+241

The change is that of the total, in %; * marks one whose range, over
nine tenths of the plausible parameter sets, does not include 0.

- The baseline is full 4k, 95 ms.
- empty takes longest, 3.3 x full. Of 216 ms more, 176 are queued for
  other cores (0.17 us per RMPOPT) and 34.1 are the local phase.
- mapping makes no difference to any state: RMPOPT finds the same
  regions and reads as many RMP entries. Setting up full takes
  534,772,736 (4k), 1,044,478 (2m) and 1,044,478 (1g) RMPUPDATEs, not
  included.
- The ratio of again depends on the hypothesis: shared 2.97, rescan
  3.30, per-core 3.33.
- remote/511 is (end - middle) / nr_cpus.
90% range: 9 in 10 measurements. Range of a ratio: parameter sets that
both sides share, without noise of measurements. More: -v.

SIMULATED RMPOPT sweeps compared, times in ms

  rmpopt-bench compare full empty again --vary mapping=4k,2m,1g \
    --format lkml

rmpopt-bench 0.1.0
machine posted-2p: 2x8x32x2 (512 cores, 1024 CPUs, 2 TiB), 2048
  regions swept
hypothesis shared; strategy local-first; threads primary

                                                         to baseline
state  mapping   local  remote  total      range  change       range
full   4k       0.0717    95.2   95.3  93.0-97.9    base
full   2m       0.0717    95.2   95.3  93.0-97.9       0           0
full   1g       0.0717    95.2   95.3  93.0-97.9       0           0
empty  4k         34.1     277    312    305-320  * +227  +216..+242
empty  2m         34.1     277    312    305-320  * +227  +216..+242
empty  1g         34.1     277    312    305-320  * +227  +216..+242
again  4k         5.82     277    283    276-320  * +197  +187..+241
again  2m         5.82     277    283    276-320  * +197  +187..+241
again  1g         5.82     277    283    276-320  * +197  +187..+241

The change is that of the total, in %; * marks one whose range, over
nine tenths of the plausible parameter sets, does not include 0.

The baseline is full 4k, 95.3 ms. The range of a ratio holds nine tenths
of what the plausible parameter sets give, the same set on both sides.

Longest: empty 4k, empty 2m and empty 1g, 312 ms. Shortest: full 4k,
full 2m and full 1g, 95.3 ms.

What the host was like before the sweeps:
full 4k, full 2m and full 1g: 2048 assigned regions where a scan stops
  after 0 entries; its memory took 534772736, 1044478 and 1044478
  RMPUPDATEs, in no sweep's time.
empty 4k, empty 2m and empty 1g: 2038 free regions of 512 entries to
  scan and 10 assigned regions where a scan stops after 0 to 511
  entries.
again 4k, again 2m and again 1g: 2038 free regions of 512 entries to
  scan, 10 assigned regions where a scan stops after 0 to 511 entries
  and 2038 with a result left by an earlier sweep.

Where their time went:
full 4k, full 2m and full 1g take the same: over 99 % sending, under
  1 % executing RMPOPT, 0 % queued behind others.
empty 4k, empty 2m and empty 1g take the same: +39.8 ms executing
  RMPOPT, +176 ms queued behind others against the baseline.
again 4k, again 2m and again 1g take the same: +11.5 ms executing
  RMPOPT, +176 ms queued behind others against the baseline.

Ratios that hinge on which of these holds, by the median of the sets:
again 4k, again 2m and again 1g: shared 2.97, rescan 3.30, per-core
  3.33.

Warnings:
no region could be optimized in full: each one swept holds an assigned
  page.

SIMULATED RMPOPT sweep: 2048 regions of 1 GiB, 512 cores; times in ms

  rmpopt-bench full empty again --format lkml

rmpopt-bench 0.1.0
machine posted-2p, local-first, primary threads, hypothesis shared

state  local  remote  total  90% range  remote/511  in RMPOPT  optimized
full   0.072    95.2   95.3  93.0-97.9        0.19      0.061          0
empty   34.1     277    312    305-320        0.54       94.1       2038
again   5.82     277    283    276-320        0.54       94.1       2038

remote spent in  sending IPIs  executing RMPOPT  queued for other cores
full                     95.1             0.061                       0
empty                    95.1              5.82                     176
again                    95.1              5.82                     176

- empty takes longest, 3.3 x full. Of 216 ms more, 176 are queued for
  other cores (0.17 us per RMPOPT) and 34.1 are the local phase.
- Each remote CPU is interrupted 2048 times, for up to 30 ns in full
  and 89 us in empty and again.
- full: each scan stops at the first private page, after 30 ns. With
  only the last page of each region private: rmpopt-bench last-page.
- again depends on the hypothesis: shared 283 ms, others 317 ms.
- remote/511 is (end - middle) / nr_cpus. in RMPOPT: mean per remote
  CPU, queueing included; spread 5.80-182, in an order nobody measured.
90% range: 9 in 10 measurements, under any hypothesis. full and empty:
fitted; again: predicted. 10 regions hold RMP or firmware. More: -v.

SIMULATED RMPOPT sweep: 2048 regions of 1 GiB, 512 cores; times in ms

  rmpopt-bench full empty again --format lkml

rmpopt-bench 0.1.0
machine posted-2p, local-first, primary threads, hypothesis shared

state  local  remote  total  90% range  remote/511  in RMPOPT  optimized
full   0.094    94.9   95.0   83.3-110        0.19      0.075          0
empty   33.1     278    311    275-352        0.54       94.4       2038
again   5.74     278    284    255-352        0.54       94.4       2038

remote spent in  sending IPIs  executing RMPOPT  queued for other cores
full                     94.8             0.075                       0
empty                    94.8              5.74                     177
again                    94.8              5.74                     177

- empty is slowest, 3.3 x full: 216 ms more, mostly queueing for other
  cores (177 ms, 0.17 us apart) and the local phase (33.0 ms).
- Each remote CPU is interrupted 2048 times and spends up to 37 ns in
  full and 90 us in empty and again in RMPOPT each time.
- full: a scan stops at the first private page, after 37 ns. If only
  the last page of each region is private: rmpopt-bench last-page.
- again depends on the hypothesis: shared 284 ms, others 312-314 ms.
- remote/511 is (end - middle) / nr_cpus. in RMPOPT: mean per remote
  CPU, with queueing; 5.72-183 ms per CPU (order of service unknown).
90% range: 9 in 10 measurements, under any hypothesis. full and empty:
fitted; again: predicted. 10 regions hold RMP or firmware. More: -v.

import { createRoundShape } from '../machine/round.js';
import { allCpus, type PlannedRound, type Strategy, type SweepHost } from './strategy.js';

/** The single loop of the first versions: per region one IPI round in which the sender takes part. */
export const broadcast: Strategy = {
  summary: 'per region one IPI round to all CPUs, the sender among them; no local phase',
  origin: 'posted in v1 and v2, timed on the list on 11 March 2026',
  defaultThreads: 'all',
  plan: (host) => [{ phase: 'remote', rounds: () => rounds(host) }],
};

function* rounds(host: SweepHost): Generator<PlannedRound> {
  const shape = createRoundShape({
    delivery: 'ipi',
    sender: host.localCpu,
    cpus: Int32Array.from(allCpus(host)),
    condResched: true,
  });
  for (let region = 0; region < host.regions; region++) yield { shape, region };
}

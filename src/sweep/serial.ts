import { createRoundShape } from '../machine/round.js';
import { allCpus, type PlannedRound, type Strategy, type SweepHost } from './strategy.js';

/** One CPU at a time: per region, every CPU in turn, each reached by a call of its own. */
export const serial: Strategy = {
  summary: 'per region one CPU after another, each by a call of its own; no local phase',
  origin: 'timed on the list on 5 March 2026; not posted as code',
  defaultThreads: 'all',
  plan: (host) => [{ phase: 'remote', rounds: () => rounds(host) }],
};

function* rounds(host: SweepHost): Generator<PlannedRound> {
  const shapes = allCpus(host).map((cpu) =>
    createRoundShape({
      delivery: 'call',
      sender: host.localCpu,
      cpus: Int32Array.of(cpu),
      condResched: false,
    }),
  );
  for (let region = 0; region < host.regions; region++) {
    for (const shape of shapes) yield { shape, region };
  }
}

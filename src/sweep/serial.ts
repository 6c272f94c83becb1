import { createRoundShape, type RoundShape } from '../machine/round.js';
import { allCpus, type Loop, type Strategy } from './strategy.js';

/** One CPU at a time: per region, every CPU in turn, each reached by a call of its own. */
export const serial: Strategy = {
  summary: 'per region one CPU after another, each by a call of its own; no local phase',
  origin: 'timed on the list on 5 March 2026; not posted as code',
  defaultThreads: 'all',
  treatsRegionsAlone: true,
  plan(host) {
    const { topology, localCpu: sender } = host;
    const shapes = allCpus(host).map((cpu) => {
      const cpus = Int32Array.of(cpu);
      return createRoundShape({ delivery: 'call', sender, cpus, condResched: false }, topology);
    });
    return [{ phase: 'remote', rounds: () => calls(shapes, host.regions) }];
  },
};

function* calls(shapes: readonly RoundShape[], regions: readonly number[]): Loop {
  for (const region of regions) {
    for (const shape of shapes) yield { shape, region };
  }
}

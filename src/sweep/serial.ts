import { createRoundShape } from '../machine/round.js';
import { overRegions } from './loops.js';
import { allCpus, type Strategy } from './strategy.js';

/** One CPU at a time: per region, every CPU in turn, each reached by a call of its own. */
export const serial: Strategy = {
  summary: 'per region one CPU after another, one call for each; no local phase',
  origin: 'timed on the list on 5 March 2026; not posted as code',
  defaultThreads: 'all',
  treatsRegionsAlone: true,
  plan(host) {
    const { topology, localCpu: sender } = host;
    const cpus = Int32Array.from(allCpus(host));
    const shape = createRoundShape({ delivery: 'call', sender, cpus, condResched: false }, topology);
    return [{ phase: 'remote', rounds: () => overRegions(shape, host.regions) }];
  },
};

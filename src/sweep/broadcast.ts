import { ipiShape, overRegions } from './loops.js';
import { allCpus, type Strategy } from './strategy.js';

/** The single loop of the first versions: per region one IPI round in which the sender takes part. */
export const broadcast: Strategy = {
  summary: 'per region one IPI round to all CPUs, the sender among them; no local phase',
  origin: 'posted in v1 and v2, timed on the list on 4, 5 and 11 March 2026',
  defaultThreads: 'all',
  treatsRegionsAlone: true,
  plan(host) {
    const shape = ipiShape(host, allCpus(host));
    return [{ phase: 'remote', rounds: () => overRegions(shape, host.regions) }];
  },
};

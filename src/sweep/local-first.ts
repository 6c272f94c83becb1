import { localPhase, overRegions, thenRemote } from './loops.js';
import type { Strategy } from './strategy.js';

/** The seed mail's loops: the local CPU over all regions, then per region one IPI round to the others. */
export const localFirst: Strategy = {
  summary: 'the local CPU over all regions, then per region one IPI round to the others',
  origin: 'timed on the list on 11 and 16 March 2026; posted in v3 to v10, merged on 18 September 2026',
  defaultThreads: 'primary',
  treatsRegionsAlone: true,
  plan: (host) => thenRemote(host, localPhase(host), (shape) => overRegions(shape, host.regions)),
};

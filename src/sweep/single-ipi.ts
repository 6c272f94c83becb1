import { batched } from './batched.js';
import type { Strategy } from './strategy.js';

/** One batch of all regions. */
export const singleIpi: Strategy = {
  summary:
    'as local-first, but after one IPI the others loop over all regions by themselves, interrupts off for up to tens of ms',
  origin: 'not posted',
  defaultThreads: 'primary',
  treatsRegionsAlone: false,
  plan: (host) => batched.plan({ ...host, batch: host.regions.length }),
};

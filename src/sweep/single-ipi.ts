import { batched } from './batched.js';
import type { Strategy } from './strategy.js';

/** One batch of all regions. */
export const singleIpi: Strategy = {
  summary: 'as local-first, with one IPI round for all regions; interrupts are off for up to tens of ms',
  origin: 'not posted',
  defaultThreads: 'primary',
  treatsRegionsAlone: false,
  plan: (host) => batched.plan({ ...host, batch: host.regions.length }),
};

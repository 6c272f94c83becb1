import { localFirst } from './local-first.js';
import type { Strategy } from './strategy.js';

/** As local-first over the regions whose pages have changed hands since the last sweep, such as those of a guest that left. */
export const dirtyOnly: Strategy = {
  summary: 'as local-first, only over regions touched since the last sweep (needs a bitmap in the kernel)',
  origin: 'suggested on the list on 17 February, 4 and 11 March 2026; not posted',
  defaultThreads: 'primary',
  treatsRegionsAlone: true,
  sweepsOnlyDirty: true,
  plan: localFirst.plan,
};

import { SECOND_NS } from '../units.js';

/** What the command line means where it says nothing. */
export const DEFAULTS = {
  machine: 'posted-2p',
  strategy: 'local-first',
  seed: 1,
  figures: 'list-2026-03',
  command: 'run',
} as const;

export const CHURN_DEFAULTS = {
  policy: 'last-exit',
  maxWaitNs: 60 * SECOND_NS,
  delaysNs: [0, 1, 2, 5, 10, 20, 30, 60].map((seconds) => seconds * SECOND_NS),
} as const;

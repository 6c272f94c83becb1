/** What the command line means where it says nothing. */
export const DEFAULTS = {
  machine: 'posted-2p',
  strategy: 'local-first',
  seed: 1,
  figures: 'list-2026-03',
  command: 'run',
} as const;

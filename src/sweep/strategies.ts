import { batched } from './batched.js';
import { broadcast } from './broadcast.js';
import { dirtyOnly } from './dirty-only.js';
import { localFirst } from './local-first.js';
import { serial } from './serial.js';
import { singleIpi } from './single-ipi.js';
import { skipFailed } from './skip-failed.js';
import { splitLocal } from './split-local.js';
import type { Strategy, Threads } from './strategy.js';

/** Every strategy by the name of `--strategy`. */
export const STRATEGIES = {
  'local-first': localFirst,
  broadcast,
  serial,
  'skip-failed': skipFailed,
  'dirty-only': dirtyOnly,
  batched,
  'single-ipi': singleIpi,
  'split-local': splitLocal,
} as const satisfies Record<string, Strategy>;

export type StrategyName = keyof typeof STRATEGIES;
export const STRATEGY_NAMES = Object.keys(STRATEGIES) as readonly StrategyName[];

/** How the sweeps of a run are done, whatever the scenario. */
export interface SweepChoice {
  readonly strategy: StrategyName;
  readonly threads: Threads;
  /** Regions per round, for a strategy that takes several; else 1. */
  readonly batch: number;
}

/** Whether a strategy lets the user say how many regions go into a round. */
export function takesBatch(name: StrategyName): boolean {
  const { defaultBatch }: Strategy = STRATEGIES[name];
  return defaultBatch !== undefined;
}

/** A choice with what is left open, as `null`, filled in by the strategy. */
export function chooseSweep(name: StrategyName, threads: Threads | null, batch: number | null): SweepChoice {
  const { defaultThreads, defaultBatch }: Strategy = STRATEGIES[name];
  const chosenBatch = defaultBatch === undefined ? 1 : (batch ?? defaultBatch);
  return { strategy: name, threads: threads ?? defaultThreads, batch: chosenBatch };
}

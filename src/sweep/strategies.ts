import { broadcast } from './broadcast.js';
import { localFirst } from './local-first.js';
import { serial } from './serial.js';
import type { Strategy } from './strategy.js';

/** Every strategy by the name of `--strategy`. */
export const STRATEGIES = {
  'local-first': localFirst,
  broadcast,
  serial,
} as const satisfies Record<string, Strategy>;

export type StrategyName = keyof typeof STRATEGIES;
export const STRATEGY_NAMES = Object.keys(STRATEGIES) as readonly StrategyName[];

import type { UsedCondition } from '../calibrate/figure-model.js';
import type { FitHost, FitTask } from '../calibrate/fit-task.js';
import type { StrategyName } from '../sweep/strategies.js';

/** About how many microseconds per CPU pricing a sweep takes under strategies for which it is not the least. */
const US_PER_CPU: Readonly<Partial<Record<StrategyName, number>>> = {
  serial: 0.4,
  batched: 4,
  'single-ipi': 0.8,
  'split-local': 6,
};
const US_PER_CPU_AT_LEAST = 0.05;
/** How often a fit asks what figures costs lead to, and drawing a set does. */
const PRICES = { perFit: 250, perSet: 2 };
/** What a walk to the next set takes besides. */
const MS_PER_SET = 1;

/** About how many milliseconds of computing a fit with its sets takes: good enough for telling whether threads pay. */
export function fitWeightMs({ conditions, sets, wantsBest }: FitTask, { machine }: FitHost): number {
  const { cpus } = machine.topology;
  const usPerPrice = conditions.reduce((sum, one) => sum + cpus * usPerCpu(one), 0);
  const fits = wantsBest ? 2 : 1;
  const prices = fits * PRICES.perFit + sets * PRICES.perSet;
  return (prices * usPerPrice) / 1000 + sets * MS_PER_SET;
}

function usPerCpu({ condition }: UsedCondition): number {
  return US_PER_CPU[condition.strategy] ?? US_PER_CPU_AT_LEAST;
}

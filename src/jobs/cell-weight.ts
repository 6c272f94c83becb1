import { InputError } from '../errors.js';
import { WINDOW_REGIONS } from '../machine/memory.js';
import type { Cell } from '../measure/cell.js';
import type { CellHost } from '../measure/cell-task.js';
import type { StrategyName } from '../sweep/strategies.js';
import { GIB_BYTES } from '../units.js';

/**
 * Strategies under which every region meets every CPU one by one, with about how many microseconds that takes in the simulator. Under
 * the others, rounds that are alike are executed once.
 */
const US_PER_REGION_AND_CPU: Readonly<Partial<Record<StrategyName, number>>> = {
  serial: 0.6,
  batched: 0.2,
  'single-ipi': 3,
  'split-local': 0.3,
};
const US_PER_REGION = 3;
/** With random costs no two rounds are alike under any strategy. */
const RANDOM_US_PER_REGION_AND_CPU = 0.01;

/**
 * About how many milliseconds of computing one run of a cell takes: good enough for sharing out work, and for telling whether it is worth
 * that. A cell that cannot be run takes none.
 */
export function weightMs(cell: Cell | InputError, { machine, jitter }: CellHost): number {
  if (cell instanceof InputError) return 0;
  const { sweep, scenario, memoryBytes, topology } = cell;
  const { cpus } = topology ?? machine.topology;
  const regions = Math.min(memoryBytes / GIB_BYTES, WINDOW_REGIONS);
  const sweeps = scenario.steps.filter(({ kind }) => kind === 'sweep' || kind === 'measure').length;
  const usAtLeast = jitter === null ? 0 : RANDOM_US_PER_REGION_AND_CPU;
  const usPerRegion = US_PER_REGION + cpus * (US_PER_REGION_AND_CPU[sweep.strategy] ?? usAtLeast);
  return (sweeps * regions * usPerRegion) / 1000;
}

/** Of all runs of all cells. */
export function totalWeightMs(cells: readonly (Cell | InputError)[], host: CellHost): number {
  return cells.reduce((sum, cell) => sum + weightMs(cell, host), 0) * (host.jitter?.runs ?? 1);
}

/** Long enough for handing a task over not to count, short enough for all threads to be done at nearly the same time. */
const TASK_MS = 250;

/** How many runs of a cell make a task for a thread. */
export function runsPerTask(cell: Cell, host: CellHost): number {
  return Math.max(1, Math.floor(TASK_MS / Math.max(1, weightMs(cell, host))));
}

import { InputError } from '../errors.js';
import { WINDOW_REGIONS } from '../machine/memory.js';
import type { Cell } from '../measure/cell.js';
import type { MachineFile } from '../scenario/machine-file.js';
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

/**
 * About how many milliseconds of computing a cell takes: good enough for sharing out work, and for telling whether it is worth
 * that. A cell that cannot be run takes none.
 */
export function weightMs(cell: Cell | InputError, machine: MachineFile): number {
  if (cell instanceof InputError) return 0;
  const { sweep, scenario, memoryBytes, topology } = cell;
  const { cpus } = topology ?? machine.topology;
  const regions = Math.min(memoryBytes / GIB_BYTES, WINDOW_REGIONS);
  const sweeps = scenario.steps.filter(({ kind }) => kind === 'sweep' || kind === 'measure').length;
  const usPerRegion = US_PER_REGION + cpus * (US_PER_REGION_AND_CPU[sweep.strategy] ?? 0);
  return (sweeps * regions * usPerRegion) / 1000;
}

export function totalWeightMs(cells: readonly (Cell | InputError)[], machine: MachineFile): number {
  return cells.reduce((sum, cell) => sum + weightMs(cell, machine), 0);
}

import { InputError } from '../errors.js';
import { PHASE_NAMES } from '../run-document/columns.js';
import { stateNames } from '../scenario/scenario.js';
import { remoteCpus } from '../sweep/strategy.js';
import { LOCAL_CPU } from '../sweep/sweeper.js';
import type { CountedCell } from './trace-budget.js';

/** About as many rows as fit into the memory that Node.js allows itself. */
const CPU_ROWS_MAX = 1_000_000;

/**
 * Refuses rows per CPU of so many runs that they would not fit into memory.
 * @param cells whose rows are there at the same time
 * @throws InputError
 */
export function checkCpuRows(cells: Iterable<CountedCell>, runs: number): void {
  let rows = 0;
  for (const { cell, hypotheses } of cells) {
    const { topology, sweep } = cell;
    const cpus = 1 + remoteCpus({ topology, localCpu: LOCAL_CPU, threads: sweep.threads }).length;
    rows += runs * hypotheses * stateNames(cell.scenario).length * PHASE_NAMES.length * cpus;
  }
  if (runs === 1 || rows <= CPU_ROWS_MAX) return;
  const expected = `at most ${CPU_ROWS_MAX} rows of CPUs at once`;
  const hint = 'Have fewer --runs, or leave out --per-cpu and --by.';
  throw new InputError([{ where: '--per-cpu', expected, found: `${rows}`, hint }]);
}

import { inputFault, shortenedText } from '../errors.js';
import { Groups } from '../group-by.js';
import { axisColumnsOf, PHASE_NAMES, type SweepKey } from './columns.js';
import type { RunTables } from './run-document.js';

/** What names a sweep. */
const SWEEP_FIELDS = [
  ...(['scenario', 'state', 'variation', 'mapping', 'strategy', 'threads', 'hypothesis'] as const),
  ...(['machine', 'seed', 'run'] as const),
] satisfies readonly (keyof SweepKey)[];

/**
 * Has the tables of a run fit together: every sweep has each of its phases once, and a grid a comparison and a disturbance for each of its
 * sweeps, in their order.
 * @param where the file, for messages
 * @throws InputError
 */
export function checkSweeps(
  where: string,
  { results, comparisons, disturbances }: Pick<RunTables, 'results' | 'comparisons' | 'disturbances'>,
): void {
  const sweeps = new Groups(results, (row) => SWEEP_FIELDS.map((field) => row[field]));
  for (const rows of sweeps.all) checkPhases(where, rows);
  if (comparisons.length === 0) return;
  checkAxes(where, comparisons);
  const totals = <R extends { readonly phase: string }>(rows: readonly R[]) =>
    rows.filter(({ phase }) => phase === 'total');
  checkOrder(where, 'comparisons of phase total', totals(comparisons), totals(results));
  checkOrder(where, 'disturbances', disturbances, totals(results));
}

function checkPhases(where: string, sweep: RunTables['results']): void {
  for (const phase of PHASE_NAMES) {
    const { length } = sweep.filter((row) => row.phase === phase);
    if (length === 1) continue;
    const own = SWEEP_FIELDS.map((field) => sweep[0]?.[field]).filter(Boolean);
    const named = own.map((value) => shortenedText(String(value)));
    const found = `${length === 0 ? 'no' : length} ${phase} of ${named.join(' ')}`;
    throw inputFault(`${where}: results`, 'rows local, remote and total of every sweep', found);
  }
}

/** Rows of one grid have the same axes. */
function checkAxes(where: string, comparisons: RunTables['comparisons']): void {
  const columns = axisColumnsOf(comparisons[0] ?? {}).join(', ');
  for (const [i, row] of comparisons.entries()) {
    const own = axisColumnsOf(row).join(', ');
    if (own === columns) continue;
    const expected = `the axes ${shortenedText(columns) || '(none)'}`;
    throw inputFault(`${where}: comparisons[${i}]`, expected, shortenedText(own) || 'none');
  }
}

function checkOrder(
  where: string,
  what: string,
  rows: readonly SweepKey[],
  sweeps: readonly SweepKey[],
): void {
  if (rows.length !== sweeps.length) {
    throw inputFault(where, `${what} for each of ${sweeps.length} sweeps`, String(rows.length));
  }
  const i = rows.findIndex((row, number) =>
    SWEEP_FIELDS.some((field) => row[field] !== sweeps[number]?.[field]),
  );
  if (i >= 0) throw inputFault(where, `${what} in the order of results`, `one that is not of sweep ${i + 1}`);
}

import { describeFound, inputFault } from '../errors.js';
import { axisColumnsOf, PHASE_NAMES, type ResultRow, type SweepKey } from './columns.js';
import type { RunDocument } from './run-document.js';

/** What reports put together of a run, row by row. */
type Tables = Pick<RunDocument, 'results' | 'comparisons' | 'disturbances'>;

/**
 * Has the tables of a run fit together: every sweep has each of its phases once, and a grid a comparison and a disturbance for each of its
 * sweeps, in their order.
 * @param where the file, for messages
 * @throws InputError
 */
export function checkSweeps(where: string, { results, comparisons, disturbances }: Tables): void {
  const sweeps = phasesBySweep(where, results);
  for (const [key, phases] of sweeps) {
    const missing = PHASE_NAMES.find((phase) => !phases.has(phase));
    if (missing === undefined) continue;
    throw inputFault(where, 'rows local, remote and total of every sweep', `no ${missing} of ${nameOf(key)}`);
  }
  checkPhases(where, 'comparisons', comparisons);
  const totals = comparisons.filter(({ phase }) => phase === 'total');
  if (comparisons.length === 0) return;
  checkAxes(where, comparisons);
  checkOrder(where, 'comparisons of phase total', totals, [...sweeps.keys()]);
  checkOrder(where, 'disturbances', disturbances, [...sweeps.keys()]);
}

function phasesBySweep(where: string, results: Tables['results']): Map<string, Set<string>> {
  checkPhases(where, 'results', results);
  const sweeps = new Map<string, Set<string>>();
  for (const [i, row] of results.entries()) {
    const key = sweepKey(row);
    const phases = sweeps.get(key) ?? new Set();
    if (phases.has(row.phase)) {
      throw inputFault(
        `${where}: results[${i}]`,
        'each phase of a sweep once',
        `${row.phase} of ${nameOf(key)} again`,
      );
    }
    sweeps.set(key, phases.add(row.phase));
  }
  return sweeps;
}

/** Rows of a table are of the phases there are. */
export function checkPhases(where: string, table: string, rows: readonly Pick<ResultRow, 'phase'>[]): void {
  const i = rows.findIndex(({ phase }) => !PHASE_NAMES.includes(phase as (typeof PHASE_NAMES)[number]));
  if (i < 0) return;
  throw inputFault(`${where}: ${table}[${i}].phase`, PHASE_NAMES.join(', '), describeFound(rows[i]?.phase));
}

/** Rows of one grid have the same axes, each a text or a number. */
function checkAxes(where: string, comparisons: Tables['comparisons']): void {
  const columns = axisColumnsOf(comparisons[0] ?? {});
  for (const [i, row] of comparisons.entries()) {
    const own = axisColumnsOf(row);
    if (own.join() !== columns.join()) {
      throw inputFault(
        `${where}: comparisons[${i}]`,
        `the axes ${columns.join(', ') || '(none)'}`,
        own.join(', ') || 'none',
      );
    }
    for (const column of own) {
      const cell: unknown = row[column];
      if (typeof cell === 'string' || Number.isFinite(cell)) continue;
      throw inputFault(`${where}: comparisons[${i}].${column}`, 'a text or a number', describeFound(cell));
    }
  }
}

function checkOrder(where: string, what: string, rows: readonly SweepKey[], sweeps: readonly string[]): void {
  if (rows.length !== sweeps.length) {
    throw inputFault(where, `${what} for each of ${sweeps.length} sweeps`, String(rows.length));
  }
  const i = rows.findIndex((row, number) => sweepKey(row) !== sweeps[number]);
  if (i >= 0) throw inputFault(where, `${what} in the order of results`, `one that is not of sweep ${i + 1}`);
}

function sweepKey(row: SweepKey): string {
  const { scenario, state, variation, mapping, strategy, threads, hypothesis, machine, seed, run } = row;
  return JSON.stringify([
    ...[scenario, state, variation, mapping, strategy, threads, hypothesis, machine, seed, run],
  ]);
}

function nameOf(key: string): string {
  return JSON.parse(key).filter(Boolean).join(' ');
}

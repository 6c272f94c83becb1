import { PHASE_NAMES, type ResultRow } from '../run-document/columns.js';
import type { CellOutcome, CellTask, MeasuredPart, PartOutcome } from './cell-task.js';
import { spreadRows } from './spread.js';
import { addTables, emptyTables } from './tables.js';

/** The same task as several, each with at most so many of its runs. */
export function inParts(task: CellTask, runsMax: number): CellTask[] {
  const parts: CellTask[] = [];
  for (let first = task.runs.first; first <= task.runs.last; first += runsMax) {
    parts.push({ ...task, runs: { first, last: Math.min(first + runsMax - 1, task.runs.last) } });
  }
  return parts;
}

/**
 * Puts a cell together from what its runs came to, those before the first part that was not run to its end.
 * @param outcomes in the order of the runs, at least one
 * @param runs how many runs the cell was to have
 */
export function joinParts(outcomes: readonly PartOutcome[], runs: number): CellOutcome {
  const measured: MeasuredPart[] = [];
  for (const outcome of outcomes) {
    if (outcome.kind === 'measured') measured.push(outcome);
    else if (outcome.kind === 'refused' || measured.length === 0) return outcome;
    else
      return joined(measured, `${outcome.reason} after ${runsIn(measured)} of ${runs} runs, which are kept`);
  }
  return joined(measured, null);
}

function joined(parts: readonly MeasuredPart[], cutShort: string | null): CellOutcome {
  const [first] = parts;
  if (first === undefined) throw new RangeError('a cell has at least one run');
  const tables = emptyTables();
  for (const part of parts) addTables(tables, part.tables);
  const ofFirstRun = tables.results.filter(({ run }) => run === 1);
  const results = tables.results.map((row, i) => withRange(row, ofFirstRun[i % ofFirstRun.length] ?? row));
  const spreads = runsIn(parts) > 1 ? spreadRows(results) : [];
  const predicted = parts.flatMap((part) => part.predicted);
  const sweeps = ofFirstRun.length / PHASE_NAMES.length;
  return {
    kind: 'measured',
    machines: first.machines,
    tables: { ...tables, results, spreads },
    predicted: predicted.map((own, i) => predicted[i % sweeps] ?? own),
    traced: first.traced,
    cutShort,
  };
}

/** Ranges are over plausible costs, not over runs: the same for every run of a sweep. */
function withRange(row: ResultRow, { elapsedLowNs, elapsedHighNs, rangeOver }: ResultRow): ResultRow {
  return { ...row, elapsedLowNs, elapsedHighNs, rangeOver };
}

function runsIn(parts: readonly MeasuredPart[]): number {
  return parts.at(-1)?.tables.results.at(-1)?.run ?? 0;
}

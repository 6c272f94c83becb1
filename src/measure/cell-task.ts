import { InputError, type Problem } from '../errors.js';
import type { JitterRecord, RecordedMachine } from '../run-document/run-document.js';
import type { TracedSweep } from '../run-document/trace-data.js';
import type { MachineFile } from '../scenario/machine-file.js';
import type { PredictedSweep, SweepBands } from './bands.js';
import { type Cell, type CellRecord, CellRunner, type Chance } from './cell.js';
import { uncomparedRows } from './comparison-rows.js';
import { MachineRegister } from './machine-register.js';
import { addSweep, emptyTables, type WritableTables } from './tables.js';
import type { TraceHeadroom } from './trace-budget.js';

/** Numbers of runs, from 1. */
export interface RunSpan {
  readonly first: number;
  readonly last: number;
}

/** All runs of a cell. */
export function allRuns(jitter: JitterRecord | null): RunSpan {
  return { first: 1, last: jitter?.runs ?? 1 };
}

/** What is to be found out about one cell of a run or a grid. It can be done anywhere, in any order. */
export interface CellTask {
  readonly cell: Cell;
  /** The runs it is timed in. */
  readonly runs: RunSpan;
  /** The hypotheses it is timed under, at least one. */
  readonly hypotheses: readonly string[];
  /** The hypotheses whose plausible sets make the bands, which are those of the first run. */
  readonly bandHypotheses: readonly string[];
  /** The hypotheses that are only asked what they say. */
  readonly otherHypotheses: readonly string[];
  /** Whether rows per CPU are wanted: those of every run. */
  readonly perCpu: boolean;
  /** Of the traces of its first run; `null` for none. */
  readonly headroom: TraceHeadroom | null;
  /** Whether the sweeps are to be compared with others. */
  readonly isCompared: boolean;
}

/** What all cells have in common. */
export interface CellHost extends Chance {
  /** Those that cells are of, by their numbers. */
  readonly machines: readonly MachineFile[];
}

/** What some runs of a cell came to, in their order. Machines bear ids of the cell's own. */
export interface MeasuredPart {
  readonly kind: 'measured';
  readonly machines: readonly RecordedMachine[];
  readonly tables: WritableTables;
  /** Of sweeps to be compared, each predicted with the plausible sets; their `comparisons` wait for a baseline. */
  readonly predicted: readonly (readonly PredictedSweep[])[];
  /** One per measured sweep of the first run, in the order of the rows, where a trace was asked for; else none. */
  readonly traced: readonly TracedSweep[];
}

/** What came of a cell. */
export interface MeasuredCell extends MeasuredPart {
  /** Why it has the first of its runs only; `null` where it has all. */
  readonly cutShort: string | null;
}

/** Of what there is nothing to tell but why. */
type Unmeasured =
  /** What the user asked for cannot be run. */
  | {
      readonly kind: 'refused';
      readonly machines: readonly RecordedMachine[];
      readonly problems: readonly Problem[];
    }
  /** It was not run to its end. */
  | { readonly kind: 'lost'; readonly reason: string };

/** What came of a task, as data that can travel between threads. */
export type PartOutcome = MeasuredPart | Unmeasured;
export type CellOutcome = MeasuredCell | Unmeasured;

/** Somebody who runs all of a cell: here and now, or in other threads. */
export type CellExecutor = (task: CellTask) => Promise<CellOutcome>;

/** Runs a cell, each time on a fresh machine. */
export function runCellTask(task: CellTask, { machines, ...chance }: CellHost): PartOutcome {
  const machine = machines[task.cell.machine];
  if (machine === undefined) throw new Error(`there is no machine ${task.cell.machine}`);
  const register = new MachineRegister();
  try {
    const runner = new CellRunner(task.cell, machine, chance, register, task.headroom);
    const gathered = measure(task, runner);
    return { kind: 'measured', machines: register.recorded, ...gathered };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { kind: 'refused', machines: register.recorded, problems: error.problems };
  }
}

/** What a task has come to so far. */
interface Gathered {
  readonly tables: WritableTables;
  readonly predicted: PredictedSweep[][];
  readonly traced: TracedSweep[];
}

/** The rows of some runs of a cell; what is the same in all of them comes with the first. */
function measure(task: CellTask, runner: CellRunner): Gathered {
  const { runs, hypotheses, bandHypotheses, otherHypotheses } = task;
  const gathered: Gathered = { tables: emptyTables(), predicted: [], traced: [] };
  for (let run = runs.first; run <= runs.last; run++) {
    const records = hypotheses.map((hypothesis) => runner.run(hypothesis, run, task.perCpu));
    const predictions = run === 1 && task.isCompared ? runner.predictWithSets(bandHypotheses) : null;
    const bands = run === 1 ? runner.bands(bandHypotheses, predictions) : null;
    const rangeOver = bands === null ? '' : runner.rangeOver(bandHypotheses);
    addRun(gathered, records, { bands, rangeOver, predictions }, task);
    if (run > 1) continue;
    gathered.tables.changes.push(...records.flatMap(({ changes }) => changes));
    gathered.traced.push(...records.flatMap(({ traced }) => traced));
    const alternatives = otherHypotheses.flatMap((hypothesis) => runner.alternatives(hypothesis));
    gathered.tables.alternatives.push(...alternatives);
  }
  return gathered;
}

/** What the plausible sets say of the timed sweeps of a cell, one entry per sweep. */
interface Ranged {
  readonly bands: readonly SweepBands[] | null;
  readonly rangeOver: string;
  readonly predictions: readonly (readonly PredictedSweep[])[] | null;
}

/** Adds the sweeps of one run, under each hypothesis; bands are those of the cell, the same under all of them. */
function addRun(
  { tables, predicted }: Gathered,
  records: readonly CellRecord[],
  { bands, rangeOver, predictions }: Ranged,
  { perCpu, isCompared }: CellTask,
): void {
  for (const [i, { measured }] of records.entries()) {
    for (const [j, bare] of measured.entries()) {
      const sweep = { ...bare, bands: bands?.[j] ?? null, rangeOver };
      addSweep(tables, sweep, { perCpu, withBands: i === 0 });
      if (!isCompared) continue;
      tables.comparisons.push(...uncomparedRows(sweep));
      predicted.push([...(predictions?.[j] ?? [])]);
    }
  }
}

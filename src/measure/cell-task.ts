import { InputError, type Problem } from '../errors.js';
import type { RecordedMachine } from '../run-document/run-document.js';
import type { TracedSweep } from '../run-document/trace-data.js';
import type { MachineFile } from '../scenario/machine-file.js';
import type { PricedSweep } from './bands.js';
import { type Cell, CellRunner } from './cell.js';
import { uncomparedRows } from './comparison-rows.js';
import { MachineRegister } from './machine-register.js';
import { addSweep, emptyTables, type WritableTables } from './tables.js';
import type { TraceHeadroom } from './trace-budget.js';

/** What is to be found out about one cell of a run or a grid. It can be done anywhere, in any order. */
export interface CellTask {
  readonly cell: Cell;
  /** The hypotheses it is timed under, at least one. */
  readonly hypotheses: readonly string[];
  /** The hypotheses whose plausible sets make the bands. */
  readonly bandHypotheses: readonly string[];
  /** The hypotheses that are only asked what they say. */
  readonly otherHypotheses: readonly string[];
  readonly perCpu: boolean;
  /** Of the traces of its sweeps; `null` for none. */
  readonly headroom: TraceHeadroom | null;
  /** Whether the sweeps are to be compared with others. */
  readonly isCompared: boolean;
}

/** What all cells have in common. */
export interface CellHost {
  readonly machine: MachineFile;
  readonly seed: number;
}

/** What came of a cell, as data that can travel between threads. Machines bear ids of the cell's own. */
export type CellOutcome =
  | {
      readonly kind: 'measured';
      readonly machines: readonly RecordedMachine[];
      readonly tables: WritableTables;
      /** Of sweeps to be compared, each priced with the plausible sets; their `comparisons` wait for a baseline. */
      readonly priced: readonly (readonly PricedSweep[])[];
      /** One per measured sweep, in the order of the rows, where a trace was asked for; else none. */
      readonly traced: readonly TracedSweep[];
    }
  /** What the user asked for cannot be run. */
  | {
      readonly kind: 'refused';
      readonly machines: readonly RecordedMachine[];
      readonly problems: readonly Problem[];
    }
  /** It was not run to its end. */
  | { readonly kind: 'lost'; readonly reason: string };

/** Somebody who runs cells: here and now, or in other threads. */
export type CellExecutor = (task: CellTask) => Promise<CellOutcome>;

/** Runs a cell on a fresh machine. */
export function runCellTask(task: CellTask, { machine, seed }: CellHost): CellOutcome {
  const register = new MachineRegister();
  const tables = emptyTables();
  try {
    const runner = new CellRunner(task.cell, machine, seed, register, task.headroom);
    const { priced, traced } = measure(task, runner, tables);
    return { kind: 'measured', machines: register.recorded, tables, priced, traced };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { kind: 'refused', machines: register.recorded, problems: error.problems };
  }
}

/** Adds the rows of a cell to tables, and says what its sweeps were priced at and what a trace viewer draws of them. */
function measure(task: CellTask, runner: CellRunner, tables: WritableTables) {
  const { hypotheses, bandHypotheses, otherHypotheses, perCpu, isCompared } = task;
  const records = hypotheses.map((hypothesis) => runner.run(hypothesis));
  const bands = runner.bands(bandHypotheses);
  const priced: PricedSweep[][] = [];
  for (const [i, { measured, changes }] of records.entries()) {
    tables.changes.push(...changes);
    for (const [j, unpriced] of measured.entries()) {
      // Bands are those of the cell, the same under each hypothesis.
      const sweep = { ...unpriced, bands: bands?.[j] ?? null };
      addSweep(tables, sweep, { perCpu, withBands: i === 0 });
      if (!isCompared) continue;
      tables.comparisons.push(...uncomparedRows(sweep));
      priced.push([...(sweep.bands?.priced ?? [])]);
    }
  }
  tables.alternatives.push(...otherHypotheses.flatMap((hypothesis) => runner.alternatives(hypothesis)));
  return { priced, traced: records.flatMap(({ traced }) => traced) };
}

import { InputError, problemText } from '../errors.js';
import type { MissingRow } from '../run-document/columns.js';
import type { RunTables } from '../run-document/run-document.js';
import { perTable } from '../run-document/run-tables.js';
import type { CellTally } from '../run-document/shard-document.js';
import type { TracedSweep } from '../run-document/trace-data.js';
import type { Cell } from './cell.js';
import type { CellExecutor, CellOutcome } from './cell-task.js';
import { type ComparableSweep, comparableSweeps, comparisonRows } from './comparison-rows.js';
import { type Baseline, GridOutcomes } from './grid-outcomes.js';
import { MachineRegister } from './machine-register.js';
import { type RunRecord, type RunRequest, toDocument } from './run.js';
import { addTables, emptyTables, tracedUnderRegister, underRegister } from './tables.js';
import { type TraceHeadroom, traceHeadroom } from './trace-budget.js';

/** A cell of a grid, by the values of its axes. */
export interface GridCell {
  readonly scenario: string;
  /** The values of the axes: `mapping=4k;strategy=batched`. */
  readonly label: string;
  /** Whether it is one of those of which the first that can be run is the baseline. */
  readonly mayBeBaseline: boolean;
  readonly hypothesis: string;
  /** The hypotheses whose plausible sets make the bands. */
  readonly bandHypotheses: readonly string[];
  /** What the values make together; an error where they do not go together. */
  readonly cell: Cell | InputError;
}

/** Everything a grid needs to know, complete and checked. */
export interface CompareRequest
  extends Pick<RunRequest, 'tool' | 'command' | 'machine' | 'parameters' | 'seed' | 'perCpu' | 'withTrace'> {
  /** At least one. */
  readonly cells: readonly GridCell[];
}

/** Takes the rows of a cell as soon as all cells before it are done. */
export type RowSink = (rows: Pick<RunTables, 'results' | 'cpus'>) => Promise<void>;

/** What a grid, or a part of one, has come to. */
export interface GridRecord extends RunRecord {
  /** In the order of cells, which is that of the rows. */
  readonly tallies: readonly CellTally[];
}

/**
 * Runs a grid, each cell on a fresh machine, and puts every sweep against that of the baseline. Cells that cannot be run are named
 * with the reason.
 * @param own the numbers of the cells wanted, from 0, ascending; of the others only the baseline is run
 * @param sink gets the rows of cells as they come; the document then lacks those of CPUs
 * @throws InputError when none can be run, or a trace of all would be too large
 */
export async function compare(
  request: CompareRequest,
  own: readonly number[],
  execute: CellExecutor,
  sink: RowSink | null = null,
): Promise<GridRecord> {
  const outcomes = new GridOutcomes(request, execute, headroomsOf(request, own));
  // The cell that all are compared with goes first.
  const baseline = outcomes.findBaseline();
  // A fault is met below.
  baseline.catch(() => {});
  for (const number of own) outcomes.start(number);
  const grid = new GridTables(request, sink === null);
  for (const number of own) {
    const rows = grid.add(number, await outcomes.of(number));
    if (outcomes.knownBaseline !== undefined) {
      // What is kept for comparing alone is much, and not needed any longer.
      grid.compareWith(outcomes.knownBaseline);
      outcomes.forget(number);
    }
    await sink?.(rows);
  }
  grid.compareWith(await baseline);
  outcomes.checkAny();
  const { lostBaseline } = outcomes;
  if (lostBaseline !== null && !own.includes(lostBaseline)) {
    grid.miss(lostBaseline, await outcomes.of(lostBaseline));
  }
  return grid.record();
}

/** Of the cells wanted, by their numbers, where a trace is asked for; others are not drawn. */
function headroomsOf(
  { cells, machine, withTrace }: CompareRequest,
  own: readonly number[],
): ReadonlyMap<number, TraceHeadroom> {
  if (!withTrace) return new Map();
  const runnable = own.flatMap((number) => {
    const cell = cells[number]?.cell;
    return cell === undefined || cell instanceof InputError ? [] : [{ cell, hypotheses: 1 }];
  });
  const headroom = traceHeadroom(runnable, machine);
  return new Map(own.map((number) => [number, headroom]));
}

/** The tables of a grid in the making. */
class GridTables {
  readonly #request: CompareRequest;
  readonly #keepsCpus: boolean;
  readonly #machines = new MachineRegister();
  readonly #tables = emptyTables();
  readonly #traced: TracedSweep[] = [];
  readonly #lost: MissingRow[] = [];
  readonly #tallies: CellTally[] = [];
  /** Sweeps that wait for the baseline, with the number of their cell. */
  readonly #uncompared: { readonly number: number; readonly sweeps: readonly ComparableSweep[] }[] = [];

  constructor(request: CompareRequest, keepsCpus: boolean) {
    this.#request = request;
    this.#keepsCpus = keepsCpus;
  }

  /** Adds what came of a cell, and returns its rows. */
  add(number: number, outcome: CellOutcome): RunTables {
    const machines = outcome.kind === 'lost' ? [] : outcome.machines;
    const ids = machines.map((machine) => this.#machines.adopt(machine).id);
    const rows = this.#rowsOf(number, outcome);
    addTables(this.#tables, { ...rows, comparisons: [], cpus: this.#keepsCpus ? rows.cpus : [] });
    this.#tallies.push({ cell: number, machine: ids[0] ?? '', ...tallyOf(rows) });
    if (outcome.kind === 'measured') {
      this.#traced.push(...tracedUnderRegister(outcome, this.#machines));
      this.#uncompared.push({ number, sweeps: comparableSweeps(rows.comparisons, outcome.priced) });
    }
    return rows;
  }

  /** Notes what was lost without being asked for. */
  miss(number: number, outcome: CellOutcome): void {
    if (outcome.kind === 'lost') this.#lost.push(this.#missingRow(number, outcome));
  }

  compareWith(baseline: Baseline | null): void {
    for (const { number, sweeps } of this.#uncompared.splice(0)) {
      for (const [i, sweep] of sweeps.entries()) {
        const isBaseline = number === baseline?.cell && i === 0;
        const rows = comparisonRows(sweep, isBaseline ? sweep : (baseline?.sweep ?? null));
        this.#tables.comparisons.push(...rows);
      }
    }
  }

  record(): GridRecord {
    const parameters = [...this.#request.parameters.keys()];
    const document = toDocument({ ...this.#request, parameters }, this.#machines, this.#tables);
    return { document, traced: this.#traced, lost: this.#lost, tallies: this.#tallies };
  }

  #rowsOf(number: number, outcome: CellOutcome): RunTables {
    if (outcome.kind === 'measured') return underRegister(outcome, this.#machines);
    const missing = this.#missingRow(number, outcome);
    if (outcome.kind === 'lost') this.#lost.push(missing);
    return { ...emptyTables(), missing: [missing] };
  }

  #missingRow(number: number, outcome: Exclude<CellOutcome, { kind: 'measured' }>): MissingRow {
    const { scenario = '', label = '' } = this.#request.cells[number] ?? {};
    const reason = outcome.kind === 'lost' ? outcome.reason : outcome.problems.map(problemText).join('; ');
    return { scenario, cell: label, reason };
  }
}

function tallyOf(rows: RunTables): Omit<CellTally, 'cell' | 'machine'> {
  return perTable((name) => rows[name].length);
}

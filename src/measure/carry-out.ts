import { assertNever, InputError, problemText } from '../errors.js';
import type { ParameterName } from '../machine/parameters.js';
import type { ComparisonRow, MissingRow, SpreadRow } from '../run-document/columns.js';
import { RUN_SCHEMA } from '../run-document/columns.js';
import type { RunDocument, RunTables } from '../run-document/run-document.js';
import { perTable } from '../run-document/run-tables.js';
import type { CellTally } from '../run-document/shard-document.js';
import type { TracedSweep } from '../run-document/trace-data.js';
import { settled, takeValue } from '../settled.js';
import { withBasis } from './basis.js';
import { allRuns, type CellExecutor, type CellOutcome } from './cell-task.js';
import {
  type ComparableSweep,
  comparableSweeps,
  comparisonRows,
  firstByRun,
  runOf,
} from './comparison-rows.js';
import { checkCpuRows } from './cpu-row-budget.js';
import { MachineRegister } from './machine-register.js';
import { type Plan, termsOf } from './plan.js';
import { type Baseline, PlanOutcomes } from './plan-outcomes.js';
import { withRatios } from './spread.js';
import { addTables, emptyTables, tracedUnderRegister, underRegister } from './tables.js';
import { type CountedCell, type TraceHeadroom, traceHeadroom } from './trace-budget.js';
import { runWarnings } from './warnings.js';

/** Takes the rows of a cell as soon as all cells before it are done. */
export type RowSink = (rows: Pick<RunTables, 'results' | 'cpus' | 'comparisons'>) => Promise<void>;

/** What a plan, or a part of one, has come to. */
export interface RunRecord {
  readonly document: RunDocument;
  /** One per measured sweep, in the order of the rows; empty unless asked for. */
  readonly traced: readonly TracedSweep[];
  /** What was not run to its end, and is not the user's fault. */
  readonly lost: readonly MissingRow[];
  /** How many of these have some of their runs all the same. */
  readonly cutShort: number;
  /** In the order of cells, which is that of the rows. */
  readonly tallies: readonly CellTally[];
}

/**
 * Runs the cells of a plan, each on a fresh machine; of a grid, puts every sweep against that of the baseline.
 * @param own the numbers of the cells wanted, from 0, ascending; of the others only the baseline is run
 * @param sink gets the rows of cells as they come; the document then lacks those of CPUs
 * @throws InputError when a run has a cell that cannot be run, a grid none that can, or a trace or the rows of all CPUs would be too large
 */
export async function carryOut(
  plan: Plan,
  own: readonly number[],
  execute: CellExecutor,
  sink: RowSink | null = null,
): Promise<RunRecord> {
  checkRows(plan, own, sink !== null);
  const outcomes = new PlanOutcomes(plan, execute, headroomsOf(plan, own));
  // The cell that all are compared with goes first.
  const baseline = settled(outcomes.findBaseline());
  for (const number of own) void outcomes.start(number);
  const tables = new PlanTables(plan, sink === null);
  for (const number of own) {
    const rows = tables.add(number, await outcomes.of(number));
    // Rows that are written as they come have their ratios.
    if (sink !== null && outcomes.knownBaseline === undefined) takeValue(await baseline);
    if (outcomes.knownBaseline === undefined) continue;
    // What is kept for comparing alone is much, and not needed any longer.
    const comparisons = tables.compareWith(outcomes.knownBaseline);
    outcomes.forget(number);
    await sink?.({ ...rows, comparisons });
  }
  tables.compareWith(takeValue(await baseline));
  outcomes.checkRefused();
  const { lostBaseline } = outcomes;
  if (lostBaseline !== null && !own.includes(lostBaseline)) {
    tables.miss(lostBaseline, await outcomes.of(lostBaseline));
  }
  return tables.record();
}

/** Rows of CPUs that are written as they come are those of a few cells at a time. */
function checkRows(plan: Plan, own: readonly number[], isStreamed: boolean): void {
  if (!plan.perCpu) return;
  const cells = runnableCells(plan, own);
  const runs = allRuns(plan.jitter).last;
  for (const some of isStreamed ? cells.map((cell) => [cell]) : [cells]) {
    checkCpuRows(some, runs);
  }
}

function runnableCells({ cells }: Plan, own: readonly number[]): CountedCell[] {
  return own.flatMap((number) => {
    const { cell, hypotheses = [] } = cells[number] ?? {};
    return cell === undefined || cell instanceof InputError ? [] : [{ cell, hypotheses: hypotheses.length }];
  });
}

/** Of the cells wanted, by their numbers, where a trace is asked for; others are not drawn. */
function headroomsOf(plan: Plan, own: readonly number[]): ReadonlyMap<number, TraceHeadroom> {
  if (!plan.withTrace) return new Map();
  const headroom = traceHeadroom(runnableCells(plan, own));
  return new Map(own.map((number) => [number, headroom]));
}

interface UncomparedCell {
  readonly number: number;
  readonly sweeps: readonly ComparableSweep[];
  readonly spreads: readonly SpreadRow[];
}

/** The tables of a plan in the making. */
class PlanTables {
  readonly #plan: Plan;
  readonly #keepsCpus: boolean;
  readonly #machines = new MachineRegister();
  readonly #tables = emptyTables();
  readonly #traced: TracedSweep[] = [];
  readonly #lost: MissingRow[] = [];
  #cutShort = 0;
  readonly #tallies: CellTally[] = [];
  /** What waits for the baseline, with the number of its cell. */
  readonly #uncompared: UncomparedCell[] = [];

  constructor(plan: Plan, keepsCpus: boolean) {
    this.#plan = plan;
    this.#keepsCpus = keepsCpus;
  }

  /** Adds what came of a cell, and returns its rows. */
  add(number: number, outcome: CellOutcome): RunTables {
    const machines = outcome.kind === 'lost' ? [] : outcome.machines;
    const ids = machines.map((machine) => this.#machines.adopt(machine).id);
    const rows = this.#rowsOf(number, outcome);
    const uncompared = { comparisons: [], spreads: [] };
    addTables(this.#tables, { ...rows, ...uncompared, cpus: this.#keepsCpus ? rows.cpus : [] });
    this.#tallies.push({ cell: number, machine: ids[0] ?? '', ...tallyOf(rows) });
    if (outcome.kind === 'measured') {
      this.#traced.push(...tracedUnderRegister(outcome, this.#machines));
      const sweeps = comparableSweeps(rows.comparisons, outcome.predicted);
      this.#uncompared.push({ number, sweeps, spreads: rows.spreads });
    }
    return rows;
  }

  /** Notes what was lost without being asked for. */
  miss(number: number, outcome: CellOutcome): void {
    if (outcome.kind === 'lost') this.#lost.push(this.#missingRow(number, outcome.reason));
  }

  /** @returns the rows of what waited for the baseline */
  compareWith(baseline: Baseline | null): readonly ComparisonRow[] {
    return this.#uncompared.splice(0).flatMap(({ number, sweeps, spreads }) => {
      const others = number === baseline?.cell ? firstByRun(sweeps) : baseline?.sweeps;
      const axes = this.#plan.cells[number]?.axes;
      const rows = sweeps
        .flatMap((sweep) => comparisonRows(sweep, others?.get(runOf(sweep)) ?? null))
        .map((row) => ({ ...row, ...axes }));
      addTables(this.#tables, { ...emptyTables(), comparisons: rows, spreads: withRatios(spreads, rows) });
      return rows;
    });
  }

  record(): RunRecord {
    const parameters = [...this.#plan.parameters.keys()];
    const facts = { ...this.#plan, parameters, terms: termsOf(this.#plan) };
    const document = withBasisWhereKnown(toDocument(facts, this.#machines, this.#tables), this.#plan);
    const [traced, lost, cutShort, tallies] = [this.#traced, this.#lost, this.#cutShort, this.#tallies];
    return { document, traced, lost, cutShort, tallies };
  }

  #rowsOf(number: number, outcome: CellOutcome): RunTables {
    const rows =
      outcome.kind === 'measured' ? underRegister(outcome, this.#machines) : (emptyTables() as RunTables);
    const reason = reasonMissing(outcome);
    if (reason === null) return rows;
    const missing = this.#missingRow(number, reason);
    if (outcome.kind !== 'refused') this.#lost.push(missing);
    if (outcome.kind === 'measured') this.#cutShort++;
    return { ...rows, missing: [missing] };
  }

  #missingRow(number: number, reason: string): MissingRow {
    const { scenario = '', name = '' } = this.#plan.cells[number] ?? {};
    return { scenario, cell: name, reason };
  }
}

/** Why a cell is not there, or not with all of its runs; `null` where it is. */
function reasonMissing(outcome: CellOutcome): string | null {
  switch (outcome.kind) {
    case 'measured':
      return outcome.cutShort;
    case 'lost':
      return outcome.reason;
    case 'refused':
      return outcome.problems.map(problemText).join('; ');
    default:
      return assertNever(outcome);
  }
}

function tallyOf(rows: RunTables): Omit<CellTally, 'cell' | 'machine'> {
  return perTable((name) => rows[name].length);
}

/** Random costs are fitted to nothing, and a grid says what changes. */
function withBasisWhereKnown(document: RunDocument, { machines, jitter, isGrid }: Plan): RunDocument {
  const [machine] = machines;
  return machine === undefined || isGrid || jitter !== null ? document : withBasis(document, machine);
}

/** What a document says of itself. */
interface DocumentFacts extends Pick<Plan, 'tool' | 'command' | 'seed' | 'jitter'> {
  readonly terms: RunDocument['terms'];
  /** Those the user has set or varied. */
  readonly parameters: readonly ParameterName[];
}

/** A document from what runs have come to. */
export function toDocument(
  { tool, command, seed, jitter, parameters, terms }: DocumentFacts,
  machines: MachineRegister,
  { spreads, ...tables }: RunTables,
): RunDocument {
  return {
    schema: RUN_SCHEMA,
    origin: 'simulated',
    tool,
    command,
    seed,
    ...(jitter === null ? {} : { jitter }),
    machines: machines.recorded,
    terms,
    ...tables,
    ...(jitter === null ? {} : { spreads }),
    warnings: runWarnings(machines.recorded, { parameters, isJittered: jitter !== null }, tables),
  };
}

import { InputError, type Problem } from '../errors.js';
import { type Settled, settled, takeValue } from '../settled.js';
import { allRuns, type CellExecutor, type CellOutcome } from './cell-task.js';
import { type ComparableSweep, comparableSweeps, firstByRun } from './comparison-rows.js';
import type { Plan, PlannedCell } from './plan.js';
import type { TraceHeadroom } from './trace-budget.js';

/** The sweeps that the others of a grid are compared with, by run, and the number of their cell. */
export interface Baseline {
  readonly cell: number;
  readonly sweeps: ReadonlyMap<number, ComparableSweep>;
}

/** What came of the cells of a plan, by their numbers from 0; each is run at most once, when somebody first wants it. */
export class PlanOutcomes {
  readonly #plan: Plan;
  readonly #execute: CellExecutor;
  readonly #headrooms: ReadonlyMap<number, TraceHeadroom>;
  readonly #started = new Map<number, Promise<Settled<CellOutcome>>>();
  readonly #firstCandidate: number;
  #baseline: Baseline | null | undefined;
  #lostBaseline: number | null = null;
  readonly #refused = new Map<number, readonly Problem[]>();

  /** @param headrooms of the cells that are to be traced, by their numbers */
  constructor(plan: Plan, execute: CellExecutor, headrooms: ReadonlyMap<number, TraceHeadroom>) {
    this.#plan = plan;
    this.#execute = execute;
    this.#headrooms = headrooms;
    this.#firstCandidate = plan.cells.findIndex(({ mayBeBaseline }) => mayBeBaseline);
  }

  /** Has a cell run, if it is not already, and does not wait for it. */
  start(number: number): Promise<Settled<CellOutcome>> {
    const started = this.#started.get(number) ?? settled(this.#run(number));
    this.#started.set(number, started);
    return started;
  }

  async of(number: number): Promise<CellOutcome> {
    return takeValue(await this.start(number));
  }

  /** Forgets what a cell came to, where nobody will ask again. */
  forget(number: number): void {
    this.#started.delete(number);
  }

  /** The baseline, once it has been found; `undefined` until then. */
  get knownBaseline(): Baseline | null | undefined {
    return this.#baseline;
  }

  /** The number of the cell that would have been the baseline, had it been run to its end. */
  get lostBaseline(): number | null {
    return this.#lostBaseline;
  }

  /** The first sweep, in every run, of the first cell that may be the baseline and can be run; `null` where there is none. */
  async findBaseline(): Promise<Baseline | null> {
    this.#baseline = await this.#firstComparable();
    return this.#baseline;
  }

  /** @throws InputError when no cell of a grid could be run, or some cell of a run */
  checkRefused(): void {
    const { isGrid, cells } = this.#plan;
    if (this.#refused.size < (isGrid ? cells.length : 1)) return;
    const inOrder = [...this.#refused].sort(([a], [b]) => a - b);
    throw new InputError(inOrder.flatMap(([, problems]) => problems));
  }

  async #firstComparable(): Promise<Baseline | null> {
    for (const [cell, { mayBeBaseline }] of this.#plan.cells.entries()) {
      if (!mayBeBaseline) continue;
      const baseline = this.#baselineOf(cell, await this.of(cell));
      if (baseline !== undefined) return baseline;
    }
    return null;
  }

  /** What a cell that may be the baseline comes to as one: `null` where it was lost, `undefined` where it cannot be run. */
  #baselineOf(cell: number, outcome: CellOutcome): Baseline | null | undefined {
    if (outcome.kind === 'refused') return undefined;
    if (outcome.kind === 'lost') {
      this.#lostBaseline = cell;
      return null;
    }
    const sweeps = firstByRun(comparableSweeps(outcome.tables.comparisons, outcome.predicted));
    return sweeps.size === 0 ? null : { cell, sweeps };
  }

  async #run(number: number): Promise<CellOutcome> {
    const cell = this.#plan.cells[number];
    if (cell === undefined) throw new RangeError(`a grid of ${this.#plan.cells.length} has no ${number}`);
    const outcome = await this.#outcomeOf(cell, this.#headrooms.get(number) ?? null);
    if (outcome.kind === 'refused') this.#refused.set(number, outcome.problems);
    // Known with its outcome, so that its own rows need not wait for it.
    if (number === this.#firstCandidate) this.#baseline = this.#baselineOf(number, outcome);
    return outcome;
  }

  async #outcomeOf(
    { cell, hypotheses, bandHypotheses, otherHypotheses }: PlannedCell,
    headroom: TraceHeadroom | null,
  ): Promise<CellOutcome> {
    if (cell instanceof InputError) return { kind: 'refused', machines: [], problems: cell.problems };
    const { jitter, perCpu, isGrid } = this.#plan;
    return this.#execute({
      ...{ cell, runs: allRuns(jitter), hypotheses, bandHypotheses, otherHypotheses },
      ...{ perCpu, headroom, isCompared: isGrid },
    });
  }
}

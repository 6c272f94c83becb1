import { InputError, type Problem } from '../errors.js';
import type { AxisFields } from '../run-document/columns.js';
import type { MachineFile } from '../scenario/machine-file.js';
import { type Settled, settled, takeValue } from '../settled.js';
import type { Cell } from './cell.js';
import type { CellExecutor, CellOutcome } from './cell-task.js';
import { type ComparableSweep, comparableSweeps, firstByRun } from './comparison-rows.js';
import { allRuns, type RunRequest } from './run.js';
import type { TraceHeadroom } from './trace-budget.js';

/** A cell of a grid, by the values of its axes. */
export interface GridCell {
  readonly scenario: string;
  /** The values of the axes: `mapping=4k;strategy=batched`. */
  readonly name: string;
  /** The same as columns of its rows. */
  readonly axes: AxisFields;
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
  extends Pick<RunRequest, 'tool' | 'command' | 'parameters' | 'seed' | 'jitter' | 'perCpu' | 'withTrace'> {
  /** Those that cells are of, by their numbers. */
  readonly machines: readonly MachineFile[];
  /** At least one. */
  readonly cells: readonly GridCell[];
}

/** The sweeps that the others of a grid are compared with, by run, and the number of their cell. */
export interface Baseline {
  readonly cell: number;
  readonly sweeps: ReadonlyMap<number, ComparableSweep>;
}

/** What came of the cells of a grid, by their numbers from 0; each is run at most once, when somebody first wants it. */
export class GridOutcomes {
  readonly #request: CompareRequest;
  readonly #execute: CellExecutor;
  readonly #headrooms: ReadonlyMap<number, TraceHeadroom>;
  readonly #started = new Map<number, Promise<Settled<CellOutcome>>>();
  readonly #firstCandidate: number;
  #baseline: Baseline | null | undefined;
  #lostBaseline: number | null = null;
  readonly #refused = new Map<number, readonly Problem[]>();

  /** @param headrooms of the cells that are to be traced, by their numbers */
  constructor(request: CompareRequest, execute: CellExecutor, headrooms: ReadonlyMap<number, TraceHeadroom>) {
    this.#request = request;
    this.#execute = execute;
    this.#headrooms = headrooms;
    this.#firstCandidate = request.cells.findIndex(({ mayBeBaseline }) => mayBeBaseline);
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

  /** @throws InputError when every cell of the grid was run and none could be */
  checkAny(): void {
    if (this.#refused.size < this.#request.cells.length) return;
    const inOrder = [...this.#refused].sort(([a], [b]) => a - b);
    throw new InputError(inOrder.flatMap(([, problems]) => problems));
  }

  async #firstComparable(): Promise<Baseline | null> {
    for (const [cell, { mayBeBaseline }] of this.#request.cells.entries()) {
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
    const cell = this.#request.cells[number];
    if (cell === undefined) throw new RangeError(`a grid of ${this.#request.cells.length} has no ${number}`);
    const outcome = await this.#outcomeOf(cell, this.#headrooms.get(number) ?? null);
    if (outcome.kind === 'refused') this.#refused.set(number, outcome.problems);
    // Known with its outcome, so that its own rows need not wait for it.
    if (number === this.#firstCandidate) this.#baseline = this.#baselineOf(number, outcome);
    return outcome;
  }

  async #outcomeOf(
    { cell, hypothesis, bandHypotheses }: GridCell,
    headroom: TraceHeadroom | null,
  ): Promise<CellOutcome> {
    if (cell instanceof InputError) return { kind: 'refused', machines: [], problems: cell.problems };
    return this.#execute({
      ...{ cell, runs: allRuns(this.#request), bandHypotheses, headroom },
      hypotheses: [hypothesis],
      otherHypotheses: [],
      perCpu: this.#request.perCpu,
      isCompared: true,
    });
  }
}

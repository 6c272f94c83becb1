import { InputError, problemText } from '../errors.js';
import type { RunDocument } from '../run-document/run-document.js';
import { type Cell, CellRunner } from './cell.js';
import { type ComparableSweep, comparisonRows, withoutCpus } from './comparison-rows.js';
import { MachineRegister } from './machine-register.js';
import { type RunRequest, toDocument } from './run.js';
import { SpreadTally } from './spread.js';
import { addSweep, emptyTables, type WritableTables } from './tables.js';

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
  /**
   * Completes the cell.
   * @throws InputError where the values do not go together
   */
  readonly build: () => Cell;
}

/** Everything a grid needs to know, complete and checked. */
export interface CompareRequest
  extends Pick<
    RunRequest,
    'tool' | 'command' | 'machine' | 'parameters' | 'seed' | 'isJittered' | 'runs' | 'perCpu'
  > {
  /** At least one. */
  readonly cells: Iterable<GridCell>;
}

/**
 * Runs a grid, each cell on a fresh machine, and puts every sweep against that of the baseline. Cells that cannot be run are named
 * with the reason.
 * @throws InputError when none can be run
 */
export function compare(request: CompareRequest): RunDocument {
  const machines = new MachineRegister();
  const tables = emptyTables();
  const spread = new SpreadTally();
  const problems: InputError[] = [];
  const sweeps: ComparableSweep[] = [];
  // By run: random costs are the same ones on both sides of a ratio.
  let baselines: ReadonlyMap<number, ComparableSweep> | null = null;
  for (const cell of request.cells) {
    try {
      const own = addCell(cell, request, machines, tables, spread);
      sweeps.push(...own);
      if (cell.mayBeBaseline) baselines ??= firstOfEachRun(own);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(error);
      const reason = error.problems.map(problemText).join('; ');
      tables.missing.push({ scenario: cell.scenario, cell: cell.label, reason });
    }
  }
  if (sweeps.length === 0) throw new InputError(problems.flatMap((one) => one.problems));
  for (const sweep of sweeps) {
    tables.comparisons.push(...comparisonRows(sweep, baselines?.get(sweep.key.run) ?? null));
  }
  return toDocument(request, machines, tables, spread);
}

/** The first measure of every run of a cell. */
function firstOfEachRun(sweeps: readonly ComparableSweep[]): Map<number, ComparableSweep> {
  // Of equal keys the last one stays.
  return new Map(sweeps.toReversed().map((sweep) => [sweep.key.run, sweep]));
}

/** Runs a cell and adds its rows. */
function addCell(
  cell: GridCell,
  { machine, seed, isJittered, runs, perCpu }: CompareRequest,
  machines: MachineRegister,
  tables: WritableTables,
  spread: SpreadTally,
): ComparableSweep[] {
  const runner = new CellRunner(cell.build(), machine, { seed, isJittered }, machines);
  const first = runner.run(cell.hypothesis, 1);
  const bands = runner.bands(cell.bandHypotheses);
  tables.changes.push(...first.changes);
  const sweeps: ComparableSweep[] = [];
  for (let run = 1; run <= runs; run++) {
    const { measured } = run === 1 ? first : runner.run(cell.hypothesis, run);
    for (const [i, one] of measured.entries()) {
      // What a sweep meets is the same in every run.
      const sweep = { ...one, census: first.measured[i]?.census ?? one.census, bands: bands?.[i] ?? null };
      addSweep(tables, sweep, { perCpu, withBands: run === 1 });
      spread.add(sweep);
      sweeps.push(withoutCpus(sweep));
    }
  }
  return sweeps;
}

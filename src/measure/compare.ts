import { InputError, ProblemList, problemText } from '../errors.js';
import type { TracedSweep } from '../run-document/trace-data.js';
import { type Cell, CellRunner } from './cell.js';
import { comparisonRows } from './comparison-rows.js';
import { MachineRegister } from './machine-register.js';
import type { MeasuredSweep } from './rows.js';
import { type RunReport, type RunRequest, toDocument } from './run.js';
import { addSweep, emptyTables } from './tables.js';
import { type CountedCell, type TraceHeadroom, traceHeadroom } from './trace-budget.js';

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
  extends Pick<RunRequest, 'tool' | 'command' | 'machine' | 'parameters' | 'seed' | 'perCpu' | 'withTrace'> {
  /** At least one; may be gone through twice. */
  readonly cells: Iterable<GridCell>;
}

/**
 * Runs a grid, each cell on a fresh machine, and puts every sweep against that of the baseline. Cells that cannot be run are named
 * with the reason.
 * @throws InputError when none can be run
 */
export function compare(request: CompareRequest): RunReport {
  const machines = new MachineRegister();
  const tables = emptyTables();
  const problems: InputError[] = [];
  const sweeps: MeasuredSweep[] = [];
  const headroom = request.withTrace ? traceHeadroom(countCells(request), request.machine) : null;
  const traced: TracedSweep[] = [];
  let baseline: MeasuredSweep | null = null;
  for (const cell of request.cells) {
    const measured = attempt(cell, request, machines, headroom);
    if (measured instanceof InputError) {
      problems.push(measured);
      const reason = measured.problems.map(problemText).join('; ');
      tables.missing.push({ scenario: cell.scenario, cell: cell.label, reason });
      continue;
    }
    tables.changes.push(...measured.changes);
    traced.push(...measured.traced);
    for (const sweep of measured.sweeps) {
      addSweep(tables, sweep, { perCpu: request.perCpu, withBands: true });
      sweeps.push(sweep);
    }
    if (cell.mayBeBaseline) baseline ??= measured.sweeps[0] ?? null;
  }
  if (sweeps.length === 0) throw new InputError(problems.flatMap((one) => one.problems));
  for (const sweep of sweeps) tables.comparisons.push(...comparisonRows(sweep, baseline));
  return { document: toDocument(request, machines, tables), traced };
}

/** The cells that can be built; why the others cannot is said when their turn comes. */
function* countCells({ cells }: CompareRequest): Generator<CountedCell> {
  for (const cell of cells) {
    const built = new ProblemList().collect(cell.build);
    if (built !== null) yield { cell: built, hypotheses: 1 };
  }
}

function attempt(
  cell: GridCell,
  { machine, seed }: CompareRequest,
  machines: MachineRegister,
  headroom: TraceHeadroom | null,
) {
  try {
    const runner = new CellRunner(cell.build(), machine, seed, machines, headroom);
    const { measured, changes, traced } = runner.run(cell.hypothesis);
    const bands = runner.bands(cell.bandHypotheses);
    const sweeps = measured.map((sweep, i): MeasuredSweep => ({ ...sweep, bands: bands?.[i] ?? null }));
    return { sweeps, changes, traced };
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}

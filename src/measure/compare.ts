import { InputError, problemText } from '../errors.js';
import type { RunDocument } from '../run-document/run-document.js';
import type { MachineFile } from '../scenario/machine-file.js';
import { type Cell, CellRunner } from './cell.js';
import { comparisonRows } from './comparison-rows.js';
import { MachineRegister } from './machine-register.js';
import type { MeasuredSweep } from './rows.js';
import { type RunRequest, toDocument } from './run.js';
import { addSweep, emptyTables } from './tables.js';

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
  extends Pick<RunRequest, 'tool' | 'command' | 'machine' | 'parameters' | 'seed' | 'perCpu'> {
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
  const problems: InputError[] = [];
  const sweeps: MeasuredSweep[] = [];
  let baseline: MeasuredSweep | null = null;
  for (const cell of request.cells) {
    const measured = attempt(cell, request.machine, request.seed, machines);
    if (measured instanceof InputError) {
      problems.push(measured);
      const reason = measured.problems.map(problemText).join('; ');
      tables.missing.push({ scenario: cell.scenario, cell: cell.label, reason });
      continue;
    }
    tables.changes.push(...measured.changes);
    for (const sweep of measured.sweeps) {
      addSweep(tables, sweep, { perCpu: request.perCpu, withBands: true });
      sweeps.push(sweep);
    }
    if (cell.mayBeBaseline) baseline ??= measured.sweeps[0] ?? null;
  }
  if (sweeps.length === 0) throw new InputError(problems.flatMap((one) => one.problems));
  for (const sweep of sweeps) tables.comparisons.push(...comparisonRows(sweep, baseline));
  return toDocument(request, machines, tables);
}

function attempt(cell: GridCell, machine: MachineFile, seed: number, machines: MachineRegister) {
  try {
    const runner = new CellRunner(cell.build(), machine, seed, machines);
    const { measured, changes } = runner.run(cell.hypothesis);
    const bands = runner.bands(cell.bandHypotheses);
    const sweeps = measured.map((sweep, i): MeasuredSweep => ({ ...sweep, bands: bands?.[i] ?? null }));
    return { sweeps, changes };
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}

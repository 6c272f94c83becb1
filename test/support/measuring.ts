import { carryOut } from '../../src/measure/carry-out.js';
import { joinParts } from '../../src/measure/cell-parts.js';
import { type CellHost, runCellTask } from '../../src/measure/cell-task.js';
import { type Plan, type PlannedCell, planRun, type RunRequest } from '../../src/measure/plan.js';
import type { RunDocument } from '../../src/run-document/run-document.js';
import { chooseSweep } from '../../src/sweep/strategies.js';
import { GIB_BYTES } from '../../src/units.js';
import { STARTING_VALUES } from './machines.js';

const TOOL = { name: 'rmpopt-bench', version: 'test' };

/** Runs cells here and now. */
function executor(host: CellHost) {
  return async (task: Parameters<typeof runCellTask>[0]) =>
    joinParts([runCellTask(task, host)], host.jitter?.runs ?? 1);
}

/** A run of what is given; the rest is what a user would have who says nothing of it. */
export async function runDocumentOf(
  choice: Pick<RunRequest, 'scenarios'> & Partial<RunRequest>,
): Promise<RunDocument> {
  const { machine = STARTING_VALUES, hypotheses = ['shared'] } = choice;
  const request: RunRequest = {
    ...{ tool: TOOL, command: [], mappings: [], machine, hypotheses, bandHypotheses: hypotheses },
    ...{ memoryBytes: null, topology: null, sweep: chooseSweep('local-first', null, null) },
    ...{ parameters: new Map(), seed: 1, jitter: null, perCpu: false },
    ...{ withAlternatives: false, withTrace: false },
    ...choice,
  };
  return documentOf(planRun(request));
}

async function documentOf(plan: Plan): Promise<RunDocument> {
  const { document } = await carryOut(plan, [...plan.cells.keys()], executor(plan));
  return document;
}

/** A grid of what is given, of which the first cell is the baseline. */
export async function gridDocumentOf(
  choice: Partial<Omit<Plan, 'cells'>> & {
    readonly cells: readonly Pick<PlannedCell, 'cell' | 'hypotheses' | 'bandHypotheses'>[];
  },
): Promise<RunDocument> {
  return documentOf({
    ...{ tool: TOOL, command: [], machines: [STARTING_VALUES], parameters: new Map() },
    ...{ seed: 1, jitter: null, perCpu: false, withTrace: false, isGrid: true },
    ...choice,
    cells: choice.cells.map((cell, i) => {
      const names = { scenario: 'law', name: `cell=${i}`, axes: {}, otherHypotheses: [] };
      return { ...cell, ...names, mayBeBaseline: i === 0 };
    }),
  });
}

export function gib(count: number): number {
  return count * GIB_BYTES;
}

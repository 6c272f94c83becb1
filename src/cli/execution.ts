import { join } from 'node:path';
import { type InputError, Interrupted, LostWork } from '../errors.js';
import { runsPerTask, totalWeightMs } from '../jobs/cell-weight.js';
import type { Cell } from '../measure/cell.js';
import { inParts, joinParts } from '../measure/cell-parts.js';
import { type CellExecutor, type CellHost, runCellTask } from '../measure/cell-task.js';
import type { RunRecord } from '../measure/run.js';
import type { CommandContext, EndingSignal } from './context.js';
import { startProgress } from './progress.js';

/** Who runs the cells of a command, and what has come between. */
export interface Execution {
  readonly execute: CellExecutor;
  /** Gives up what is not finished yet. */
  readonly stop: () => void;
  /** Ends what was started. Has to be called whatever happens, and may be called twice. */
  readonly close: () => Promise<void>;
  /**
   * Says so where some cells were not run to their end.
   * @throws Interrupted or LostWork
   */
  readonly checkWhole: (record: Pick<RunRecord, 'lost' | 'cutShort'>) => void;
}

/** What there is to do. */
export interface Workload {
  readonly host: CellHost;
  readonly cells: readonly (Cell | InputError)[];
}

/** Computing of which threads do more than they take to start. */
const THREADS_PAY_FROM_MS = 1000;

/**
 * Runs cells here and now where there is little to do, unless told to use several threads; else in threads, with a bar that tells how far they are, and so that
 * the user can end it and keep what was finished.
 * @param jobs how many threads the user wants; `null`: as many as there are cores
 */
export async function startExecution(
  { host, cells }: Workload,
  { jobs, isQuiet }: { readonly jobs: number | null; readonly isQuiet: boolean },
  context: CommandContext,
): Promise<Execution> {
  const isShort = totalWeightMs(cells, host) < THREADS_PAY_FROM_MS;
  if (isShort && (jobs ?? 1) === 1) return executeHere(host);
  const { CellPool } = await import('../jobs/cell-pool.js');
  const workerFile = join(context.packageFolder, 'bin', 'cell-worker.js');
  const { machine, seed, jitter } = host;
  const runs = jitter?.runs ?? 1;
  const threads = Math.min(jobs ?? context.cores(), cells.length * runs);
  const pool = new CellPool({ workerFile, threads, host: { machine, seed, jitter } });
  const work = { total: cells.length * runs, unit: runs === 1 ? 'cells' : 'runs' };
  const progress = await startProgress(work, isQuiet, context);
  let signal: EndingSignal | null = null;
  const leaveSignals = context.onInterrupt((received) => {
    signal = received;
    void pool.stop('interrupted');
  });
  return {
    execute: async (task) => {
      const parts = inParts(task, runsPerTask(task.cell, host)).map(async (part) => {
        const outcome = await pool.execute(part);
        progress.advance(1 + part.runs.last - part.runs.first);
        return outcome;
      });
      return joinParts(await Promise.all(parts), runs);
    },
    stop: () => void pool.stop('nobody waits for it'),
    close: async () => {
      progress.end();
      leaveSignals();
      await pool.stop('the command has ended');
    },
    checkWhole: (record) => checkWhole(record, cells.length, signal),
  };
}

function executeHere(host: CellHost): Execution {
  return {
    execute: async (task) => joinParts([runCellTask(task, host)], host.jitter?.runs ?? 1),
    stop: () => {},
    close: async () => {},
    checkWhole: () => {},
  };
}

function checkWhole(
  { lost, cutShort }: Pick<RunRecord, 'lost' | 'cutShort'>,
  cells: number,
  signal: EndingSignal | null,
): void {
  const [first] = lost;
  if (first === undefined) return;
  const finished = cells - lost.length;
  const others = cutShort > 0 ? `, and of ${cutShort} more the runs that were` : '';
  const written =
    finished + cutShort === 0
      ? 'nothing was finished'
      : `${finished} of ${cells} cells were finished and written${others}`;
  if (signal !== null) throw new Interrupted(signal, `interrupted: ${written}`);
  throw new LostWork(`${lost.length} of ${cells} cells were lost: ${first.reason}; ${written}`);
}

import { join } from 'node:path';
import { type InputError, Interrupted, LostWork } from '../errors.js';
import { totalWeightMs } from '../jobs/cell-weight.js';
import type { Cell } from '../measure/cell.js';
import { type CellExecutor, type CellHost, runCellTask } from '../measure/cell-task.js';
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
  readonly checkWhole: (lost: readonly { readonly reason: string }[]) => void;
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
  const isShort = totalWeightMs(cells, host.machine) < THREADS_PAY_FROM_MS;
  if (isShort && (jobs ?? 1) === 1) return executeHere(host);
  const { CellPool } = await import('../jobs/cell-pool.js');
  const workerFile = join(context.packageFolder, 'bin', 'cell-worker.js');
  const threads = Math.min(jobs ?? context.cores(), cells.length);
  const pool = new CellPool({ workerFile, threads, host: { machine: host.machine, seed: host.seed } });
  const progress = await startProgress(cells.length, isQuiet, context);
  let signal: EndingSignal | null = null;
  const leaveSignals = context.onInterrupt((received) => {
    signal = received;
    void pool.stop('interrupted');
  });
  return {
    execute: async (task) => {
      const outcome = await pool.execute(task);
      progress.advance();
      return outcome;
    },
    stop: () => void pool.stop('nobody waits for it'),
    close: async () => {
      progress.end();
      leaveSignals();
      await pool.stop('the command has ended');
    },
    checkWhole: (lost) => checkWhole(lost, cells.length, signal),
  };
}

function executeHere(host: CellHost): Execution {
  return {
    execute: async (task) => runCellTask(task, host),
    stop: () => {},
    close: async () => {},
    checkWhole: () => {},
  };
}

function checkWhole(
  lost: readonly { readonly reason: string }[],
  cells: number,
  signal: EndingSignal | null,
): void {
  const [first] = lost;
  if (first === undefined) return;
  const finished = cells - lost.length;
  const written =
    finished === 0 ? 'nothing was finished' : `${finished} of ${cells} cells were finished and written`;
  if (signal !== null) throw new Interrupted(signal, `interrupted: ${written}`);
  throw new LostWork(`${lost.length} of ${cells} cells were lost: ${first.reason}; ${written}`);
}

import { join } from 'node:path';
import { type InputError, Interrupted, LostWork } from '../errors.js';
import { runsPerTask, totalWeightMs } from '../jobs/cell-weight.js';
import { cellToPortable, type PortableCell, type PortableTask } from '../jobs/portable-task.js';
import type { Lost } from '../jobs/task-pool.js';
import type { Cell } from '../measure/cell.js';
import { inParts, joinParts } from '../measure/cell-parts.js';
import {
  type CellExecutor,
  type CellHost,
  type CellOutcome,
  type CellTask,
  type PartOutcome,
  runCellTask,
} from '../measure/cell-task.js';
import type { RunRecord } from '../measure/run.js';
import type { CommandContext, EndingSignal } from './context.js';
import { Interruption } from './interruption.js';
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

/** What the user says of threads. */
export interface ThreadChoice {
  /** How many there are to be; `null`: as many as there are cores. */
  readonly jobs: number | null;
  readonly isQuiet: boolean;
}

/** Computing of cells of which threads do more than they take to start. */
const THREADS_PAY_FROM_MS = 1000;

/** Runs cells here and now where there is little to do, unless told to use several threads; else in threads. */
export async function startExecution(
  { host, cells }: Workload,
  choice: ThreadChoice,
  context: CommandContext,
): Promise<Execution> {
  const isShort = totalWeightMs(cells, host) < THREADS_PAY_FROM_MS;
  if (isShort && (choice.jobs ?? 1) === 1) return executeHere(host, cells.length, context);
  const { machine, seed, jitter } = host;
  const runs = jitter?.runs ?? 1;
  const work = { total: cells.length * runs, unit: runs === 1 ? 'cells' : 'runs' };
  const threads = await startThreads<PortableCell, PartOutcome>(
    { machine, seed, jitter },
    work,
    choice,
    context,
  );
  const { execute, stop, close, signal } = threads;
  return {
    execute: async (task) => {
      const parts = inParts(task, runsPerTask(task.cell, host)).map((part) =>
        execute(cellToPortable(part), 1 + part.runs.last - part.runs.first),
      );
      return joinParts(await Promise.all(parts), runs);
    },
    stop,
    close,
    checkWhole: (record) => checkWhole(record, cells.length, signal()),
  };
}

/** Threads that work for a command. */
interface Threads<T extends PortableTask, R> {
  /** @param items so many of those that the bar counts are done with the task */
  readonly execute: (task: T, items: number) => Promise<R | Lost>;
  /** Gives up what is not finished yet. */
  readonly stop: () => void;
  /** Ends what was started. Has to be called whatever happens, and may be called twice. */
  readonly close: () => Promise<void>;
  /** With what the user has ended it; `null` as long as nobody has. */
  readonly signal: () => EndingSignal | null;
}

/**
 * Starts threads, with a bar that tells how far they are, and so that the user can end them and keep what was finished.
 * @param host what all tasks have in common
 * @param work what the bar counts: as many at least as there are tasks
 */
export async function startThreads<T extends PortableTask, R>(
  host: CellHost,
  work: { readonly total: number; readonly unit: string },
  { jobs, isQuiet }: ThreadChoice,
  context: CommandContext,
): Promise<Threads<T, R>> {
  const { TaskPool } = await import('../jobs/task-pool.js');
  const workerFile = join(context.packageFolder, 'bin', 'worker.js');
  const threads = Math.min(jobs ?? context.cores(), work.total);
  const pool = new TaskPool<T, R>({ workerFile, threads, host });
  const progress = await startProgress(work, isQuiet, context);
  let signal: EndingSignal | null = null;
  const leaveSignals = context.onInterrupt((received) => {
    signal = received;
    void pool.stop('interrupted');
  });
  return {
    execute: async (task, items) => {
      const outcome = await pool.execute(task);
      progress.advance(items);
      return outcome;
    },
    stop: () => void pool.stop('nobody waits for it'),
    close: async () => {
      progress.end();
      leaveSignals();
      await pool.stop('the command has ended');
    },
    signal: () => signal,
  };
}

/** One cell after the other; between two of them the user may end it. */
function executeHere(host: CellHost, cells: number, context: CommandContext): Execution {
  const interruption = new Interruption(context);
  let stopped: string | null = null;
  let last: Promise<unknown> = Promise.resolve();
  const runInTurn = async (task: CellTask, before: Promise<unknown>): Promise<CellOutcome> => {
    await before;
    await interruption.pause();
    if (interruption.signal !== null) stopped = 'interrupted';
    if (stopped !== null) return { kind: 'lost', reason: stopped };
    return joinParts([runCellTask(task, host)], host.jitter?.runs ?? 1);
  };
  return {
    execute: (task) => {
      const outcome = runInTurn(task, last);
      // A fault is met by whoever waits for the outcome.
      last = outcome.catch(() => {});
      return outcome;
    },
    stop: () => {
      stopped ??= 'nobody waits for it';
    },
    close: async () => interruption.end(),
    checkWhole: (record) => checkWhole(record, cells, interruption.signal),
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
  const others = cutShort > 0 ? `, of ${cutShort} more their first runs` : '';
  const written =
    finished + cutShort === 0
      ? 'nothing was finished'
      : `${finished} of ${cells} cells were finished and written${others}`;
  if (signal !== null) throw new Interrupted(signal, `interrupted: ${written}`);
  throw new LostWork(`${lost.length} of ${cells} cells were lost: ${first.reason}; ${written}`);
}

import { join } from 'node:path';
import { type InputError, Interrupted, LostWork } from '../errors.js';
import type { Lost, ThreadCell, ThreadTask } from '../jobs/task-pool.js';
import type { RunRecord } from '../measure/carry-out.js';
import type { Cell } from '../measure/cell.js';
import { inParts, joinParts } from '../measure/cell-parts.js';
import {
  type CellExecutor,
  type CellHost,
  type CellTask,
  type PartOutcome,
  runCellTask,
} from '../measure/cell-task.js';
import { settled } from '../settled.js';
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

/** For this long, cells run in this thread. */
const HERE_MS = 200;
/** After that, other threads are started if what is left takes longer than this at the pace so far. Starting them takes about as long. */
const LEFT_MS = 500;
/** Runs of a cell are handed out in so many parts for each thread, so that all are done at nearly the same time. */
const PARTS_PER_THREAD = 4;
/** A part that is interrupted is lost, so it is kept small. */
const RUNS_PER_PART_MAX = 64;

/** Runs cells in this thread at first, and in others if there is much left. With `--jobs` above 1, all cells run in other threads. */
export function startExecution(
  { host, cells }: Workload,
  choice: ThreadChoice,
  context: CommandContext,
): Execution {
  const { machines, seed, jitter } = host;
  const runs = jitter?.runs ?? 1;
  const startMs = performance.now();
  const parts = PARTS_PER_THREAD * (choice.jobs ?? context.cores());
  const runsPerPart = Math.min(RUNS_PER_PART_MAX, Math.ceil(runs / parts));
  const all = cells.length * runs;
  let left = all;
  const areThreadsWorthwhile = () => {
    if ((choice.jobs ?? 1) > 1) return true;
    const tookMs = performance.now() - startMs;
    return tookMs >= HERE_MS && (left === all || (tookMs / (all - left)) * left > LEFT_MS);
  };
  let threads: Promise<Threads<ThreadCell, PartOutcome>> | null = null;
  const start = () => {
    const unit = runs === 1 ? 'cells' : 'runs';
    return startThreads<ThreadCell, PartOutcome>(
      { machines, seed, jitter },
      // A part of a grid has a baseline besides its own cells.
      { left: Math.max(1, left), done: all - left, unit },
      choice,
      context,
    );
  };
  // Listens all the time: a signal that comes while nobody listens is lost, or what was finished is.
  const interruption = new Interruption(context, () => {
    void threads?.then((started) => started.stop('interrupted'));
  });
  let stopped: string | null = null;
  // One cell after another; between two runs the user may end it.
  const runHere = async (task: CellTask, before: Promise<unknown>) => {
    await before;
    const outcomes: PartOutcome[] = [];
    let { first } = task.runs;
    const isOver = () => first > task.runs.last || (outcomes.at(-1)?.kind ?? 'measured') !== 'measured';
    for (; !isOver() && (stopped !== null || !areThreadsWorthwhile()); first++) {
      await interruption.pause();
      if (interruption.signal !== null) stopped = 'interrupted';
      if (stopped !== null) outcomes.push({ kind: 'lost', reason: stopped });
      else outcomes.push(runCellTask({ ...task, runs: { first, last: first } }, host));
      left--;
    }
    return { outcomes, first, isOver: isOver() };
  };
  let last: Promise<unknown> = Promise.resolve();
  return {
    execute: async (task) => {
      const here = runHere(task, last);
      last = settled(here);
      const { outcomes, first, isOver } = await here;
      if (!isOver && stopped !== null) outcomes.push({ kind: 'lost', reason: stopped });
      else if (!isOver) {
        threads ??= start();
        const { execute } = await threads;
        const rest = inParts({ ...task, runs: { first, last: task.runs.last } }, runsPerPart);
        const others = rest.map((part) =>
          execute({ ...part, kind: 'cell' }, 1 + part.runs.last - part.runs.first),
        );
        outcomes.push(...(await Promise.all(others)));
      }
      return joinParts(outcomes, runs);
    },
    stop: () => {
      stopped ??= 'nobody waits for it';
      void threads?.then((started) => started.stop('nobody waits for it'));
    },
    close: async () => {
      // Cells that wait for their turn would start threads that nobody ends.
      stopped ??= 'the command has ended';
      interruption.end();
      await (await threads)?.close();
    },
    checkWhole: (record) => checkWhole(record, cells.length, interruption.signal),
  };
}

/** Threads that work for a command. */
interface Threads<T extends ThreadTask, R> {
  /** @param items so many of those that the bar counts are done with the task */
  readonly execute: (task: T, items: number) => Promise<R | Lost>;
  /** Gives up what is not finished yet. */
  readonly stop: (reason: string) => void;
  /** Ends what was started. Has to be called whatever happens, and may be called twice. */
  readonly close: () => Promise<void>;
}

/**
 * Starts threads, with a bar that tells how far they are.
 * @param host what all tasks have in common
 * @param work what the bar counts: at least as many are left as there are tasks
 */
export async function startThreads<T extends ThreadTask, R>(
  host: CellHost,
  work: { readonly left: number; readonly done: number; readonly unit: string },
  { jobs, isQuiet }: ThreadChoice,
  context: CommandContext,
): Promise<Threads<T, R>> {
  const { TaskPool, startWorkers } = await import('../jobs/task-pool.js');
  const startThread = context.startThread ?? startWorkers(join(context.packageFolder, 'bin', 'worker.js'));
  const threads = Math.min(jobs ?? context.cores(), work.left);
  const pool = new TaskPool<T, R>({ startThread, threads, host });
  const progress = await startProgress({ total: work.done + work.left, unit: work.unit }, isQuiet, context);
  progress.advance(work.done);
  return {
    execute: async (task, items) => {
      const outcome = await pool.execute(task);
      progress.advance(items);
      return outcome;
    },
    stop: (reason) => void pool.stop(reason),
    close: async () => {
      progress.end();
      await pool.stop('the command has ended');
    },
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

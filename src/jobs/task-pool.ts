import { Worker } from 'node:worker_threads';
import type { ChainTask } from '../calibrate/chain-task.js';
import { messageOf } from '../errors.js';
import type { CellHost, CellTask } from '../measure/cell-task.js';

/** What a thread is asked to do. */
export type ThreadTask = ThreadCell | ThreadFit;
export type ThreadCell = CellTask & { readonly kind: 'cell' };
export type ThreadFit = ChainTask & { readonly kind: 'fit' };

/** What it answers. */
export type ThreadReply<R> =
  | { readonly kind: 'done'; readonly outcome: R }
  /** A fault of the program, with its stack. */
  | { readonly kind: 'fault'; readonly stack: string };

/** What the pool uses of a thread. */
export interface PoolThread extends Pick<Worker, 'postMessage' | 'terminate'> {
  on(event: 'online', handle: () => void): unknown;
  on<R>(event: 'message', handle: (reply: ThreadReply<R>) => void): unknown;
  on(event: 'error', handle: (error: Error) => void): unknown;
  on(event: 'exit', handle: (code: number) => void): unknown;
}

/** @param host what all tasks have in common */
export type StartThread = (host: CellHost) => PoolThread;

/** @param workerFile the built program of the threads */
export const startWorkers =
  (workerFile: string): StartThread =>
  (host) =>
    new Worker(workerFile, { workerData: host });

export interface PoolOptions {
  readonly startThread: StartThread;
  /** At most so many, at least one. */
  readonly threads: number;
  /** What all tasks have in common. */
  readonly host: CellHost;
}

/** Of a task that was not done to its end there is nothing to tell but why. */
export interface Lost {
  readonly kind: 'lost';
  readonly reason: string;
}

/** A task on its way, and where its outcome is waited for. */
interface Job<T, R> {
  readonly task: T;
  readonly resolve: (outcome: R | Lost) => void;
  readonly reject: (fault: Error) => void;
  /** Threads that have ended over it. */
  ends: number;
}

/** A thread with the job it is at. */
interface Thread<T, R> {
  readonly worker: PoolThread;
  job: Job<T, R> | null;
  /** Whether it has ever run. */
  isUp: boolean;
  /** Why it ended, where it said so. */
  endedBy: string;
}

/** A task over which so many threads have ended is given up. */
const ENDS_MAX = 2;

/**
 * Does tasks of one kind in threads of their own. A thread that ends is replaced and its task tried once more; where the system gives
 * no more threads, those there are do the work. No task waits for ever.
 */
export class TaskPool<T extends ThreadTask, R> {
  readonly #options: PoolOptions;
  readonly #queue: Job<T, R>[] = [];
  readonly #threads = new Set<Thread<T, R>>();
  #threadsMax: number;
  /** Why nothing is run any more; `null` as long as something is. */
  #stopped: string | null = null;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#threadsMax = options.threads;
  }

  /** Does a task when its turn comes: first come, first served. */
  execute(task: T): Promise<R | Lost> {
    return new Promise((resolve, reject) => {
      if (this.#stopped !== null) resolve({ kind: 'lost', reason: this.#stopped });
      else this.#queue.push({ task, resolve, reject, ends: 0 });
      this.#handOut();
    });
  }

  /** Ends all threads at once; what they have not finished is lost for the reason given. */
  async stop(reason: string): Promise<void> {
    this.#stopped ??= reason;
    const running = [...this.#threads].flatMap(({ job }) => job ?? []);
    for (const job of [...running, ...this.#queue.splice(0)]) job.resolve({ kind: 'lost', reason });
    await Promise.all([...this.#threads].map(({ worker }) => worker.terminate()));
  }

  #handOut(): void {
    while (this.#queue.length > 0) {
      const thread = [...this.#threads].find(({ job }) => job === null) ?? this.#startThread();
      const job = thread === null ? undefined : this.#queue.shift();
      if (thread === null || job === undefined) return;
      thread.job = job;
      thread.worker.postMessage(job.task);
    }
  }

  /** One thread more; `null` where there are as many as may be, or the system gives no more. */
  #startThread(): Thread<T, R> | null {
    if (this.#threads.size >= this.#threadsMax) return null;
    const { startThread, host } = this.#options;
    let worker: PoolThread;
    try {
      worker = startThread(host);
    } catch (error) {
      if (!isOutOfThreads(error)) throw error;
      this.#goOnWithout(messageOf(error));
      return null;
    }
    const thread: Thread<T, R> = { worker, job: null, isUp: false, endedBy: '' };
    this.#threads.add(thread);
    worker.on('online', () => {
      thread.isUp = true;
    });
    worker.on('message', (reply: ThreadReply<R>) => this.#finish(thread, reply));
    worker.on('error', (error) => {
      thread.endedBy = messageOf(error);
    });
    worker.on('exit', (code) => this.#replace(thread, code));
    return thread;
  }

  /** Goes on with the threads there are; where there are none, there is nobody to go on. */
  #goOnWithout(why: string): void {
    this.#threadsMax = this.#threads.size;
    if (this.#threadsMax === 0) void this.stop(`no thread could be started: ${why}`);
  }

  #finish(thread: Thread<T, R>, reply: ThreadReply<R>): void {
    const { job } = thread;
    thread.job = null;
    if (reply.kind === 'done') job?.resolve(reply.outcome);
    else job?.reject(new ThreadFault(reply.stack));
    this.#handOut();
  }

  #replace(thread: Thread<T, R>, code: number): void {
    this.#threads.delete(thread);
    if (this.#stopped !== null) return;
    const { job, isUp, endedBy } = thread;
    const why = endedBy || `exit code ${code}`;
    // A thread that never ran has nothing to do with the task.
    if (job !== null && isUp) job.ends++;
    if (job !== null && job.ends < ENDS_MAX) this.#queue.unshift(job);
    else job?.resolve({ kind: 'lost', reason: `its thread ended, and so did a second one: ${why}` });
    if (!isUp) this.#goOnWithout(why);
    this.#handOut();
  }
}

function isOutOfThreads(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_INIT_FAILED';
}

/** A fault of the program in a thread, with the stack it had there. */
class ThreadFault extends Error {
  override readonly name = 'ThreadFault';

  constructor(stack: string) {
    super('a thread met a fault');
    this.stack = stack;
  }
}

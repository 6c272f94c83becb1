import { parentPort, workerData } from 'node:worker_threads';
import type { FitOutcome } from '../calibrate/fit-task.js';
import { type CellHost, type PartOutcome, runCellTask } from '../measure/cell-task.js';
import { cellFromPortable, fitFromPortable, type PortableTask } from './portable-task.js';

/** What a thread answers to a task. */
export type WorkerReply<R> =
  | { readonly kind: 'done'; readonly outcome: R }
  /** A fault of the program, with its stack. */
  | { readonly kind: 'fault'; readonly stack: string };

/** Where the threads of a pool begin: they get what all tasks have in common at the start, then one task after another. */
const host: CellHost = workerData;
parentPort?.on('message', async (task: PortableTask) => parentPort?.postMessage(await reply(task)));

async function reply(task: PortableTask): Promise<WorkerReply<PartOutcome | FitOutcome>> {
  try {
    return { kind: 'done', outcome: await outcomeOf(task) };
  } catch (error) {
    return { kind: 'fault', stack: (error instanceof Error && error.stack) || String(error) };
  }
}

async function outcomeOf(task: PortableTask): Promise<PartOutcome | FitOutcome> {
  if (task.kind === 'cell') return runCellTask(cellFromPortable(task), host);
  // Threads that run cells start sooner without it.
  const { runFitTask } = await import('../calibrate/fit-task.js');
  return runFitTask(fitFromPortable(task), host);
}

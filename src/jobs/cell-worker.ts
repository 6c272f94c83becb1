import { parentPort, workerData } from 'node:worker_threads';
import { type CellHost, type PartOutcome, runCellTask } from '../measure/cell-task.js';
import { fromPortable, type PortableTask } from './portable-task.js';

/** What a thread answers to a task. */
export type WorkerReply =
  | { readonly kind: 'done'; readonly outcome: PartOutcome }
  /** A fault of the program, with its stack. */
  | { readonly kind: 'fault'; readonly stack: string };

/** Where the threads of a pool begin: they get what all cells have in common at the start, then one task after another. */
const host: CellHost = workerData;
parentPort?.on('message', (task: PortableTask) => parentPort?.postMessage(reply(task)));

function reply(task: PortableTask): WorkerReply {
  try {
    return { kind: 'done', outcome: runCellTask(fromPortable(task), host) };
  } catch (error) {
    return { kind: 'fault', stack: (error instanceof Error && error.stack) || String(error) };
  }
}

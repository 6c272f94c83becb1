import type { ChainTask } from '../calibrate/chain-task.js';
import type { CellTask } from '../measure/cell-task.js';

/** What a thread is asked to do. */
export type ThreadTask = ThreadCell | ThreadFit;
export type ThreadCell = CellTask & { readonly kind: 'cell' };
export type ThreadFit = ChainTask & { readonly kind: 'fit' };

/** What it answers. */
export type ThreadReply<R> =
  | { readonly kind: 'done'; readonly outcome: R }
  /** A fault of the program, with its stack. */
  | { readonly kind: 'fault'; readonly stack: string };

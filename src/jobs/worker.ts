import { parentPort, workerData } from 'node:worker_threads';
import type { ChainOutcome } from '../calibrate/chain-task.js';
import { type CellHost, type PartOutcome, runCellTask } from '../measure/cell-task.js';
import type { ThreadReply, ThreadTask } from './task-pool.js';

/** Where the threads of a pool begin: they get what all tasks have in common at the start, then one task after another. */
parentPort?.on('message', async (task: ThreadTask) => parentPort?.postMessage(await reply(task, workerData)));

export async function reply(
  task: ThreadTask,
  host: CellHost,
): Promise<ThreadReply<PartOutcome | ChainOutcome>> {
  try {
    return { kind: 'done', outcome: await outcomeOf(task, host) };
  } catch (error) {
    return { kind: 'fault', stack: (error instanceof Error && error.stack) || String(error) };
  }
}

async function outcomeOf(task: ThreadTask, host: CellHost): Promise<PartOutcome | ChainOutcome> {
  if (task.kind === 'cell') return runCellTask(task, host);
  // Threads that run cells start sooner without it.
  const { runChainTask } = await import('../calibrate/chain-task.js');
  const [machine] = host.machines;
  if (machine === undefined) throw new Error('there is no machine to fit');
  return runChainTask(task, { machine, seed: host.seed });
}

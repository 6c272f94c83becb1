import { type CalibrationRequest, type FitExecutor, fitTasks } from '../calibrate/calibrate.js';
import { type FitHost, type FitOutcome, type FitTask, runFitTask } from '../calibrate/fit-task.js';
import { Interrupted, LostWork } from '../errors.js';
import { fitWeightMs } from '../jobs/fit-weight.js';
import { fitToPortable, type PortableFit } from '../jobs/portable-task.js';
import type { CommandContext } from './context.js';
import { startThreads, type ThreadChoice } from './execution.js';
import { Interruption } from './interruption.js';

/** Who fits for a command. */
interface FitExecution {
  /** @throws Interrupted or LostWork where a fit was not done to its end */
  readonly execute: FitExecutor;
  /** Ends what was started. Has to be called whatever happens. */
  readonly close: () => Promise<void>;
}

/**
 * Computing of fits of which threads do more than they take to start. It is more than with cells: fits are few, and each thread
 * has to load and warm up for them what the others have, too.
 */
const THREADS_PAY_FROM_MS = 2500;

/** Fits here and now where there is little to do, unless told to use several threads; else in threads. */
export async function startFits(
  host: FitHost,
  requests: readonly CalibrationRequest[],
  choice: ThreadChoice,
  context: CommandContext,
): Promise<FitExecution> {
  const tasks = requests.flatMap(fitTasks);
  const isShort = tasks.reduce((sum, task) => sum + fitWeightMs(task, host), 0) < THREADS_PAY_FROM_MS;
  if (isShort && (choice.jobs ?? 1) === 1) {
    return fitHere(host, context);
  }
  const work = { total: tasks.length, unit: 'fits' };
  const threads = await startThreads<PortableFit, FitOutcome>(
    { ...host, jitter: null },
    work,
    choice,
    context,
  );
  return {
    execute: async (task) => {
      const outcome = await threads.execute(fitToPortable(task), 1);
      if (outcome.kind !== 'lost') return outcome;
      const signal = threads.signal();
      if (signal !== null) throw new Interrupted(signal, NOTHING_WRITTEN);
      throw new LostWork(`a fit of ${task.hypothesis} was lost: ${outcome.reason}; nothing was written`);
    },
    close: threads.close,
  };
}

/** A machine fitted in part would pass for one that was fitted. */
const NOTHING_WRITTEN = 'interrupted: nothing was written';

/** One fit after the other; between two of them the user may end it. */
function fitHere(host: FitHost, context: CommandContext): FitExecution {
  const interruption = new Interruption(context);
  let last: Promise<unknown> = Promise.resolve();
  const fitInTurn = async (task: FitTask, before: Promise<unknown>): Promise<FitOutcome> => {
    await before;
    await interruption.pause();
    if (interruption.signal !== null) throw new Interrupted(interruption.signal, NOTHING_WRITTEN);
    return runFitTask(task, host);
  };
  return {
    execute: (task) => {
      const outcome = fitInTurn(task, last);
      last = outcome.catch(() => {});
      return outcome;
    },
    close: async () => interruption.end(),
  };
}

import { type CalibrationRequest, type FitExecutor, fitTasks } from '../calibrate/calibrate.js';
import type { ChainOutcome, FitHost } from '../calibrate/chain-task.js';
import { Interrupted, LostWork } from '../errors.js';
import type { ThreadFit } from '../jobs/task-pool.js';
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

/** Fits in threads: each fit takes seconds, much longer than it takes to start one. */
export async function startFits(
  host: FitHost,
  requests: readonly CalibrationRequest[],
  choice: ThreadChoice,
  context: CommandContext,
): Promise<FitExecution> {
  const tasks = requests.flatMap(fitTasks);
  const work = { left: tasks.length, done: 0, unit: 'fits' };
  const starting = startThreads<ThreadFit, ChainOutcome>(
    { machines: [host.machine], seed: host.seed, jitter: null },
    work,
    choice,
    context,
  );
  const interruption = new Interruption(context, () => {
    void starting.then((threads) => threads.stop('interrupted'));
  });
  const threads = await starting;
  return {
    execute: async (task) => {
      const outcome = await threads.execute({ ...task, kind: 'fit' }, 1);
      if (outcome.kind !== 'lost') return outcome;
      if (interruption.signal !== null) throw new Interrupted(interruption.signal, NOTHING_WRITTEN);
      throw new LostWork(`a fit of ${task.hypothesis} was lost: ${outcome.reason}; nothing was written`);
    },
    close: async () => {
      interruption.end();
      await threads.close();
    },
  };
}

/** A machine fitted in part would pass for one that was fitted. */
const NOTHING_WRITTEN = 'interrupted: nothing was written';

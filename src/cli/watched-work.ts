import { Interrupted } from '../errors.js';
import type { CommandContext } from './context.js';
import { Interruption } from './interruption.js';
import { startProgress } from './progress.js';

/**
 * Does work that yields now and then which share is done. What is done in part is not written.
 * @throws Interrupted when the user ends it before
 */
export async function untilInterrupted<T>(
  work: Generator<number, T>,
  isQuiet: boolean,
  context: CommandContext,
): Promise<T> {
  const interruption = new Interruption(context);
  const progress = await startProgress({ total: 100, unit: '%' }, isQuiet, context);
  let percent = 0;
  try {
    for (let step = work.next(); ; step = work.next()) {
      if (step.done === true) return step.value;
      const now = Math.floor(100 * step.value);
      progress.advance(now - percent);
      percent = now;
      await interruption.pause();
      if (interruption.signal === null) continue;
      throw new Interrupted(interruption.signal, 'interrupted: nothing was finished, so nothing was written');
    }
  } finally {
    progress.end();
    interruption.end();
  }
}

import { Interrupted } from '../errors.js';
import { churn } from '../measure/churn.js';
import { Catalogue } from '../scenario/catalogue.js';
import { type ChurnOptions, readChurnCommand } from './churn-request.js';
import type { CommandContext } from './context.js';
import { DEFAULTS } from './defaults.js';
import { writeDocument } from './document-output.js';
import { Interruption } from './interruption.js';
import { startProgress } from './progress.js';
import { writeWarnings } from './report-output.js';

/** Lives through the scenario the command line names, then writes the report. */
export async function churnFromCommandLine(
  reference: string,
  options: ChurnOptions,
  context: CommandContext,
): Promise<void> {
  const machine = options.machine ?? DEFAULTS.machine;
  const catalogue = await Catalogue.openFor(context, [reference, machine]);
  const { request, output } = readChurnCommand(reference, options, catalogue, context);
  const document = await untilInterrupted(churn(request), output.quiet, context);
  writeWarnings(document, output, context);
  await writeDocument(document, output, context);
}

/**
 * Does work that yields now and then which share is done. Of an account in part, nothing is true of the whole watch.
 * @throws Interrupted when the user ends it before
 */
async function untilInterrupted<T>(
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

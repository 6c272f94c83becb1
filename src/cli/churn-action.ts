import { churn } from '../measure/churn.js';
import { Catalogue } from '../scenario/catalogue.js';
import { type ChurnOptions, readChurnCommand } from './churn-request.js';
import type { CommandContext } from './context.js';
import { DEFAULTS } from './defaults.js';
import { writeDocument } from './document-output.js';
import { writeWarnings } from './report-output.js';
import { untilInterrupted } from './watched-work.js';

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

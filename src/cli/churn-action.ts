import { churn } from '../measure/churn.js';
import { loadRenderer } from '../report/render.js';
import { Catalogue } from '../scenario/catalogue.js';
import { type ChurnOptions, readChurnCommand } from './churn-request.js';
import type { CommandContext } from './context.js';
import { DEFAULTS } from './defaults.js';
import { writeOutput } from './output.js';
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
  const document = churn(request);
  const render = await loadRenderer(output.format);
  writeWarnings(document, output, context);
  await writeOutput(output, context, (layout) => render(document, 'cpu', layout));
}

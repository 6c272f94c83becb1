import { run } from '../measure/run.js';
import { render } from '../report/render.js';
import { Catalogue } from '../scenario/catalogue.js';
import type { CommandContext } from './context.js';
import { DEFAULTS } from './defaults.js';
import { writeOutput } from './output.js';
import { type RunOptions, readRunCommand } from './run-request.js';

/** Runs what the command line asks for, then writes the report: nothing is written before everything has worked. */
export async function runFromCommandLine(
  references: readonly string[],
  options: RunOptions,
  context: CommandContext,
): Promise<void> {
  const machine = options.machine ?? DEFAULTS.machine;
  const catalogue = await Catalogue.openFor(context.packageFolder, references, machine);
  const { request, output } = readRunCommand(references, options, catalogue, context);
  const document = run(request);
  if (!output.quiet) {
    for (const { message } of document.warnings) context.writeStderr(`warning: ${message}\n`);
  }
  await writeOutput(output, context, (chalk) => render(document, output.format, { chalk }));
}

import { compare } from '../measure/compare.js';
import { loadRenderer } from '../report/render.js';
import { Catalogue } from '../scenario/catalogue.js';
import { type CompareOptions, readCompareCommand } from './compare-request.js';
import type { CommandContext } from './context.js';
import { DEFAULTS } from './defaults.js';
import { writeOutput } from './output.js';
import { writeWarnings } from './run-action.js';
import { prepareTrace } from './trace-output.js';

/** Runs the grid the command line asks for, then writes the report. */
export async function compareFromCommandLine(
  references: readonly string[],
  options: CompareOptions,
  context: CommandContext,
): Promise<void> {
  const machine = options.machine ?? DEFAULTS.machine;
  const catalogue = await Catalogue.openFor(context.packageFolder, references, machine);
  const { request, output, trace, by } = readCompareCommand(references, options, catalogue, context);
  const { document, traced } = compare(request);
  const render = await loadRenderer(output.format);
  writeWarnings(document, output, context);
  const writeTrace =
    trace === null ? null : await prepareTrace(traced, { ...output, file: trace }, document, context);
  await writeOutput(output, context, (layout) => render(document, by, layout));
  writeTrace?.();
}

import { run } from '../measure/run.js';
import { loadRenderer } from '../report/render.js';
import type { RunDocument } from '../run-document/run-document.js';
import { Catalogue } from '../scenario/catalogue.js';
import type { CommandContext } from './context.js';
import { DEFAULTS } from './defaults.js';
import { writeOutput } from './output.js';
import { type OutputChoice, type RunOptions, readRunCommand } from './run-request.js';
import { prepareTrace } from './trace-output.js';

/** Runs what the command line asks for, then writes the report: nothing is written before everything has worked. */
export async function runFromCommandLine(
  references: readonly string[],
  options: RunOptions,
  context: CommandContext,
): Promise<void> {
  const machine = options.machine ?? DEFAULTS.machine;
  const catalogue = await Catalogue.openFor(context.packageFolder, references, machine);
  const { request, output, trace, by } = readRunCommand(references, options, catalogue, context);
  const { document, traced } = run(request);
  const render = await loadRenderer(output.format);
  writeWarnings(document, output, context);
  const writeTrace =
    trace === null ? null : await prepareTrace(traced, { ...output, file: trace }, document, context);
  await writeOutput(output, context, (layout) => render(document, by, layout));
  writeTrace?.();
}

export function writeWarnings(
  { warnings }: Pick<RunDocument, 'warnings'>,
  { quiet }: OutputChoice,
  { writeStderr }: CommandContext,
): void {
  if (quiet) return;
  for (const { message } of warnings) writeStderr(`warning: ${message}\n`);
}

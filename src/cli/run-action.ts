import { run, runTasks } from '../measure/run.js';
import { render } from '../report/render.js';
import type { RunDocument } from '../run-document/run-document.js';
import { Catalogue } from '../scenario/catalogue.js';
import type { CommandContext } from './context.js';
import { DEFAULTS } from './defaults.js';
import { startExecution } from './execution.js';
import { writeOutput } from './output.js';
import { checkOutputFile } from './output-file.js';
import { type OutputChoice, type RunOptions, readRunCommand } from './run-request.js';

/** Runs what the command line asks for, then writes the report: nothing is written before everything has worked. */
export async function runFromCommandLine(
  references: readonly string[],
  options: RunOptions,
  context: CommandContext,
): Promise<void> {
  const machine = options.machine ?? DEFAULTS.machine;
  const catalogue = await Catalogue.openFor(context.packageFolder, references, machine);
  const { request, jobs, output } = readRunCommand(references, options, catalogue, context);
  const tasks = runTasks(request);
  if (output.file !== null) checkOutputFile(output.file);
  const workload = { host: request, cells: tasks.map(({ cell }) => cell) };
  const execution = await startExecution(workload, { jobs, isQuiet: output.quiet }, context);
  try {
    const { document, lost } = await run(request, execution.execute);
    await execution.close();
    if (lost.length < tasks.length) {
      writeWarnings(document, output, context);
      await writeOutput(output, context, (chalk) => render(document, output.format, { chalk }));
    }
    execution.checkWhole(lost);
  } finally {
    await execution.close();
  }
}

export function writeWarnings(
  { warnings }: Pick<RunDocument, 'warnings'>,
  { quiet }: OutputChoice,
  { writeStderr }: CommandContext,
): void {
  if (quiet) return;
  for (const { message } of warnings) writeStderr(`warning: ${message}\n`);
}

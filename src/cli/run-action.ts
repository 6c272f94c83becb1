import { run, runTasks } from '../measure/run.js';
import { Catalogue } from '../scenario/catalogue.js';
import type { CommandContext } from './context.js';
import { DEFAULTS } from './defaults.js';
import { startExecution } from './execution.js';
import { writeReport } from './report-output.js';
import { type RunOptions, readRunCommand } from './run-request.js';

/** Runs what the command line asks for, then writes the report: nothing is written before everything has worked. */
export async function runFromCommandLine(
  references: readonly string[],
  options: RunOptions,
  context: CommandContext,
): Promise<void> {
  const machine = options.machine ?? DEFAULTS.machine;
  const catalogue = await Catalogue.openFor(context, [...references, machine]);
  const command = readRunCommand(references, options, catalogue, context);
  const { request, jobs, output } = command;
  const tasks = runTasks(request);
  const workload = {
    host: { ...request, machines: [request.machine] },
    cells: tasks.map(({ cell }) => cell),
  };
  const execution = startExecution(workload, { jobs, isQuiet: output.quiet }, context);
  try {
    const record = await run(request, execution.execute);
    await execution.close();
    if (record.document.results.length > 0) await writeReport(record, command, context);
    execution.checkWhole(record);
  } finally {
    await execution.close();
  }
}

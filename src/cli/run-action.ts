import { run, runTasks } from '../measure/run.js';
import { isForPeople } from '../report/formats.js';
import type { RunDocument } from '../run-document/run-document.js';
import { Catalogue } from '../scenario/catalogue.js';
import type { CommandContext } from './context.js';
import { DEFAULTS } from './defaults.js';
import { startExecution } from './execution.js';
import { writeReport } from './report-output.js';
import { type RunCommand, type RunOptions, readRunCommand } from './run-request.js';

/** Random costs are fitted to nothing, and rows have no place for what times rest on. */
async function withBasisWhereShown(
  document: RunDocument,
  { request: { machine, jitter }, output: { format } }: RunCommand,
  context: CommandContext,
): Promise<RunDocument> {
  if (jitter !== null || !(isForPeople(format) || format === 'json')) return document;
  const [{ withBasis }, { loadFigures }] = await Promise.all([
    import('../calibrate/basis.js'),
    import('../calibrate/load-figures.js'),
  ]);
  const figures = loadFigures(DEFAULTS.figures, context);
  const scenarios = Object.values(figures.conditions).map(({ scenario }) => scenario);
  return withBasis(document, machine, figures, await Catalogue.openFor(context, scenarios));
}

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
    const { document, ...rest } = await run(request, execution.execute);
    await execution.close();
    const record = { ...rest, document: await withBasisWhereShown(document, command, context) };
    if (record.document.results.length > 0) await writeReport(record, command, context);
    execution.checkWhole(record);
  } finally {
    await execution.close();
  }
}

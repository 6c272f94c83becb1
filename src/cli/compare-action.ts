import { dealCells, shardDocument } from '../jobs/shards.js';
import { compare, type GridRecord } from '../measure/compare.js';
import { render } from '../report/render.js';
import { Catalogue } from '../scenario/catalogue.js';
import { type CompareCommand, type CompareOptions, readCompareCommand } from './compare-request.js';
import type { CommandContext } from './context.js';
import { DEFAULTS } from './defaults.js';
import { type Execution, startExecution } from './execution.js';
import { writeOutput } from './output.js';
import { checkOutputFile } from './output-file.js';
import { RowOutput } from './row-output.js';
import { writeWarnings } from './run-action.js';

/** Runs the grid the command line asks for, then writes the report; rows on lines of their own are written as they come. */
export async function compareFromCommandLine(
  references: readonly string[],
  options: CompareOptions,
  context: CommandContext,
): Promise<void> {
  const machine = options.machine ?? DEFAULTS.machine;
  const catalogue = await Catalogue.openFor(context.packageFolder, references, machine);
  const command = readCompareCommand(references, options, catalogue, context);
  const { request, jobs, shard, output } = command;
  if (output.file !== null) checkOutputFile(output.file);
  const own = shard === null ? [...request.cells.keys()] : dealCells(request, shard);
  const workload = { host: request, cells: own.flatMap((number) => request.cells[number]?.cell ?? []) };
  const execution = await startExecution(workload, { jobs, isQuiet: output.quiet }, context);
  try {
    if (output.format === 'ndjson') await writeRows(command, own, execution, context);
    else await writeReport(command, own, execution, context);
  } finally {
    await execution.close();
  }
}

async function writeReport(
  { request, shard, output }: CompareCommand,
  own: readonly number[],
  execution: Execution,
  context: CommandContext,
): Promise<void> {
  const record = await compare(request, own, execution.execute);
  await execution.close();
  const { lost } = record;
  if (lost.length === 0 || lost.length < own.length) {
    const document = shard === null ? record.document : shardDocument(request, shard, record);
    writeWarnings(document, output, context);
    await writeOutput(output, context, (chalk) => render(document, output.format, { chalk }));
  }
  execution.checkWhole(lost);
}

async function writeRows(
  { request, output }: CompareCommand,
  own: readonly number[],
  execution: Execution,
  context: CommandContext,
): Promise<void> {
  const rows = new RowOutput(output, context, execution.stop);
  let record: GridRecord;
  try {
    record = await compare(request, own, execution.execute, rows.write);
  } finally {
    rows.close();
  }
  if (rows.isReaderGone) return;
  await execution.close();
  writeWarnings(record.document, output, context);
  execution.checkWhole(record.lost);
}

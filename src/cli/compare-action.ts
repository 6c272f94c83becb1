import { dealCells, shardDocument } from '../jobs/shards.js';
import { compare, type GridRecord } from '../measure/compare.js';
import { Catalogue } from '../scenario/catalogue.js';
import {
  type CompareCommand,
  type CompareOptions,
  namedMachines,
  readCompareCommand,
} from './compare-request.js';
import type { CommandContext } from './context.js';
import { type Execution, startExecution } from './execution.js';
import { writeNotices, writeReport } from './report-output.js';

/** Runs the grid the command line asks for, then writes the report; rows on lines of their own are written as they come. */
export async function compareFromCommandLine(
  references: readonly string[],
  options: CompareOptions,
  context: CommandContext,
): Promise<void> {
  const catalogue = await Catalogue.openFor(context, [...references, ...namedMachines(options)]);
  const command = readCompareCommand(references, options, catalogue, context);
  const { request, jobs, shard, output } = command;
  const own = shard === null ? [...request.cells.keys()] : dealCells(request, shard);
  const workload = { host: request, cells: own.flatMap((number) => request.cells[number]?.cell ?? []) };
  const execution = startExecution(workload, { jobs, isQuiet: output.quiet }, context);
  try {
    if (output.format === 'ndjson') await streamRows(command, own, execution, context);
    else await reportGrid(command, own, execution, context);
  } finally {
    await execution.close();
  }
}

async function reportGrid(
  command: CompareCommand,
  own: readonly number[],
  execution: Execution,
  context: CommandContext,
): Promise<void> {
  const { request, shard } = command;
  const record = await compare(request, own, execution.execute);
  await execution.close();
  const { traced } = record;
  if (isAnythingToWrite(record, own.length)) {
    const document = shard === null ? record.document : shardDocument(request, shard, record);
    await writeReport({ document, traced }, command, context);
  }
  execution.checkWhole(record);
}

async function streamRows(
  command: CompareCommand,
  own: readonly number[],
  execution: Execution,
  context: CommandContext,
): Promise<void> {
  const { RowOutput } = await import('./row-output.js');
  const { request, output, trace } = command;
  // Who has stopped reading rows may still want the trace.
  const rows = new RowOutput(output, context, trace === null ? execution.stop : () => {});
  const record = await compare(request, own, execution.execute, rows.write);
  const isAnything = isAnythingToWrite(record, own.length);
  if (isAnything) rows.finish();
  if (rows.isReaderGone && trace === null) return;
  await execution.close();
  const writeTrace = await writeNotices(record, command, context);
  if (isAnything) writeTrace();
  execution.checkWhole(record);
}

/** A part of a grid may have no cells, and a grid none that could be run. */
function isAnythingToWrite({ lost, cutShort }: GridRecord, cells: number): boolean {
  return lost.length === 0 || lost.length < cells || cutShort > 0;
}

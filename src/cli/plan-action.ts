import { dealCells, shardDocument } from '../jobs/shards.js';
import { carryOut, type RunRecord } from '../measure/carry-out.js';
import { Catalogue } from '../scenario/catalogue.js';
import { type CompareOptions, namedMachines, readCompareCommand } from './compare-request.js';
import type { CommandContext } from './context.js';
import { DEFAULTS } from './defaults.js';
import { type Execution, startExecution } from './execution.js';
import { writeNotices, writeReport } from './report-output.js';
import { type PlanCommand, type RunOptions, readRunCommand } from './run-request.js';

/** Runs what the command line asks for, then writes the report. */
export async function runFromCommandLine(
  references: readonly string[],
  options: RunOptions,
  context: CommandContext,
): Promise<void> {
  const machine = options.machine ?? DEFAULTS.machine;
  const catalogue = await Catalogue.openFor(context, [...references, machine]);
  await carryOutCommand(readRunCommand(references, options, catalogue, context), context);
}

/** Runs the grid the command line asks for, then writes the report. */
export async function compareFromCommandLine(
  references: readonly string[],
  options: CompareOptions,
  context: CommandContext,
): Promise<void> {
  const catalogue = await Catalogue.openFor(context, [...references, ...namedMachines(options)]);
  await carryOutCommand(readCompareCommand(references, options, catalogue, context), context);
}

/** Nothing is written before everything has worked, but for the rows of a grid that go on lines of their own as they come. */
async function carryOutCommand(command: PlanCommand, context: CommandContext): Promise<void> {
  const { plan, jobs, shard, output } = command;
  const own = shard === null ? [...plan.cells.keys()] : dealCells(plan, shard);
  const workload = { host: plan, cells: own.flatMap((number) => plan.cells[number]?.cell ?? []) };
  const execution = startExecution(workload, { jobs, isQuiet: output.quiet }, context);
  try {
    if (plan.isGrid && output.format === 'ndjson') await streamRows(command, own, execution, context);
    else await reportAll(command, own, execution, context);
  } finally {
    await execution.close();
  }
}

async function reportAll(
  command: PlanCommand,
  own: readonly number[],
  execution: Execution,
  context: CommandContext,
): Promise<void> {
  const { plan, shard } = command;
  const record = await carryOut(plan, own, execution.execute);
  await execution.close();
  const { traced } = record;
  if (isAnythingToWrite(record, own.length)) {
    const document = shard === null ? record.document : shardDocument(plan, shard, record);
    await writeReport({ document, traced }, command, context);
  }
  execution.checkWhole(record);
}

async function streamRows(
  command: PlanCommand,
  own: readonly number[],
  execution: Execution,
  context: CommandContext,
): Promise<void> {
  const { RowOutput } = await import('./row-output.js');
  const { plan, output, trace } = command;
  // Who has stopped reading rows may still want the trace.
  const rows = new RowOutput(output, context, trace === null ? execution.stop : () => {});
  const record = await carryOut(plan, own, execution.execute, rows.write);
  const isAnything = isAnythingToWrite(record, own.length);
  if (isAnything) rows.finish();
  if (rows.isReaderGone && trace === null) return;
  await execution.close();
  const writeTrace = await writeNotices(record, command, context);
  if (isAnything) writeTrace();
  execution.checkWhole(record);
}

/** A part of a grid may have no cells, and a plan none that could be run. */
function isAnythingToWrite({ lost, cutShort }: RunRecord, cells: number): boolean {
  return lost.length === 0 || lost.length < cells || cutShort > 0;
}

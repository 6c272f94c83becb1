import type { OutputFile } from '../files/output-file.js';
import type { RunRecord } from '../measure/carry-out.js';
import type { CpuGrouping } from '../report/cpu-groups.js';
import type { RunDocument } from '../run-document/run-document.js';
import type { CommandContext } from './context.js';
import { writeDocument } from './document-output.js';
import type { OutputChoice } from './output-options.js';
import { prepareTrace } from './trace-output.js';

/** Where what a command has found out goes. */
export interface ReportChoice {
  readonly output: OutputChoice;
  /** Where the trace goes; `null`: there is none. */
  readonly trace: OutputFile | null;
}

/** Says what there is to warn of and writes the report, then the trace. */
export async function writeReport(
  record: Pick<RunRecord, 'document' | 'traced'>,
  choice: ReportChoice & { readonly by: CpuGrouping },
  context: CommandContext,
): Promise<void> {
  const { output, by } = choice;
  const { document } = record;
  const writeTrace = await writeNotices(record, choice, context);
  await writeDocument(document, output, context, { by, isByCpu: document.cpus.length > 0 });
  writeTrace();
}

/**
 * Says on stderr what there is to say of a run and its trace.
 * @returns what writes the trace, where one is wanted
 */
export async function writeNotices(
  { document, traced }: Pick<RunRecord, 'document' | 'traced'>,
  { output, trace }: ReportChoice,
  context: CommandContext,
): Promise<() => void> {
  writeWarnings(document, output, context);
  return trace === null ? () => {} : prepareTrace(traced, { ...output, file: trace }, document, context);
}

export function writeWarnings(
  { warnings }: Pick<RunDocument, 'warnings'>,
  { quiet }: OutputChoice,
  { writeStderr }: CommandContext,
): void {
  if (quiet) return;
  for (const { message } of warnings) writeStderr(`warning: ${message}\n`);
}

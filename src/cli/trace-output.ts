import { describeFound, type ProblemList, UnreadableValue } from '../errors.js';
import type { TraceOrigin } from '../report/trace.js';
import type { TracedSweep } from '../run-document/trace-data.js';
import type { CommandContext } from './context.js';
import { isSameFile, STDOUT_NAMES, writeOutputFile } from './output-file.js';

/** Where a trace goes, and whether anything is said about it. */
interface TraceChoice {
  readonly file: string;
  readonly quiet: boolean;
}

/**
 * The file of `--trace`; `null` without one.
 * @param report the file of the report; `null`: stdout
 */
export function readTraceFile(
  given: string | undefined,
  report: string | null,
  problems: ProblemList,
): string | null {
  return problems.read('--trace', given, (file) => {
    if (file === '') throw new UnreadableValue('the path of a file', 'nothing');
    if (STDOUT_NAMES.includes(file)) {
      throw new UnreadableValue(
        'the path of a file',
        'stdout',
        'Results go to stdout, and nothing else does.',
      );
    }
    if (report !== null && isSameFile(file, report)) {
      throw new UnreadableValue('another file than --output', describeFound(file));
    }
    return file;
  });
}

/**
 * Makes a trace ready and says what there is to say about it.
 * @returns what writes it, for when everything else has worked
 */
export async function prepareTrace(
  sweeps: readonly TracedSweep[],
  { file, quiet }: TraceChoice,
  origin: TraceOrigin,
  { writeStderr }: Pick<CommandContext, 'writeStderr'>,
): Promise<() => void> {
  const { batchNotice, renderTrace, runNotice } = await import('../report/trace.js');
  for (const notice of [runNotice(origin), batchNotice(sweeps)]) {
    if (notice !== null && !quiet) writeStderr(`notice: ${notice}\n`);
  }
  return () => writeOutputFile(file, renderTrace(sweeps, origin), '--trace');
}

import { type ProblemList, UnreadableValue } from '../errors.js';
import type { Files } from '../files/files.js';
import type { OutputFile } from '../files/output-file.js';
import type { TraceOrigin } from '../report/trace.js';
import type { TracedSweep } from '../run-document/trace-data.js';
import type { CommandContext } from './context.js';

/** Where a trace goes, and whether anything is said about it. */
interface TraceChoice {
  readonly file: OutputFile;
  readonly quiet: boolean;
}

/** Where an option sends what is written beside the results; `null` without it. */
export function readFileBesides(
  where: string,
  given: string | undefined,
  files: Files,
  problems: ProblemList,
): OutputFile | null {
  return problems.read(where, given, (path) => {
    const file = files.output(where, path);
    if (file !== null) return file;
    throw new UnreadableValue('the path of a file', 'stdout', 'Results go to stdout, and nothing else does.');
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
  return () => file.replace(renderTrace(sweeps, origin));
}

import { ProblemList } from '../errors.js';
import { mergeShards } from '../jobs/merge-shards.js';
import { render } from '../report/render.js';
import { readShardDocument } from '../run-document/shard-document.js';
import type { CommandContext } from './context.js';
import { readInputFile } from './input-file.js';
import { writeOutput } from './output.js';
import { writeWarnings } from './run-action.js';
import { type RunOptions, readOutput } from './run-request.js';

type MergeOptions = Pick<RunOptions, 'format' | 'json' | 'csv' | 'output' | 'color' | 'quiet'>;

/** Puts the parts of a grid together and writes the report, as the whole grid would have been. */
export async function mergeFromCommandLine(
  files: readonly string[],
  options: MergeOptions,
  context: CommandContext,
): Promise<void> {
  const problems = new ProblemList();
  const isFormatChosen = options.format !== undefined || options.csv === true;
  const output = readOutput(isFormatChosen ? options : { ...options, json: true }, problems);
  const parts = files.flatMap((file) => {
    const document = problems.collect(() => readShardDocument(file, readInputFile(file)));
    return document === null ? [] : [{ file, document }];
  });
  if (problems.isAny) throw problems.toError();
  const document = mergeShards(parts);
  writeWarnings(document, output, context);
  await writeOutput(output, context, (chalk) => render(document, output.format, { chalk }));
}

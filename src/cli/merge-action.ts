import { InputError, ProblemList } from '../errors.js';
import { mergeShards } from '../jobs/merge-shards.js';
import type { CpuGrouping } from '../report/cpu-groups.js';
import { readShardDocument } from '../run-document/shard-document.js';
import type { CommandContext } from './context.js';
import { readInputFile } from './input-file.js';
import { type OutputOptions, readOutput } from './output-options.js';
import { writeReport } from './report-output.js';
import { readCpuChoice } from './run-request.js';

interface MergeOptions extends OutputOptions {
  readonly by?: string | undefined;
}

/** Puts the parts of a grid together and writes the report, as the whole grid would have been. */
export async function mergeFromCommandLine(
  files: readonly string[],
  options: MergeOptions,
  context: CommandContext,
): Promise<void> {
  const problems = new ProblemList();
  const isFormatChosen = options.format !== undefined || options.csv === true;
  const output = readOutput(isFormatChosen ? options : { ...options, json: true }, context.files, problems);
  const { perCpu, by } = readCpuChoice(options, output, problems);
  const parts = files.flatMap((file) => {
    const document = problems.collect(() => readShardDocument(file, readInputFile(file, context.files)));
    return document === null ? [] : [{ file, document }];
  });
  if (problems.isAny) throw problems.toError();
  const document = mergeShards(parts);
  if (perCpu && document.cpus.length === 0) throw noCpusToFold(by);
  await writeReport({ document, traced: [] }, { output, trace: null, by }, context);
}

function noCpusToFold(by: CpuGrouping): InputError {
  const expected = 'parts that were run with --per-cpu';
  return new InputError([{ where: `--by ${by}`, expected, found: 'none that tells of each CPU' }]);
}

import { basename } from 'node:path';
import { ProblemList } from '../errors.js';
import { type PageInput, renderPage } from '../page/page.js';
import { readSavedDocument } from '../run-document/read-document.js';
import type { CommandContext } from './context.js';
import { textOf } from './input-file.js';
import { writeOutput } from './output.js';

interface ReportOptions {
  readonly output?: string | undefined;
}

/** Makes a page of saved documents; nothing is written before all of them are read. */
export async function reportFromCommandLine(
  files: readonly string[],
  options: ReportOptions,
  context: CommandContext,
): Promise<void> {
  const problems = new ProblemList();
  const file = problems.read('--output', options.output, (path) => context.files.output('--output', path));
  const inputs = files.flatMap((file): PageInput[] => {
    const input = problems.collect(() => {
      const bytes = context.files.readWhole(file);
      const saved = readSavedDocument(file, textOf(file, bytes));
      return { name: basename(file), bytes, saved };
    });
    return input === null ? [] : [input];
  });
  if (problems.isAny) throw problems.toError();
  const page = renderPage(inputs, context.tool);
  await writeOutput({ file, color: false, isVerbose: false }, context, () => page);
}

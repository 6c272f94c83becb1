import { failuresOf, parseCondition } from '../diff/conditions.js';
import { diffRuns } from '../diff/diff-runs.js';
import { IncomparableRuns, ProblemList, ThresholdExceeded } from '../errors.js';
import { TEXT_FORMAT_NAMES } from '../report/formats.js';
import { DIFF_SCHEMA, type DiffDocument } from '../run-document/diff-document.js';
import { readRunDocument, type SavedRun } from '../run-document/read-document.js';
import type { CommandContext } from './context.js';
import { writeDocument } from './document-output.js';
import { readInputFile } from './input-file.js';
import { type OutputOptions, readOutput } from './output-options.js';

interface DiffOptions extends OutputOptions {
  readonly acrossHosts?: true | undefined;
  readonly failOn?: readonly string[] | undefined;
}

const CELLS_NAMED = 6;

/** Compares two saved runs, writes what has changed, and fails where that was not to happen. */
export async function diffFromCommandLine(
  fileA: string,
  fileB: string,
  options: DiffOptions,
  context: CommandContext,
): Promise<void> {
  const problems = new ProblemList();
  const output = readOutput(options, context.files, problems, TEXT_FORMAT_NAMES);
  const conditions = (options.failOn ?? []).flatMap(
    (text) => problems.read('--fail-on', text, parseCondition) ?? [],
  );
  const [a, b] = [fileA, fileB].map((file) =>
    problems.collect(() => readRunDocument(file, readInputFile(file, context.files))),
  );
  if (!a || !b || problems.isAny) throw problems.toError();
  const found = diffRuns(a, b, options.acrossHosts === true);
  const failures = conditions.flatMap((condition) => failuresOf(condition, found.results));
  const document: DiffDocument = {
    ...{ schema: DIFF_SCHEMA, tool: context.tool, command: context.argv },
    ...{ a: sideOf(fileA, a), b: sideOf(fileB, b) },
    ...found,
    failures,
  };
  await writeDocument(document, output, context);
  if (failures.length > 0) throw new ThresholdExceeded(failures);
  const vanished = found.unmatched.filter(({ side }) => side === 'a').map(({ cell }) => cell);
  if (conditions.length > 0 && vanished.length > 0) {
    throw new IncomparableRuns(
      `--fail-on holds for no cell that b lacks: ${vanished.slice(0, CELLS_NAMED).join('; ')}`,
    );
  }
}

function sideOf(file: string, { origin, tool, command, seed }: SavedRun): DiffDocument['a'] {
  return { file, origin, tool, command, seed };
}

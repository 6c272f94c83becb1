import { describeFound, InputError, ProblemList, UnreadableValue } from '../errors.js';
import { parseTscGhz } from '../kernel-log/clock-rates.js';
import { type ImportedLog, importLog } from '../kernel-log/import-log.js';
import { IMPORT_FORMAT_NAMES } from '../report/formats.js';
import { importedCsv, importedNdjson, renderImported } from '../report/imported.js';
import { type ImportedDocument, NO_TABLES, RUN_SCHEMA } from '../run-document/run-document.js';
import { MAPPING_NAMES } from '../scenario/mapping.js';
import { NAME_PATTERN } from '../scenario/name-pattern.js';
import { nameOfFile } from '../scenario/shipped.js';
import { STRATEGY_NAMES } from '../sweep/strategies.js';
import { THREADS } from '../sweep/strategy.js';
import { parseMemoryBytes } from '../units.js';
import { oneOf } from './choices.js';
import type { CommandContext } from './context.js';
import { writeDocument } from './document-output.js';
import { writeWarnings } from './report-output.js';
import { readOutput } from './run-request.js';

interface ImportOptions {
  readonly tscGhz?: string | undefined;
  readonly scenario?: string | undefined;
  readonly measure?: string | undefined;
  readonly mapping?: string | undefined;
  readonly strategy?: string | undefined;
  readonly threads?: string | undefined;
  readonly memory?: string | undefined;
  readonly format?: string | undefined;
  readonly json?: true | undefined;
  readonly csv?: true | undefined;
  readonly perCpu?: true | undefined;
  readonly output?: string | undefined;
  readonly quiet?: true | undefined;
}

/** Reads a log and writes what it tells. */
export async function importFromCommandLine(
  log: string,
  options: ImportOptions,
  context: CommandContext,
): Promise<void> {
  const problems = new ProblemList();
  const output = readOutput({ ...options, color: null }, context.files, problems, IMPORT_FORMAT_NAMES);
  const tscGhz = problems.read('--tsc-ghz', options.tscGhz, parseTscGhz);
  const name = (text: string) => {
    if (NAME_PATTERN.test(text)) return text;
    throw new UnreadableValue('a name of letters, digits, dots, dashes and underscores', describeFound(text));
  };
  const labels = {
    scenario: problems.read('--scenario', options.scenario, name) ?? '',
    measure: problems.read('--measure', options.measure, name) ?? '',
    mapping: problems.read('--mapping', options.mapping, oneOf(MAPPING_NAMES)) ?? '',
    strategy: problems.read('--strategy', options.strategy, oneOf(STRATEGY_NAMES)) ?? '',
    threads: problems.read('--threads', options.threads, oneOf(THREADS)) ?? '',
    memoryBytes: problems.read('--memory', options.memory, parseMemoryBytes),
  };
  if (problems.isAny) throw problems.toError();
  const imported = await importLog(context.files.stream(log), { labels, tscGhz });
  checkContent(log, imported);
  const { results, cpus, observations, notes, warnings } = imported;
  const document: ImportedDocument = {
    ...{ schema: RUN_SCHEMA, origin: 'imported', tool: context.tool, command: context.argv, seed: null },
    ...{ machines: [], ...NO_TABLES, results, cpus, observations, notes, warnings },
  };
  writeWarnings(document, output, context);
  const perCpu = options.perCpu === true;
  const source = log === '-' ? 'stdin' : nameOfFile(log);
  const texts: Parameters<typeof writeDocument<ImportedDocument>>[1] = {
    table: (visible, layout) => renderImported(visible, source, layout),
    csv: () => importedCsv(document, perCpu),
    ndjson: () => importedNdjson(document, perCpu),
  };
  await writeDocument(document, texts, output, context);
}

const NOTES_TOLD = 5;

/** @throws InputError when there is nothing in a log that can be used */
function checkContent(log: string, { observations, notes, lines, isBinary }: ImportedLog): void {
  if (observations.length > 0) return;
  const expected = 'a log with lines about RMPOPT that are understood';
  if (notes.length === 0) {
    const found = lines === 0 ? 'an empty one' : isBinary ? 'a binary file' : `none in ${lines} lines`;
    throw new InputError([{ where: log, expected, found }]);
  }
  throw new InputError(
    notes.slice(0, NOTES_TOLD).map(({ line, reason, text }) => ({
      where: `${log}, line ${line}`,
      expected,
      found: `${describeFound(text.trim())} (${reason})`,
    })),
  );
}

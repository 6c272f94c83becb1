import { memoryContradictions } from '../calibrate/imported-figures.js';
import { describeFound, InputError, ProblemList, problemAt, UnreadableValue } from '../errors.js';
import { parseTscGhz } from '../kernel-log/clock-rates.js';
import { type ImportedLog, type ImportRequest, importLog } from '../kernel-log/import-log.js';
import { type ImportedProbe, ProbeReader } from '../kernel-probe/import-probe.js';
import { HEAD_BYTES, type ImportedTrace, importTrace, isTrace } from '../kernel-trace/import-trace.js';
import { counted, duration } from '../report/figures.js';
import { SAID_BESIDE_FIGURES, segmentsForMachine } from '../report/imported.js';
import { RUN_SCHEMA } from '../run-document/columns.js';
import type { ImportedDocument, Warning } from '../run-document/run-document.js';
import { NO_TABLES } from '../run-document/run-tables.js';
import { MAPPING_NAMES } from '../scenario/scenario.js';
import { nameOfFile } from '../scenario/shipped.js';
import { NAME_PATTERN } from '../scenario/suggest.js';
import { STRATEGY_NAMES } from '../sweep/strategies.js';
import { THREADS } from '../sweep/strategy.js';
import { parseMemoryBytes } from '../units.js';
import { oneOf, splitLists } from './choices.js';
import type { CommandContext } from './context.js';
import { writeDocument } from './document-output.js';
import { type OutputOptions, readOutput } from './output-options.js';
import { checkProbe, writeProbe } from './probe-output.js';
import { writeWarnings } from './report-output.js';
import { checkWide } from './run-request.js';

interface ImportOptions extends OutputOptions {
  readonly tscGhz?: string | undefined;
  readonly scenario?: string | undefined;
  readonly state?: string | undefined;
  readonly sweeps?: string | undefined;
  readonly mapping?: string | undefined;
  readonly strategy?: string | undefined;
  readonly threads?: string | undefined;
  readonly memory?: string | undefined;
  readonly perCpu?: true | undefined;
}

/** Reads a log and writes what it tells. */
export async function importFromCommandLine(
  log: string,
  options: ImportOptions,
  context: CommandContext,
): Promise<void> {
  const problems = new ProblemList();
  const output = readOutput(options, context.files, problems);
  checkWide(options, output, problems);
  const tscGhz = problems.read('--tsc-ghz', options.tscGhz, parseTscGhz);
  const name = (text: string) => {
    if (NAME_PATTERN.test(text)) return text;
    throw new UnreadableValue('a name of letters, digits, dots, dashes and underscores', describeFound(text));
  };
  const states = problems.read('--sweeps', options.sweeps, (text) => splitLists([text]).map(name));
  if (states !== null && options.state !== undefined) {
    const expected = '--sweeps, with a state for each sweep, or --state, one for all of them';
    problems.add({ where: '--sweeps', expected, found: 'both' });
  }
  const labels = {
    scenario: problems.read('--scenario', options.scenario, name) ?? '',
    state: problems.read('--state', options.state, name) ?? '',
    mapping: problems.read('--mapping', options.mapping, oneOf([...MAPPING_NAMES, 'none'])) ?? '',
    strategy: problems.read('--strategy', options.strategy, oneOf(STRATEGY_NAMES)) ?? '',
    threads: problems.read('--threads', options.threads, oneOf(THREADS)) ?? '',
    memoryBytes: problems.read('--memory', options.memory, parseMemoryBytes),
  };
  if (problems.isAny) throw problems.toError();
  const { imported, probe } = await readImport(log, context, { labels, states, tscGhz });
  const details = { source: log === '-' ? 'stdin' : nameOfFile(log), isByCpu: options.perCpu === true };
  if (probe !== null && probe.lines > 0 && imported.sweeps === 0) {
    checkProbe(log, probe, options);
    await writeProbe(probe, output, details, context);
    return;
  }
  checkContent(log, imported);
  checkUnmixed(log, imported, probe);
  checkStates(log, states, imported);
  checkMemory(log, imported.results);
  const { results, cpus, observations, notes } = imported;
  const warnings = [
    ...imported.warnings,
    ...(probe?.warnings ?? []).filter(({ kind }) => kind === 'runs-refused'),
  ];
  const traced = 'rounds' in imported ? imported : { rounds: [], arrivals: [] };
  const { rounds, arrivals } = traced;
  const rmpSegments = 'rmpSegments' in imported ? imported.rmpSegments : [];
  const document: ImportedDocument = {
    ...{ schema: RUN_SCHEMA, origin: 'imported', tool: context.tool, command: context.argv, seed: null },
    ...{ machines: [], ...NO_TABLES, results, cpus, observations, notes, rounds, arrivals },
    ...{ rmpSegments, warnings },
  };
  const isInTable = ({ kind }: Warning) => output.format === 'table' && SAID_BESIDE_FIGURES.test(kind);
  writeWarnings({ warnings: warnings.filter((one) => !isInTable(one)) }, output, context);
  await writeDocument(document, output, context, details);
}

/**
 * Reads a log of a kernel, or a trace of its tracepoints.
 * @throws InputError when it cannot be read, or is no text
 */
async function readImport(log: string, { files }: CommandContext, request: ImportRequest): Promise<Readings> {
  try {
    const { head, all } = await peek(files.stream(log));
    if (isTrace(head)) return { imported: await importTrace(all, request), probe: null };
    const reader = new ProbeReader();
    const imported = await importLog(watched(all, reader), request);
    return { imported, probe: reader.finish() };
  } catch (error) {
    if (error instanceof UnreadableValue) throw new InputError([problemAt(log, error)]);
    throw error;
  }
}

/** What the readers of one file have found in it. */
interface Readings {
  readonly imported: ImportedLog | ImportedTrace;
  /** `null` where nobody has looked for it. */
  readonly probe: ImportedProbe | null;
}

/** Passes chunks on, and shows them to a reader. */
async function* watched(chunks: AsyncIterable<Uint8Array>, reader: ProbeReader): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    reader.push(chunk);
    yield chunk;
  }
}

/** The beginning of a stream, and all of it. */
async function peek(chunks: AsyncIterable<Uint8Array>) {
  const iterator = chunks[Symbol.asyncIterator]();
  const read: Uint8Array[] = [];
  for (let bytes = 0; bytes < HEAD_BYTES; ) {
    const next = await iterator.next();
    if (next.done === true) break;
    read.push(next.value);
    bytes += next.value.length;
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    yield* read;
    yield* { [Symbol.asyncIterator]: () => iterator };
  }
  return { head: Buffer.concat(read), all: all() };
}

const NOTES_TOLD = 5;

/** @throws InputError when a file has sweeps of RMPOPT and rounds of the probe, of which one document cannot be made */
function checkUnmixed(
  log: string,
  { sweeps }: ImportedLog | ImportedTrace,
  probe: ImportedProbe | null,
): void {
  const rounds = probe?.results.length ?? 0;
  if (rounds === 0) return;
  const expected = 'either sweeps of RMPOPT or other measurements of the probe';
  const hint = 'Save runs of op=rmpopt and the others to separate files.';
  throw new InputError([
    { where: log, expected, found: `${sweeps} of the former and ${rounds} of the latter`, hint },
  ]);
}

/** @throws InputError when a log or a trace tells of no sweep: why, if it says */
function checkContent(log: string, imported: ImportedLog | ImportedTrace): void {
  if ('reason' in imported) {
    const { reason } = imported;
    if (reason === null) return;
    const expected = 'a trace with a sweep: start, rounds and end of a worker whose name has rmpopt in it';
    throw new InputError([{ where: log, expected, found: reason }]);
  }
  const { observations, notes, rmpSegments, sweeps, reasons, lines, seemsToBe } = imported;
  // What the table of optimized regions tells is the outcome of sweeps.
  if (sweeps > 0 || observations.some(({ kind }) => kind === 'table-row')) return;
  const expected = 'a log with lines about RMPOPT that are understood';
  const attempts = observations.filter(({ kind, figure }) => kind === 'attempt' && figure === 'address');
  const all = [
    ...attempts.slice(0, 1).map(({ line }) => ({
      where: `${log}, line ${line}`,
      expected: 'a log with the time of a sweep',
      found: 'a sweep that was to run, and no time of one',
      hint: 'The kernel as posted prints no times; docs/hardware.md says how to capture them.',
    })),
    ...reasons.map(({ line, reason }) => ({
      where: `${log}, line ${line}`,
      expected: 'a sweep',
      found: reason,
    })),
    ...notes.map(({ line, reason, text }) => ({
      where: `${log}, line ${line}`,
      expected,
      found: `${describeFound(text.trim())} (${reason})`,
    })),
  ];
  if (all.length > 0) throw new InputError(all.slice(0, NOTES_TOLD));
  if (observations.some(({ kind }) => kind !== 'tsc')) {
    const found = 'lines about the RMP, and none about RMPOPT';
    const hint = rmpSegments.length === 0 ? {} : { hint: segmentsForMachine(rmpSegments) };
    throw new InputError([{ where: log, expected: 'a log with a sweep', found, ...hint }]);
  }
  const found = lines === 0 ? 'an empty one' : (seemsToBe ?? `none in ${lines} lines`);
  throw new InputError([{ where: log, expected, found }]);
}

/** @throws InputError when there are more or fewer states than sweeps */
function checkStates(
  log: string,
  states: readonly string[] | null,
  { sweeps, results }: ImportedLog | ImportedTrace,
): void {
  if (states === null || states.length === sweeps) return;
  const totals = results.filter(({ phase }) => phase === 'total').slice(0, NOTES_TOLD);
  const times = totals.map(
    ({ run, elapsedNs }) => `sweep ${run}: ${elapsedNs === null ? 'no time' : duration(elapsedNs)}`,
  );
  const more = sweeps > totals.length ? [`${sweeps - totals.length} more`] : [];
  throw new InputError([
    {
      where: '--sweeps',
      expected: `${counted(sweeps, 'state')}, one for each sweep of ${log} (${[...times, ...more].join(', ')})`,
      found: counted(states.length, 'state'),
    },
  ]);
}

/** @throws InputError when sweeps cover other regions than the memory they are said to be of */
function checkMemory(log: string, results: ImportedLog['results']): void {
  const problems = memoryContradictions(log, results);
  if (problems.length > 0) throw new InputError(problems.slice(0, NOTES_TOLD));
}

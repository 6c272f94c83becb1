import { ProblemList } from '../errors.js';
import type { ImportedProbe } from '../kernel-probe/import-probe.js';
import { toCsv } from '../report/csv.js';
import type { CsvStyle } from '../report/csv-style.js';
import { toNdjson } from '../report/json.js';
import type { Layout } from '../report/layout.js';
import { renderProbe } from '../report/probe.js';
import {
  PROBE_COLUMNS,
  PROBE_CPU_COLUMNS,
  PROBE_SCHEMA,
  type ProbeDocument,
} from '../run-document/probe-document.js';
import { nameOfFile } from '../scenario/shipped.js';
import type { CommandContext } from './context.js';
import { writeDocument } from './document-output.js';
import { writeWarnings } from './report-output.js';
import type { OutputChoice } from './run-request.js';

/** Options that are about sweeps of RMPOPT. */
const SWEEP_OPTIONS = [
  ...(['scenario', 'state', 'sweeps', 'mapping', 'strategy', 'threads', 'memory', 'wide'] as const),
];

/** @throws InputError when the probe measured nothing, or an option is about sweeps of RMPOPT */
export function checkProbe(
  log: string,
  { results, errors, notes }: ImportedProbe,
  options: Readonly<Partial<Record<(typeof SWEEP_OPTIONS)[number] | 'format', unknown>>>,
): void {
  const problems = new ProblemList();
  const found = 'a log of the probe, which has none';
  for (const name of SWEEP_OPTIONS) {
    if (options[name] !== undefined)
      problems.add({ where: `--${name}`, expected: 'a log with sweeps of RMPOPT', found });
  }
  if (options.format === 'xlsx')
    problems.add({ where: '--format', expected: 'table, json, ndjson or csv for the probe', found: 'xlsx' });
  if (results.length === 0) {
    const why = errors[0] ?? notes.map(({ line, reason }) => `line ${line}: ${reason}`)[0] ?? 'none';
    problems.add({ where: log, expected: 'a log of the probe with sweeps', found: why });
  }
  if (problems.isAny) throw problems.toError();
}

/** Writes what the probe has measured as a document of its own. */
export async function writeProbe(
  log: string,
  { hosts, results, cpus, calls, notes, warnings }: ImportedProbe,
  { output, isByCpu }: { readonly output: OutputChoice; readonly isByCpu: boolean },
  context: CommandContext,
): Promise<void> {
  const document: ProbeDocument = {
    ...{ schema: PROBE_SCHEMA, origin: 'imported', tool: context.tool, command: context.argv },
    ...{ hosts, results, cpus, calls, notes, warnings },
  };
  writeWarnings(document, output, context);
  const rows = isByCpu ? cpus : results;
  const columns = Object.keys(isByCpu ? PROBE_CPU_COLUMNS : PROBE_COLUMNS);
  const source = log === '-' ? 'stdin' : nameOfFile(log);
  const texts = {
    table: (visible: ProbeDocument, layout: Layout) => renderProbe(visible, source, layout),
    csv: (_: ProbeDocument, style: CsvStyle) => toCsv(rows, columns, style),
    ndjson: () => toNdjson(rows),
  };
  await writeDocument(document, texts, output, context);
}

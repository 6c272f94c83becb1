import { ProblemList } from '../errors.js';
import type { ImportedProbe } from '../kernel-probe/import-probe.js';
import { TEXT_FORMAT_NAMES } from '../report/formats.js';
import { PROBE_SCHEMA } from '../run-document/probe-columns.js';
import type { ProbeDocument } from '../run-document/probe-document.js';
import { listChoices } from '../scenario/suggest.js';
import type { CommandContext } from './context.js';
import { type ReportDetails, writeDocument } from './document-output.js';
import type { OutputChoice } from './output-options.js';
import { writeWarnings } from './report-output.js';

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
    problems.add({
      where: '--format',
      expected: `${listChoices(TEXT_FORMAT_NAMES)} for the probe`,
      found: 'xlsx',
    });
  if (results.length === 0) {
    const why = errors[0] ?? notes.map(({ line, reason }) => `line ${line}: ${reason}`)[0] ?? 'none';
    problems.add({ where: log, expected: 'a log of the probe with sweeps', found: why });
  }
  if (problems.isAny) throw problems.toError();
}

/** Writes what the probe has measured as a document of its own. */
export async function writeProbe(
  { hosts, results, cpus, calls, notes, warnings }: ImportedProbe,
  output: OutputChoice,
  details: ReportDetails,
  context: CommandContext,
): Promise<void> {
  const document: ProbeDocument = {
    ...{ schema: PROBE_SCHEMA, origin: 'imported', tool: context.tool, command: context.argv },
    ...{ hosts, results, cpus, calls, notes, warnings },
  };
  // A table has them itself.
  if (output.format !== 'table') writeWarnings(document, output, context);
  await writeDocument(document, output, context, details);
}

import { InputError, type Problem } from '../errors.js';
import { WINDOW_REGIONS } from '../machine/memory.js';
import type { Partly, ResultRow } from '../run-document/columns.js';
import type { SavedRun } from '../run-document/read-document.js';
import { MAPPING_NAMES } from '../scenario/mapping.js';
import { nameOfFile } from '../scenario/shipped.js';
import { STRATEGY_NAMES } from '../sweep/strategies.js';
import { THREADS } from '../sweep/strategy.js';
import { GIB_BYTES, sizeText } from '../units.js';
import type { Condition, FigureKind, FiguresFile } from './figures-file.js';

/** As far as nobody has said how far from the truth a measurement may be, the same as for published ones. */
const TOLERANCE_PCT = 3;

const COLUMN_OF_KIND = {
  total: 'elapsedNs',
  'instruction-mean': 'instructionMeanNs',
  'instruction-max': 'instructionMaxNs',
  'instruction-min': 'instructionMinNs',
} as const satisfies Record<FigureKind, keyof ResultRow>;

/**
 * The figures of an imported log: its sweeps by what they are said to be of.
 * @throws InputError when it is not said what they are of, or the document was not imported
 */
export function importedFigures(file: string, { origin, results }: SavedRun): FiguresFile {
  if (origin !== 'imported') {
    const expected = 'figures of hardware: a file of figures, or what import has made of a log';
    throw new InputError([{ where: file, expected, found: 'a simulated run' }]);
  }
  const totals = results.filter(({ phase, elapsedNs }) => phase === 'total' && elapsedNs !== null);
  if (totals.length === 0) {
    throw new InputError([{ where: file, expected: 'a log with the time of a sweep', found: 'none' }]);
  }
  const problems = [...missingLabels(file, totals), ...contradictions(file, totals)];
  if (problems.length > 0) throw new InputError(problems);
  const conditions = new Map<string, Condition>();
  const figures = totals.flatMap((row) => {
    const condition = conditionOf(row);
    const size = sizeText(condition.memory);
    const name = [condition.scenario, row.mapping, condition.strategy, condition.threads, size]
      .filter((part) => part !== '')
      .join('-');
    conditions.set(name, condition);
    return Object.entries(COLUMN_OF_KIND).flatMap(([kind, column]) => {
      const ns = row[column];
      const id = `${name}-${row.run}-${kind}`;
      return ns === null ? [] : [{ id, condition: name, kind: kind as FigureKind, ns, source: file }];
    });
  });
  return {
    name: nameOfFile(file),
    title: `imported: ${nameOfFile(file)}`,
    tolerancePct: TOLERANCE_PCT,
    conditions: Object.fromEntries(conditions),
    figures,
  };
}

/** What import was not told and a simulation has to know. */
function missingLabels(file: string, totals: readonly Partly<ResultRow>[]): Problem[] {
  const [row] = totals;
  if (row === undefined) return [];
  const labels = {
    '--scenario': row.scenario,
    '--strategy': row.strategy,
    '--threads': row.threads,
    '--memory': row.memoryBytes,
  };
  const missing = Object.entries(labels).flatMap(([option, value]) =>
    value === '' || value === null ? [option] : [],
  );
  if (missing.length === 0) return [];
  const expected = `a log imported with ${Object.keys(labels).join(', ')}, so that it can be simulated`;
  return [{ where: file, expected, found: `none of ${missing.join(', ')}` }];
}

/** A log that names its regions has to agree with the memory it is said to be of. */
function contradictions(file: string, totals: readonly Partly<ResultRow>[]): Problem[] {
  return totals.flatMap(({ run, regions, memoryBytes }) => {
    const said = memoryBytes === null ? null : Math.min(WINDOW_REGIONS, memoryBytes / GIB_BYTES);
    if (regions === null || said === null || regions === said) return [];
    const expected = `${said} regions, as --memory says`;
    return [{ where: `${file}: sweep ${run}`, expected, found: `${regions} in the log` }];
  });
}

function conditionOf({ scenario, mapping, strategy, threads, memoryBytes }: Partly<ResultRow>): Condition {
  const knownStrategy = STRATEGY_NAMES.find((name) => name === strategy);
  const knownThreads = THREADS.find((name) => name === threads);
  if (knownStrategy === undefined || knownThreads === undefined) {
    throw new InputError([
      { where: 'results', expected: 'a strategy and threads by name', found: `${strategy}, ${threads}` },
    ]);
  }
  return {
    says: `${scenario}, imported`,
    scenario,
    strategy: knownStrategy,
    threads: knownThreads,
    memory: memoryBytes ?? 0,
    mapping: MAPPING_NAMES.find((name) => name === mapping),
    unknown: [],
  };
}

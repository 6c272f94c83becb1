import { InputError, type Problem } from '../errors.js';
import { groupBy } from '../group-by.js';
import { WINDOW_REGIONS } from '../machine/memory.js';
import { formatTopology, type Topology } from '../machine/topology.js';
import { type AnyResultRow, REMOTE_CPUS_FIGURE } from '../run-document/columns.js';
import type { SavedRun } from '../run-document/read-document.js';
import type { Warning } from '../run-document/run-document.js';
import { MAPPING_NAMES } from '../scenario/scenario.js';
import { nameOfFile } from '../scenario/shipped.js';
import { STRATEGY_NAMES } from '../sweep/strategies.js';
import { THREADS } from '../sweep/strategy.js';
import { GIB_BYTES, sizeText } from '../units.js';
import type { Condition, FigureKind, FiguresFile } from './figures-file.js';

/** Where the row of a total has its figures. */
const COLUMN_OF_KIND = {
  total: 'elapsedNs',
  'instruction-mean': 'instructionMeanNs',
  'instruction-max': 'instructionMaxNs',
  'instruction-min': 'instructionMinNs',
} as const satisfies Partial<Record<FigureKind, keyof AnyResultRow>>;

/** Figures, and what to say of those that were left out. */
export interface LoadedFigures extends FiguresFile {
  readonly warnings: readonly Warning[];
}

/**
 * The figures of an imported log, but for doubtful ones: its sweeps by what they are said to be of.
 * @param topology of the host that is fitted; `null` where none is
 * @throws InputError when it is not said what they are of, it cannot be true, all are doubtful, or the document was not imported
 */
export function importedFigures(
  file: string,
  { origin, results, cpus, observations = [], warnings }: SavedRun,
  topology: Topology | null,
): LoadedFigures {
  if (origin !== 'imported') {
    const expected = 'figures of hardware: a file of figures, or what import has made of a log';
    throw new InputError([{ where: file, expected, found: 'a simulated run' }]);
  }
  const totals = results
    .filter(({ phase, elapsedNs }) => phase === 'total' && elapsedNs !== null)
    // Of a log whose sweeps were labelled one by one, each state is a scenario.
    .map((row) => (row.scenario === '' ? { ...row, scenario: row.state } : row));
  if (totals.length === 0) {
    throw new InputError([{ where: file, expected: 'a log with the time of a sweep', found: 'none' }]);
  }
  const problems = [
    ...missingLabels(file, totals),
    ...severalStates(file, totals),
    ...memoryContradictions(file, totals),
    ...(topology === null ? [] : cpuContradictions(file, totals, { cpus, observations }, topology)),
  ];
  if (problems.length > 0) throw new InputError(problems);
  const conditions = new Map<string, Condition>();
  const figures = totals.flatMap((row) => {
    const condition = conditionOf(row);
    const size = sizeText(condition.memory);
    const name = [condition.scenario, row.mapping, condition.strategy, condition.threads, size]
      .filter((part) => part !== '')
      .join('-');
    conditions.set(name, condition);
    const doubtful = doubtfulColumns(row);
    const sweep = `${name}-${row.run}`;
    const figure = (kind: FigureKind, ns: number) => {
      return {
        id: `${sweep}-${kind}`,
        condition: name,
        kind,
        ns,
        sweep,
        second: false,
        noisePct: 0,
        source: file,
      };
    };
    const parts = partsOf(row, results);
    return [
      ...parts.map(([kind, ns]) => figure(kind, ns)),
      ...Object.entries(COLUMN_OF_KIND).flatMap(([kind, column]) => {
        const ns = doubtful.includes(column) ? null : row[column];
        // Where both parts are told, their sum says nothing more.
        return ns === null || (kind === 'total' && parts.length > 0) ? [] : [figure(kind as FigureKind, ns)];
      }),
    ];
  });
  const leftOut = doubtWarnings(file, totals, warnings);
  if (figures.length === 0) {
    const found = leftOut.map(({ message }) => message).join('; ');
    throw new InputError([{ where: file, expected: 'a figure that is not doubtful', found }]);
  }
  return {
    warnings: leftOut,
    name: nameOfFile(file),
    title: `imported: ${nameOfFile(file)}`,
    conditions: Object.fromEntries(conditions),
    figures,
  };
}

type SavedRow = SavedRun['results'][number];

/** The times of both loops of a sweep, if the log has both. */
function partsOf(total: SavedRow, results: readonly SavedRow[]): [kind: 'local' | 'remote', ns: number][] {
  const parts = (['local', 'remote'] as const).flatMap((phase): [typeof phase, number][] => {
    const row = results.find((one) => one.run === total.run && one.phase === phase);
    const ns = row === undefined || doubtfulColumns(row).includes('elapsedNs') ? null : row.elapsedNs;
    return ns === null || ns === 0 ? [] : [[phase, ns]];
  });
  return parts.length === 2 ? parts : [];
}

function doubtfulColumns(row: SavedRow): string[] {
  return 'doubtful' in row ? row.doubtful.split(';') : [];
}

/** Import's warnings that say why figures are doubtful. */
const DOUBT_KINDS = ['log-incomplete', 'host-disturbed', 'clock-unstable'];

/** One for all sweeps with doubtful figures, with the reasons import has found. */
function doubtWarnings(file: string, totals: readonly SavedRow[], warnings: SavedRun['warnings']): Warning[] {
  const named = totals.flatMap((row) => {
    const doubtful = doubtfulColumns(row);
    const kinds = Object.entries(COLUMN_OF_KIND).flatMap(([kind, column]) =>
      doubtful.includes(column) && row[column] !== null ? [kind] : [],
    );
    return kinds.length === 0 ? [] : [`${kinds.join(', ')} of sweep ${row.run}`];
  });
  if (named.length === 0) return [];
  const reasons = warnings.filter(({ kind }) => DOUBT_KINDS.includes(kind)).map(({ message }) => message);
  const shown = named.slice(0, SHOWN_MAX).join('; ');
  const more = named.length > SHOWN_MAX ? `; and of ${named.length - SHOWN_MAX} more sweeps` : '';
  const why = reasons.length === 0 ? '' : ` (${reasons.join('; ')})`;
  const message = `${file}: doubtful figures are left out: ${shown}${more}${why}`;
  return [{ kind: 'doubtful-figures', message }];
}

const SHOWN_MAX = 5;

/** What import was not told and a simulation has to know. */
function missingLabels(file: string, totals: readonly AnyResultRow[]): Problem[] {
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

/** Sweeps of several states are of several scenarios. */
function severalStates(file: string, totals: readonly AnyResultRow[]): Problem[] {
  const states = new Set(totals.filter(({ scenario }) => scenario !== '').map(({ state }) => state));
  const scenarios = new Set(totals.map(({ scenario }) => scenario));
  if (states.size <= scenarios.size) return [];
  return [
    {
      where: file,
      expected: `sweeps of one state of ${[...scenarios].join(', ')}`,
      found: [...states].join(', '),
      hint: 'Import it without --scenario and with --sweeps, so that each state is a scenario.',
    },
  ];
}

/** Sweeps whose log names other CPUs than the host that is fitted has. */
function cpuContradictions(
  file: string,
  totals: readonly AnyResultRow[],
  { cpus, observations = [] }: Pick<SavedRun, 'cpus' | 'observations'>,
  topology: Topology,
): Problem[] {
  const remoteCpus = new Map<number | null, number>();
  const highestCpu = new Map<number | null, number>();
  for (const { run, figure, printed, cpu } of observations) {
    if (figure === REMOTE_CPUS_FIGURE) remoteCpus.set(run, Number(printed));
    if (cpu !== null) highestCpu.set(run, Math.max(cpu, highestCpu.get(run) ?? 0));
  }
  // A log may leave CPUs out. A trace has rows for all of a sweep that are called, or for none.
  const traced = new Set(observations.filter(({ kind }) => kind === 'trace').map(({ run }) => run));
  const called = cpus.filter(({ run, role }) => role === 'remote' && traced.has(run));
  for (const [run, rows] of groupBy(called, (row) => row.run)) {
    remoteCpus.set(run, rows.length);
    highestCpu.set(run, Math.max(...rows.map(({ cpu }) => cpu ?? 0)));
  }
  const host = `a machine of ${topology.cores} cores and ${topology.cpus} CPUs (${formatTopology(topology)})`;
  const hint = 'Give --machine a file with the topology of the host the log is of.';
  return totals.flatMap(({ run, threads }) => {
    const expected = (threads === 'primary' ? topology.cores : topology.cpus) - 1;
    const found = remoteCpus.get(run) ?? expected;
    const highest = highestCpu.get(run) ?? 0;
    const where = `${file}: sweep ${run}`;
    return [
      ...(found === expected
        ? []
        : [{ where, expected: `${expected} remote CPUs, of ${host}`, found: `${found} in the log`, hint }]),
      ...(highest < topology.cpus
        ? []
        : [{ where, expected: `CPUs of ${host}`, found: `CPU ${highest} in the log`, hint }]),
    ];
  });
}

/** Sweeps whose log names other regions than the memory they are said to be of has. */
export function memoryContradictions(file: string, rows: readonly AnyResultRow[]): Problem[] {
  return rows.flatMap(({ phase, run, regions, memoryBytes }) => {
    const said = memoryBytes === null ? null : Math.min(WINDOW_REGIONS, memoryBytes / GIB_BYTES);
    if (phase !== 'total' || regions === null || memoryBytes === null || regions === said) return [];
    return [
      {
        where: `${file}: sweep ${run}`,
        expected: `${said} regions, as --memory ${sizeText(memoryBytes)} says`,
        found: `${regions} in the log`,
        hint: memoryHint(regions, memoryBytes),
      },
    ];
  });
}

/** How many GiB of addresses a large host has below 1 TiB without memory: 2 below 4 GiB, 12 that are reserved; inferred. */
const HOLES_GIB = 14;

function memoryHint(regions: number, memoryBytes: number): string {
  const span = 'Memory is the span of physical addresses that is swept, holes included';
  const most = regions === WINDOW_REGIONS ? ' or more' : '';
  const typed = `type --memory ${sizeText(regions * GIB_BYTES)}${most}`;
  const hasHoles = regions - memoryBytes / GIB_BYTES === HOLES_GIB;
  return hasHoles
    ? `${span}: most likely a host of ${sizeText(memoryBytes)} with 2 GiB of holes below 4 GiB and 12 GiB reserved below 1 TiB (inferred); ${typed}.`
    : `${span}: ${typed}.`;
}

function conditionOf({ scenario, mapping, strategy, threads, memoryBytes }: AnyResultRow): Condition {
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
    use: 'fitted',
    readings: [],
    host: '',
    unknown: [],
  };
}

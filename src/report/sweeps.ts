import { type Field, Groups, groupBy } from '../group-by.js';
import type {
  AlternativeRow,
  BandRow,
  BreakdownRow,
  ComparisonRow,
  CpuRow,
  DisturbanceRow,
  Partly,
  ResultRow,
  SweepKey,
} from '../run-document/columns.js';
import type { RecordedMachine, RunDocument } from '../run-document/run-document.js';
import { stateText } from '../run-document/state-text.js';

/** All rows of one measured sweep, gathered from the tables of a document. */
export interface ReportedSweep {
  readonly local: ResultRow;
  readonly remote: ResultRow;
  readonly total: ResultRow;
  readonly cpus: readonly CpuRow[];
  readonly breakdowns: readonly BreakdownRow[];
  /** `null` in a document that has none. */
  readonly disturbance: DisturbanceRow | null;
  /** Of its total, in a grid; else `null`. */
  readonly comparison: ComparisonRow | null;
  readonly alternatives: readonly AlternativeRow[];
  readonly bands: readonly BandRow[];
  readonly machine: RecordedMachine;
  /** Whether costs were fitted to it; `null` where that is not known. */
  readonly isFitted: boolean | null;
}

/** A sweep of a grid with what it is compared by. */
export interface ComparedSweep {
  readonly sweep: ReportedSweep;
  readonly total: ComparisonRow;
  readonly disturbance: DisturbanceRow;
  /** What it is called in sentences. */
  readonly name: string;
}

/** The sweeps of a document in the order of its results. */
export function reportedSweeps(document: RunDocument): ReportedSweep[] {
  const cpus = new Groups(document.cpus, sweepFields);
  const breakdowns = new Groups(document.breakdowns, sweepFields);
  const disturbances = new Groups(document.disturbances, sweepFields);
  const comparisons = new Groups(document.comparisons, sweepFields);
  const alternatives = new Groups(document.alternatives, stateFields);
  const bands = new Groups(document.bands, bandFields);
  const fileOf = machineFiles(document);
  return new Groups(document.results, sweepFields).all.map((rows) => {
    const phase = (name: string) => found(rows.find((row) => row.phase === name));
    const total = phase('total');
    const fields = sweepFields(total);
    const own = bands.of(bandFields({ ...total, machineFile: fileOf.get(total.machine) ?? '' }));
    return {
      local: phase('local'),
      remote: phase('remote'),
      total,
      cpus: cpus.of(fields),
      breakdowns: breakdowns.of(fields),
      disturbance: disturbances.of(fields)[0] ?? null,
      comparison: comparisons.of(fields).find((row) => row.phase === 'total') ?? null,
      alternatives: alternatives.of(stateFields(total)),
      bands: own,
      isFitted: isFitted(own, total),
      machine: found(document.machines.find((machine) => machine.id === total.machine)),
    };
  });
}

/** What the row of its own hypothesis says. */
function isFitted(bands: readonly BandRow[], { hypothesis }: ResultRow): boolean | null {
  const basis = bands.find((band) => band.hypothesis === hypothesis)?.basis ?? '';
  return basis === '' ? null : basis === 'fitted';
}

/** What a sweep is called on screen. */
export function stateName({ scenario, state }: Pick<SweepKey, 'scenario' | 'state'>): string {
  return stateText(scenario, state);
}

/** Names of sweeps: the state, with its mapping and hypothesis where there are several. */
export function naming(sweeps: readonly ReportedSweep[]): (key: SweepKey) => string {
  const totals = sweeps.map(({ total }) => total);
  const states = new Set(totals.map(stateName)).size;
  const areMappingsVaried = new Set(totals.map((key) => `${stateName(key)} ${key.mapping}`)).size > states;
  const areHypothesesVaried = new Set(totals.map(({ hypothesis }) => hypothesis)).size > 1;
  const nameOf = hasOneScenario(sweeps) ? ({ state }: SweepKey) => state : stateName;
  return (key) => {
    const parts = [nameOf(key)];
    if (areMappingsVaried) parts.push(key.mapping);
    if (areHypothesesVaried) parts.push(`(${key.hypothesis})`);
    return parts.join(' ');
  };
}

/** Whether all states are of one scenario that gives them names of their own: it is named once, in the heading. */
export function hasOneScenario(sweeps: readonly ReportedSweep[]): boolean {
  const scenarios = new Set(sweeps.map(({ total }) => total.scenario));
  return scenarios.size === 1 && sweeps.some(({ total }) => total.state !== total.scenario);
}

/** What names a sweep, whatever the run. */
export function cellFields(key: Omit<Partly<SweepKey>, 'run'>): readonly Field[] {
  return [...stateFields(key), key.hypothesis, key.machine];
}

/** What names a sweep of one run. */
export function sweepFields(key: Partly<SweepKey>): readonly Field[] {
  return [...cellFields(key), key.run];
}

/** What a sweep measured, whatever the hypothesis. */
function stateFields(key: Omit<Partly<SweepKey>, 'hypothesis' | 'machine' | 'run'>): readonly Field[] {
  const { scenario, state, variation, mapping, strategy, threads, seed } = key;
  return [scenario, state, variation, mapping, strategy, threads, seed];
}

/** What the ranges of a sweep are found by: of one host, under each hypothesis. */
function bandFields(
  key: Parameters<typeof stateFields>[0] & Pick<BandRow, 'topology' | 'memoryBytes' | 'machineFile'>,
): readonly Field[] {
  return [...stateFields(key), key.topology, key.memoryBytes, key.machineFile];
}

/** The names of machine files, by the ids that rows have. */
export function machineFiles({ machines }: Pick<RunDocument, 'machines'>): ReadonlyMap<string, string> {
  return new Map(machines.map(({ id, file }) => [id, file]));
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a run document misses a row or a machine its other rows name');
  return value;
}

/** What ranges say, by hypothesis, and once for each choice of a switch nobody knows. */
export function bandsInWords(told: readonly { readonly band: BandRow; readonly says: string }[]): string {
  const groups = groupBy(told, ({ band }) => band.switches);
  return [...groups]
    .map(([switches, own]) => {
      const list = own.map(({ band, says }) => `${band.hypothesis} ${says}`).join(', ');
      return switches === '' ? list : `with ${switches.replaceAll(';', ', ')} ${list}`;
    })
    .join('; ');
}

import { groupBy } from '../group-by.js';
import type {
  AlternativeRow,
  BandRow,
  BreakdownRow,
  CpuRow,
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
  readonly alternatives: readonly AlternativeRow[];
  readonly bands: readonly BandRow[];
  readonly machine: RecordedMachine;
  /** Whether costs were fitted to it; `null` where that is not known. */
  readonly isFitted: boolean | null;
}

/** The sweeps of a document in the order of its results. */
export function reportedSweeps(document: RunDocument): ReportedSweep[] {
  const results = groupBy(document.results, sweepId);
  const cpus = groupBy(document.cpus, sweepId);
  const breakdowns = groupBy(document.breakdowns, sweepId);
  const alternatives = groupBy(document.alternatives, stateId);
  const bands = groupBy(document.bands, bandsId);
  const fileOf = machineFiles(document);
  return [...results].map(([id, rows]) => {
    const phase = (name: string) => found(rows.find((row) => row.phase === name));
    const total = phase('total');
    return {
      local: phase('local'),
      remote: phase('remote'),
      total,
      cpus: cpus.get(id) ?? [],
      breakdowns: breakdowns.get(id) ?? [],
      alternatives: alternatives.get(stateId(total)) ?? [],
      bands: bands.get(bandsId({ ...total, machineFile: fileOf.get(total.machine) ?? '' })) ?? [],
      isFitted: isFitted(
        bands.get(bandsId({ ...total, machineFile: fileOf.get(total.machine) ?? '' })),
        total,
      ),
      machine: found(document.machines.find((machine) => machine.id === total.machine)),
    };
  });
}

/** What the row of its own hypothesis says. */
function isFitted(bands: readonly BandRow[] | undefined, { hypothesis }: ResultRow): boolean | null {
  const basis = bands?.find((band) => band.hypothesis === hypothesis)?.basis ?? '';
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
export function cellId(key: Omit<Partly<SweepKey>, 'run'>): string {
  return JSON.stringify([stateId(key), key.hypothesis, key.machine]);
}

/** What names a sweep of one run. */
export function sweepId(key: Partly<SweepKey>): string {
  return JSON.stringify([cellId(key), key.run]);
}

/** What a sweep measured, whatever the hypothesis. */
function stateId(key: Omit<Partly<SweepKey>, 'hypothesis' | 'machine' | 'run'>): string {
  const { scenario, state, variation, mapping, strategy, threads, seed } = key;
  return JSON.stringify([scenario, state, variation, mapping, strategy, threads, seed]);
}

/** What the ranges of a sweep are found by: of one host, under each hypothesis. */
function bandsId(
  key: Parameters<typeof stateId>[0] & Pick<BandRow, 'topology' | 'memoryBytes' | 'machineFile'>,
): string {
  return JSON.stringify([stateId(key), key.topology, key.memoryBytes, key.machineFile]);
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

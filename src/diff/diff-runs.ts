import { IncomparableRuns } from '../errors.js';
import { Groups } from '../group-by.js';
import {
  type AnyResultRow,
  type ImportedResultRow,
  PHASE_NAMES,
  type ResultRow,
} from '../run-document/columns.js';
import {
  CELL_COLUMN_NAMES,
  type DiffDocument,
  type Difference,
  type DiffRow,
  JITTER_DIFFERENCE,
} from '../run-document/diff-document.js';
import type { SavedRun } from '../run-document/read-document.js';
import type { RecordedMachine } from '../run-document/run-document.js';
import { segmentsText } from '../run-document/segments-text.js';
import { roundRatio } from '../run-document/statistics.js';
import { cellsIn, type Matching, matchCells, onAnyHost, type RunCell } from './match-cells.js';

type Row = AnyResultRow;

/** Figures that are compared, and whether more of them is better; `null` where it is neither. */
export const FIGURES = {
  elapsedNs: 'less',
  perCpuNs: 'less',
  issued: null,
  optimized: 'more',
  failed: null,
  instructionMinNs: 'less',
  instructionMeanNs: 'less',
  instructionMaxNs: 'less',
  ipis: 'less',
  cpuTimeNs: 'less',
  peggedCpus: null,
  inRmpoptMeanNs: 'less',
  inRmpoptLowNs: null,
  inRmpoptHighNs: null,
  fastestNs: 'less',
  medianNs: 'less',
  p99Ns: 'less',
  slowestNs: 'less',
  longestInterruptNs: 'less',
} as const satisfies Partial<Record<keyof ResultRow | keyof ImportedResultRow, 'less' | 'more' | null>>;

export type FigureName = keyof typeof FIGURES;
const FIGURE_NAMES = Object.keys(FIGURES) as readonly FigureName[];

/**
 * Compares two saved runs.
 * @param isAcrossHosts whether cells of different hosts may be compared
 * @throws IncomparableRuns when they have no cell in common
 */
export function diffRuns(
  a: SavedRun,
  b: SavedRun,
  isAcrossHosts = false,
): Pick<DiffDocument, 'results' | 'differences' | 'unmatched'> {
  const fieldsOf = (run: SavedRun) => (isAcrossHosts ? cellsIn(run).map(onAnyHost) : cellsIn(run));
  const matching = matchCells(fieldsOf(a), fieldsOf(b));
  const { pairs, unmatched } = matching;
  if (pairs.length === 0) {
    const isOfHosts =
      !isAcrossHosts && matchCells(cellsIn(a).map(onAnyHost), cellsIn(b).map(onAnyHost)).pairs.length > 0;
    const hint = isOfHosts ? '; --across-hosts compares cells of different hosts' : '';
    throw new IncomparableRuns(`${reasonFor(a, b, matching)}${hint}`);
  }
  const differences = new Groups<Difference>();
  const results = pairs.flatMap((pair) => {
    const between = [...machineDifferences(a, b, pair.a, pair.b), ...jitterDifference(a, b)];
    for (const one of between) differences.add([one.what, one.a, one.b], one);
    return cellRows(pair.a, pair.b, {
      isSameHost: a.origin === 'simulated' && b.origin === 'simulated' && between.length === 0,
      isMeasured: [a.origin, b.origin].includes('imported'),
      areRandom: [a.jitter !== undefined, b.jitter !== undefined],
      hasSameDraws: a.jitter !== undefined && b.jitter !== undefined && a.seed === b.seed,
    });
  });
  return { results, differences: differences.all.flatMap((alike) => alike.slice(0, 1)), unmatched };
}

function reasonFor(a: SavedRun, b: SavedRun, { unmatched, isAmbiguous }: Matching): string {
  if (a.results.length === 0 || b.results.length === 0) {
    return `the ${a.results.length === 0 ? 'first' : 'second'} document has no results`;
  }
  const [first] = unmatched;
  const hint = isAmbiguous
    ? '; name the sweeps of a log with import --sweeps full,empty,again, --strategy and --threads'
    : '';
  return `no cell is in both; ${first?.cell ?? ''}: ${first?.reason ?? ''}${hint}`;
}

/** Times with random jitter and without differ for that alone. */
function jitterDifference(a: SavedRun, b: SavedRun): Difference[] {
  if (a.origin !== 'simulated' || b.origin !== 'simulated') return [];
  if ((a.jitter === undefined) === (b.jitter === undefined)) return [];
  const said = ({ jitter }: SavedRun) =>
    jitter === undefined ? 'none' : jitter.runs === 1 ? '1 run' : `${jitter.runs} runs`;
  return [{ what: JITTER_DIFFERENCE, a: said(a), b: said(b) }];
}

/** In what the hosts of two cells and their costs differ. */
function machineDifferences(a: SavedRun, b: SavedRun, ofA: RunCell, ofB: RunCell): Difference[] {
  const one = a.machines.find(({ id }) => id === ofA.key.machine);
  const other = b.machines.find(({ id }) => id === ofB.key.machine);
  if (one === undefined || other === undefined) return [];
  const { parameters, ...host } = hostOf(one);
  const { parameters: otherParameters, ...otherHost } = hostOf(other);
  const hosts = Object.entries(host).flatMap(([what, value]) => {
    const found = otherHost[what as keyof typeof otherHost];
    return value === found ? [] : [{ what, a: String(value), b: String(found) }];
  });
  const costs = parameters.flatMap(({ name, value }) => {
    const found = otherParameters.find((parameter) => parameter.name === name)?.value;
    return value === found ? [] : [{ what: name, a: String(value), b: String(found ?? 'missing') }];
  });
  const lost = otherParameters.filter(({ name }) => !parameters.some((parameter) => parameter.name === name));
  return [
    ...hosts,
    ...costs,
    ...lost.map(({ name, value }) => ({ what: name, a: 'missing', b: String(value) })),
  ];
}

/** A host without what it is called in its document, and every property but the costs a text or a number. */
function hostOf({ id: _, rmpSegments, strained: __, ...host }: RecordedMachine) {
  return { ...host, rmpSegments: segmentsText(rmpSegments) };
}

/** One figure of one side over its runs. */
interface Side {
  readonly mean: number;
  readonly runs: number;
  /** What is known of its spread; `null` where nothing is. */
  readonly spread: Spread | null;
  readonly byRun: ReadonlyMap<number, number>;
}

interface Spread {
  readonly low: number;
  readonly high: number;
}

/** What a verdict has to bear in mind. */
interface Circumstances {
  /** Both sides are simulated on one host with the same costs. */
  readonly isSameHost: boolean;
  /** A side was measured. */
  readonly isMeasured: boolean;
  /** Whether the costs of either side were random. */
  readonly areRandom: readonly [a: boolean, b: boolean];
  /** Runs of equal numbers have drawn the same. */
  readonly hasSameDraws: boolean;
  /** A side has ranges over plausible costs, if not of every figure. */
  readonly isUncertain: boolean;
}

function cellRows(a: RunCell, b: RunCell, origins: Omit<Circumstances, 'isUncertain'>): DiffRow[] {
  const isUncertain = [...a.rows, ...b.rows].some(({ elapsedLowNs }) => elapsedLowNs !== null);
  return PHASE_NAMES.flatMap((phase) =>
    FIGURE_NAMES.flatMap((figure): DiffRow[] => {
      const [isOneRandom, isOtherRandom] = origins.areRandom;
      const one = sideOf(a, phase, figure, isOneRandom);
      const other = sideOf(b, phase, figure, isOtherRandom);
      if (one === null || other === null) return [];
      const change = other.mean - one.mean;
      return [
        {
          ...keyOf(a.key, b.key),
          phase,
          figure,
          a: one.mean,
          b: other.mean,
          change: roundRatio(change),
          changePct: one.mean === 0 ? null : roundRatio((100 * change) / one.mean),
          aRuns: one.runs,
          bRuns: other.runs,
          aLow: one.spread?.low ?? null,
          aHigh: one.spread?.high ?? null,
          bLow: other.spread?.low ?? null,
          bHigh: other.spread?.high ?? null,
          verdict: verdictOn(figure, one, other, { ...origins, isUncertain }),
        },
      ];
    }),
  );
}

/** What is said by either side. */
function keyOf(a: Row, b: Row): Pick<DiffRow, (typeof CELL_COLUMN_NAMES)[number]> {
  const said = CELL_COLUMN_NAMES.map((name) => [
    name,
    a[name] === '' || a[name] === null ? b[name] : a[name],
  ]);
  return Object.fromEntries(said);
}

/** `null` where a log is silent, or rows of its origin have no such figure. */
function figureOf(row: Row, figure: FigureName): number | null {
  const figures: Partial<Record<FigureName, number | null>> = row;
  return figures[figure] ?? null;
}

function sideOf({ rows }: RunCell, phase: string, figure: FigureName, isRandom: boolean): Side | null {
  const own = rows.filter((row) => row.phase === phase && figureOf(row, figure) !== null);
  const values = own.map((row) => figureOf(row, figure) ?? 0);
  if (values.length === 0) return null;
  const mean = roundRatio(values.reduce((sum, value) => sum + value, 0) / values.length);
  const byRun = new Map(own.map((row, i) => [row.run ?? i + 1, figureOf(row, figure) ?? 0]));
  const several = values.length > 1 ? spreadOf(values) : null;
  // The range of plausible costs is without jitter.
  const range = isRandom || figure !== 'elapsedNs' ? null : rangeOf(own[0]);
  return { mean, runs: values.length, spread: several ?? range, byRun };
}

function spreadOf(values: readonly number[]): Spread {
  return {
    low: values.reduce((least, value) => Math.min(least, value)),
    high: values.reduce((most, value) => Math.max(most, value)),
  };
}

function rangeOf(row: Row | undefined): Spread | null {
  const [low, high] = [row?.elapsedLowNs ?? null, row?.elapsedHighNs ?? null];
  return low === null || high === null ? null : { low, high };
}

/**
 * Whether a change means something. On one and the same simulated host it does, since nothing is uncertain that is not common to
 * both, unless costs were random. Then runs that have drawn the same are put against each other, one by one. Else spreads that
 * meet leave it open, and so does a spread that is not known.
 */
function verdictOn(figure: FigureName, a: Side, b: Side, circumstances: Circumstances): string {
  const { isSameHost, isMeasured, areRandom, hasSameDraws, isUncertain } = circumstances;
  if (a.mean === b.mean) return 'same';
  const wanted = FIGURES[figure];
  if (wanted === null) return 'inconclusive';
  const verdict = (wanted === 'less' ? b.mean < a.mean : b.mean > a.mean) ? 'better' : 'worse';
  const isRandom = areRandom.includes(true);
  if (isSameHost && !isRandom) return verdict;
  if (!isMeasured && areRandom[0] !== areRandom[1]) return 'inconclusive';
  const paired = hasSameDraws ? pairedChanges(a, b) : [];
  if (paired.length >= PAIRS_MIN) {
    return paired.every((change) => change < 0) || paired.every((change) => change > 0)
      ? verdict
      : 'inconclusive';
  }
  if ((areRandom[0] && a.spread === null) || (areRandom[1] && b.spread === null)) return 'inconclusive';
  if (a.spread === null && b.spread === null) return isMeasured || isUncertain ? 'inconclusive' : verdict;
  const one = a.spread ?? assumedSpread(a, isMeasured);
  const other = b.spread ?? assumedSpread(b, isMeasured);
  return one.high < other.low || other.high < one.low ? verdict : 'inconclusive';
}

/** So many runs that all move one way do so by chance in one of sixteen cases at most. */
const PAIRS_MIN = 5;

function pairedChanges(a: Side, b: Side): number[] {
  return [...a.byRun].flatMap(([run, value]) => {
    const other = b.byRun.get(run);
    return other === undefined ? [] : [other - value];
  });
}

/** How far from the truth a single measurement may be, as long as nobody has said; assumed, as for published figures. */
const SINGLE_MEASUREMENT_SHARE = 0.03;

function assumedSpread({ mean }: Side, isMeasured: boolean): Spread {
  const share = isMeasured ? SINGLE_MEASUREMENT_SHARE : 0;
  return { low: mean * (1 - share), high: mean * (1 + share) };
}

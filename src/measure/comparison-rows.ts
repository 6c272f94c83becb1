import { Groups, groupBy } from '../group-by.js';
import { formatTopology } from '../machine/topology.js';
import { type ComparisonRow, PHASE_NAMES } from '../run-document/columns.js';
import { roundRatio } from '../run-document/statistics.js';
import type { RegionHistogram } from '../sweep/predict.js';
import { nanoseconds } from '../units.js';
import { bandOver, type PredictedSweep } from './bands.js';
import { breakdownOf } from './rows.js';
import type { SweepResult } from './sweep-result.js';

type PhaseName = (typeof PHASE_NAMES)[number];

/** A sweep that can be compared with another. */
export interface ComparableSweep {
  /** One per phase, as of a sweep that is compared with none. */
  readonly rows: readonly ComparisonRow[];
  readonly predicted: readonly PredictedSweep[];
}

/** What is known of a sweep before it is compared with any, one row per phase. */
export function uncomparedRows(sweep: SweepResult): ComparisonRow[] {
  const { key, topology, memoryBytes, histogram, rmpUpdates } = sweep;
  const { seed, run, ...names } = key;
  return PHASE_NAMES.map((phase) => ({
    ...names,
    topology: formatTopology(topology),
    memoryBytes,
    seed,
    run,
    phase,
    isBaseline: 'no',
    elapsedNs: elapsedOf(sweep, phase),
    ...{ baselineNs: null, ratio: null, ratioLow: null, ratioHigh: null },
    ...regionCounts(histogram),
    rmpUpdates,
    ...spent(sweep, phase),
  }));
}

/** The sweeps that rows as above are about. */
export function comparableSweeps(
  rows: readonly ComparisonRow[],
  predicted: readonly (readonly PredictedSweep[])[],
): ComparableSweep[] {
  return predicted.map((own, i) => {
    return { rows: rows.slice(i * PHASE_NAMES.length, (i + 1) * PHASE_NAMES.length), predicted: own };
  });
}

/** Number of the run. */
export function runOf({ rows: [first] }: ComparableSweep): number {
  return first?.run ?? 0;
}

/** The first sweep of every run: what other sweeps of that run stand against, with the same random costs. */
export function firstByRun(sweeps: readonly ComparableSweep[]): ReadonlyMap<number, ComparableSweep> {
  // Of equal keys the last one stays.
  return new Map(sweeps.toReversed().map((sweep) => [runOf(sweep), sweep]));
}

/** A sweep against the baseline, phase by phase; `null` where the baseline is missing. */
export function comparisonRows(sweep: ComparableSweep, baseline: ComparableSweep | null): ComparisonRow[] {
  if (baseline === null) return [...sweep.rows];
  const pairs = pairsOf(sweep, baseline);
  return sweep.rows.map((row, i) => {
    const phase = PHASE_NAMES[i] ?? 'total';
    const baselineNs = baseline.rows[i]?.elapsedNs ?? 0;
    const band = ratioBand(pairs, phase);
    return {
      ...row,
      isBaseline: sweep === baseline ? 'yes' : 'no',
      baselineNs,
      ratio: baselineNs === 0 ? null : roundRatio(row.elapsedNs / baselineNs),
      ratioLow: band?.low ?? null,
      ratioHigh: band?.high ?? null,
    };
  });
}

function elapsedOf({ local, remote }: SweepResult, phase: PhaseName): number {
  const [localNs, remoteNs] = [nanoseconds(local.elapsedPs), nanoseconds(remote.elapsedPs)];
  return { local: localNs, remote: remoteNs, total: localNs + remoteNs }[phase];
}

/** What the plausible sets say of both sides, by those that both were predicted with: what they share cancels out. */
function pairsOf(sweep: ComparableSweep, baseline: ComparableSweep): [PredictedSweep, PredictedSweep][] {
  const base = groupBy(baseline.predicted, ({ hypothesis, set }) => `${set} ${hypothesis}`);
  return sweep.predicted.flatMap((one) =>
    (base.get(`${one.set} ${one.hypothesis}`) ?? [])
      // A side that a switch means nothing to stands against both of its choices.
      .filter(({ switches }) => switches === one.switches || switches === '' || one.switches === '')
      .map((other): [PredictedSweep, PredictedSweep] => [one, other]),
  );
}

function ratioBand(
  pairs: readonly [PredictedSweep, PredictedSweep][],
  phase: PhaseName,
): { low: number; high: number } | null {
  const ratios = pairs.flatMap(([one, other]) => {
    const otherNs = predictedNs(other, phase);
    return otherNs === 0 ? [] : [{ pair: [one, other], ratio: predictedNs(one, phase) / otherNs }];
  });
  if (ratios.length === 0) return null;
  // Each hypothesis, and each choice of a switch nobody knows, has a range of its own: as of totals, these are not pooled.
  const alike = new Groups(ratios, ({ pair }) => pair.flatMap((one) => [one.hypothesis, one.switches])).all;
  const bands = alike.map((own) => bandOver(own.map(({ ratio }) => ratio)));
  return {
    low: roundRatio(Math.min(...bands.map(({ lowNs }) => lowNs))),
    high: roundRatio(Math.max(...bands.map(({ highNs }) => highNs))),
  };
}

function predictedNs({ localNs, remoteNs }: PredictedSweep, phase: PhaseName): number {
  return { local: localNs, remote: remoteNs, total: localNs + remoteNs }[phase];
}

/** What makes sweeps differ before any of them has begun. */
function regionCounts({
  regions,
}: RegionHistogram): Pick<
  ComparisonRow,
  | 'assignedRegions'
  | 'freeRegions'
  | 'assignedEntriesMin'
  | 'assignedEntriesMax'
  | 'freeEntries'
  | 'cleanRegions'
> {
  const counted = [...regions.values()];
  const sum = (which: (one: (typeof counted)[number]) => boolean) =>
    counted.filter(which).reduce((total, { count }) => total + count, 0);
  const stops = counted.flatMap(({ regionClass: { assigned, entries } }) => (assigned ? [entries] : []));
  const free = counted.find(({ regionClass }) => !regionClass.assigned);
  return {
    assignedRegions: sum(({ regionClass }) => regionClass.assigned),
    freeRegions: sum(({ regionClass }) => !regionClass.assigned),
    assignedEntriesMin: stops.reduce((least, entries) => Math.min(least, entries), stops[0] ?? 0),
    assignedEntriesMax: stops.reduce((most, entries) => Math.max(most, entries), 0),
    freeEntries: free?.regionClass.entries ?? 0,
    cleanRegions: sum(({ regionClass }) => regionClass.clean.includes(1)),
  };
}

function spent(
  { local, remote }: SweepResult,
  phase: PhaseName,
): Pick<ComparisonRow, 'sendingNs' | 'executingNs' | 'queuedNs'> {
  const parts = phase === 'total' ? [local, remote] : [phase === 'local' ? local : remote];
  const accounts = parts.map(breakdownOf);
  const sum = (what: 'sendingNs' | 'executingNs' | 'queuedNs') =>
    accounts.reduce((total, account) => total + account[what], 0);
  return { sendingNs: sum('sendingNs'), executingNs: sum('executingNs'), queuedNs: sum('queuedNs') };
}

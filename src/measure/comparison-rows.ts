import { groupBy } from '../group-by.js';
import { formatTopology } from '../machine/topology.js';
import { type ComparisonRow, PHASE_NAMES } from '../run-document/columns.js';
import { roundRatio } from '../run-document/statistics.js';
import type { RegionHistogram } from '../sweep/predict.js';
import { nanoseconds } from '../units.js';
import { bandOver, type PricedSweep } from './bands.js';
import { breakdownOf, type MeasuredSweep } from './rows.js';

type PhaseName = (typeof PHASE_NAMES)[number];

/** A sweep that can be compared with another. */
export interface ComparableSweep {
  /** One per phase, as of a sweep that is compared with none. */
  readonly rows: readonly ComparisonRow[];
  readonly priced: readonly PricedSweep[];
}

/** What is known of a sweep before it is compared with any, one row per phase. */
export function uncomparedRows(sweep: MeasuredSweep): ComparisonRow[] {
  const { key, topology, memoryBytes, census, rmpUpdates } = sweep;
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
    ...whatItMet(census),
    rmpUpdates,
    ...spent(sweep, phase),
  }));
}

/** The sweeps that rows as above are about. */
export function comparableSweeps(
  rows: readonly ComparisonRow[],
  priced: readonly (readonly PricedSweep[])[],
): ComparableSweep[] {
  return priced.map((own, i) => {
    return { rows: rows.slice(i * PHASE_NAMES.length, (i + 1) * PHASE_NAMES.length), priced: own };
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

function elapsedOf({ local, remote }: MeasuredSweep, phase: PhaseName): number {
  const [localNs, remoteNs] = [nanoseconds(local.elapsedPs), nanoseconds(remote.elapsedPs)];
  return { local: localNs, remote: remoteNs, total: localNs + remoteNs }[phase];
}

/** What the plausible sets say of both sides, by those that both were priced with: what they share cancels out. */
function pairsOf(sweep: ComparableSweep, baseline: ComparableSweep): [PricedSweep, PricedSweep][] {
  const base = groupBy(baseline.priced, ({ hypothesis, set }) => `${set} ${hypothesis}`);
  return sweep.priced.flatMap((one) =>
    (base.get(`${one.set} ${one.hypothesis}`) ?? [])
      // A side that a switch means nothing to stands against both of its choices.
      .filter(({ switches }) => switches === one.switches || switches === '' || one.switches === '')
      .map((other): [PricedSweep, PricedSweep] => [one, other]),
  );
}

function ratioBand(
  pairs: readonly [PricedSweep, PricedSweep][],
  phase: PhaseName,
): { low: number; high: number } | null {
  const ratios = pairs.flatMap(([one, other]) => {
    const otherNs = pricedNs(other, phase);
    return otherNs === 0 ? [] : [pricedNs(one, phase) / otherNs];
  });
  if (ratios.length === 0) return null;
  const { lowNs: low, highNs: high } = bandOver(ratios);
  return { low: roundRatio(low), high: roundRatio(high) };
}

function pricedNs({ localNs, remoteNs }: PricedSweep, phase: PhaseName): number {
  return { local: localNs, remote: remoteNs, total: localNs + remoteNs }[phase];
}

/** What makes sweeps differ before any of them has begun. */
function whatItMet({
  regions,
}: RegionHistogram): Pick<
  ComparisonRow,
  'pinnedRegions' | 'freeRegions' | 'pinnedEntriesMin' | 'pinnedEntriesMax' | 'freeEntries' | 'cleanRegions'
> {
  const counted = [...regions.values()];
  const sum = (which: (one: (typeof counted)[number]) => boolean) =>
    counted.filter(which).reduce((total, { count }) => total + count, 0);
  const stops = counted.flatMap(({ regionClass: { assigned, entries } }) => (assigned ? [entries] : []));
  const free = counted.find(({ regionClass }) => !regionClass.assigned);
  return {
    pinnedRegions: sum(({ regionClass }) => regionClass.assigned),
    freeRegions: sum(({ regionClass }) => !regionClass.assigned),
    pinnedEntriesMin: stops.reduce((least, entries) => Math.min(least, entries), stops[0] ?? 0),
    pinnedEntriesMax: stops.reduce((most, entries) => Math.max(most, entries), 0),
    freeEntries: free?.regionClass.entries ?? 0,
    cleanRegions: sum(({ regionClass }) => regionClass.clean.includes(1)),
  };
}

function spent(
  { local, remote }: MeasuredSweep,
  phase: PhaseName,
): Pick<ComparisonRow, 'sendingNs' | 'scanningNs' | 'waitingNs'> {
  const parts = phase === 'total' ? [local, remote] : [phase === 'local' ? local : remote];
  const accounts = parts.map(breakdownOf);
  const sum = (what: 'sendingNs' | 'scanningNs' | 'waitingNs') =>
    accounts.reduce((total, account) => total + account[what], 0);
  return { sendingNs: sum('sendingNs'), scanningNs: sum('scanningNs'), waitingNs: sum('waitingNs') };
}

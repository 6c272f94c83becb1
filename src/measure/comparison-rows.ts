import { formatTopology } from '../machine/topology.js';
import type { ComparisonRow } from '../run-document/columns.js';
import { roundRatio } from '../run-document/statistics.js';
import type { SweepCensus } from '../sweep/price-sweep.js';
import { nanoseconds } from '../units.js';
import { bandOver, type PricedSweep } from './bands.js';
import { breakdownOf, type MeasuredSweep, type PhaseTimes } from './rows.js';

const PHASES = ['local', 'remote', 'total'] as const;
type PhaseName = (typeof PHASES)[number];

/** What is kept of a sweep until the baseline is known. */
export interface ComparableSweep
  extends Pick<MeasuredSweep, 'key' | 'topology' | 'memoryBytes' | 'census' | 'rmpUpdates' | 'bands'> {
  readonly local: PhaseTimes;
  readonly remote: PhaseTimes;
}

/** A sweep without what each CPU did, of which there may be too much to keep for every run of a grid. */
export function withoutCpus(sweep: MeasuredSweep): ComparableSweep {
  const { key, topology, memoryBytes, census, rmpUpdates, bands } = sweep;
  const [local, remote] = [sweep.local, sweep.remote].map(
    ({ elapsedPs, sendingPs, scanningPs, waitingPs }) => ({ elapsedPs, sendingPs, scanningPs, waitingPs }),
  ) as [PhaseTimes, PhaseTimes];
  return { key, topology, memoryBytes, census, rmpUpdates, bands, local, remote };
}

/** A sweep against the baseline, phase by phase; `null` where the baseline is missing. */
export function comparisonRows(sweep: ComparableSweep, baseline: ComparableSweep | null): ComparisonRow[] {
  const { key, topology, memoryBytes, census, rmpUpdates } = sweep;
  const { seed, run, ...names } = key;
  return PHASES.map((phase): ComparisonRow => {
    const elapsedNs = elapsedOf(sweep, phase);
    const baselineNs = baseline === null ? null : elapsedOf(baseline, phase);
    const band = baseline === null ? null : ratioBand(sweep, baseline, phase);
    return {
      ...names,
      topology: formatTopology(topology),
      memoryBytes,
      seed,
      run,
      phase,
      isBaseline: sweep === baseline ? 'yes' : 'no',
      elapsedNs,
      baselineNs,
      ratio: baselineNs === null || baselineNs === 0 ? null : roundRatio(elapsedNs / baselineNs),
      ratioLow: band?.low ?? null,
      ratioHigh: band?.high ?? null,
      ...whatItMet(census),
      rmpUpdates,
      ...spent(sweep, phase),
    };
  });
}

function elapsedOf({ local, remote }: ComparableSweep, phase: PhaseName): number {
  const [localNs, remoteNs] = [nanoseconds(local.elapsedPs), nanoseconds(remote.elapsedPs)];
  return { local: localNs, remote: remoteNs, total: localNs + remoteNs }[phase];
}

/** Over the plausible sets that both sides were priced with: what they share cancels out. */
function ratioBand(
  { bands }: ComparableSweep,
  { bands: baseBands }: ComparableSweep,
  phase: PhaseName,
): { low: number; high: number } | null {
  const idOf = ({ hypothesis, set }: PricedSweep, switches: string) => `${set} ${hypothesis} ${switches}`;
  const base = new Map((baseBands?.priced ?? []).map((one) => [idOf(one, one.switches), one]));
  const ratios = (bands?.priced ?? []).flatMap((one) => {
    // A side that a switch means nothing to stands against both of its choices.
    const other = base.get(idOf(one, one.switches)) ?? base.get(idOf(one, ''));
    const otherNs = other === undefined ? 0 : pricedNs(other, phase);
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
}: SweepCensus): Pick<
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
    cleanRegions: sum(({ regionClass }) => regionClass.clean.members.includes(1)),
  };
}

function spent(
  { local, remote }: ComparableSweep,
  phase: PhaseName,
): Pick<ComparisonRow, 'sendingNs' | 'scanningNs' | 'waitingNs'> {
  const parts = phase === 'total' ? [local, remote] : [phase === 'local' ? local : remote];
  const accounts = parts.map(breakdownOf);
  const sum = (what: 'sendingNs' | 'scanningNs' | 'waitingNs') =>
    accounts.reduce((total, account) => total + account[what], 0);
  return { sendingNs: sum('sendingNs'), scanningNs: sum('scanningNs'), waitingNs: sum('waitingNs') };
}

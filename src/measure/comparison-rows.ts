import { formatTopology } from '../machine/topology.js';
import type { ComparisonRow } from '../run-document/columns.js';
import type { SweepCensus } from '../sweep/price-sweep.js';
import { nanoseconds } from '../units.js';
import { bandOver, type PricedSweep } from './bands.js';
import { breakdownOf, type MeasuredSweep } from './rows.js';
import { ratio, roundRatio } from './statistics.js';

const PHASES = ['local', 'remote', 'total'] as const;
type PhaseName = (typeof PHASES)[number];

/** A sweep against the baseline, phase by phase; `null` where the baseline is missing. */
export function comparisonRows(sweep: MeasuredSweep, baseline: MeasuredSweep | null): ComparisonRow[] {
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

function elapsedOf({ local, remote }: MeasuredSweep, phase: PhaseName): number {
  const [localNs, remoteNs] = [nanoseconds(local.elapsedPs), nanoseconds(remote.elapsedPs)];
  return { local: localNs, remote: remoteNs, total: localNs + remoteNs }[phase];
}

/** Over the plausible sets that both sides were priced with: what they share cancels out. */
function ratioBand(
  { bands }: MeasuredSweep,
  { bands: baseBands }: MeasuredSweep,
  phase: PhaseName,
): { low: number; high: number } | null {
  const [own, base] = [bands?.priced ?? [], baseBands?.priced ?? []];
  const names = [own, base].map((side) => new Set(side.map(({ hypothesis }) => hypothesis)));
  // The sets of a hypothesis come in the same order for every sweep.
  const [numerators, denominators] = [own, base].map((side) =>
    side
      .filter(({ hypothesis }) => names.every((one) => one.has(hypothesis)))
      .map((one) => pricedNs(one, phase)),
  );
  const ratios = (numerators ?? []).map((ns, i) => ns / (denominators?.[i] ?? 0)).filter(Number.isFinite);
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
  'pinnedRegions' | 'freeRegions' | 'pinnedEntries' | 'freeEntries' | 'cleanRegions'
> {
  const sums = { pinnedRegions: 0, freeRegions: 0, pinnedEntries: 0, freeEntries: 0, cleanRegions: 0 };
  for (const { regionClass, count } of regions.values()) {
    const { assigned, entries, clean } = regionClass;
    sums[assigned ? 'pinnedRegions' : 'freeRegions'] += count;
    sums[assigned ? 'pinnedEntries' : 'freeEntries'] += count * entries;
    if (clean.members.includes(1)) sums.cleanRegions += count;
  }
  return {
    ...sums,
    pinnedEntries: roundRatio(ratio(sums.pinnedEntries, sums.pinnedRegions)),
    freeEntries: roundRatio(ratio(sums.freeEntries, sums.freeRegions)),
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

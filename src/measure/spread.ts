import { groupBy } from '../group-by.js';
import type { ComparisonRow, ResultRow, SpreadRow, SweepKey } from '../run-document/columns.js';
import { meanOf, percentile } from '../run-document/statistics.js';
import type { MeasuredSweep } from './rows.js';

/** In how many runs of a sweep each CPU was among the slowest remote ones, by CPU number. */
export type SlowCpuCounts = Uint32Array;

/**
 * Counts the sweeps of one run more.
 * @param counts one per sweep of a run; empty before the first
 */
export function countSlowCpus(
  counts: SlowCpuCounts[],
  sweeps: readonly Pick<MeasuredSweep, 'topology' | 'remoteCpus' | 'remote'>[],
): void {
  for (const [i, { topology, remoteCpus, remote }] of sweeps.entries()) {
    const own = counts[i] ?? new Uint32Array(topology.cpus);
    counts[i] = own;
    for (const cpu of slowest(remoteCpus, remote.busyPs)) own[cpu] = (own[cpu] ?? 0) + 1;
  }
}

/** The share of the remote CPUs that count as the slowest: at least one. */
const SLOW_SHARE = 0.01;

/** The remote CPUs that were busy for longer than all but the slowest share of them; fewer where several are alike, none of one. */
function slowest(remoteCpus: readonly number[], busyPs: Float64Array): number[] {
  if (remoteCpus.length < 2) return [];
  const ranked = Float64Array.from(remoteCpus, (cpu) => busyPs[cpu] ?? 0).sort();
  const others = ranked.length - Math.max(1, Math.floor(SLOW_SHARE * ranked.length));
  const limitPs = ranked[others - 1] ?? -1;
  return remoteCpus.filter((cpu) => (busyPs[cpu] ?? 0) > limitPs);
}

/**
 * How the runs of a cell differ: a row for each of its sweeps and phases, not yet compared with anything.
 * @param results of all runs, sweep after sweep in every run
 * @param slowCpus one per sweep of a run
 */
export function spreadRows(results: readonly ResultRow[], slowCpus: readonly SlowCpuCounts[]): SpreadRow[] {
  const bySweep = [...groupBy(results, sweepId).values()];
  return bySweep.flatMap((own, i) =>
    [...groupBy(own, ({ phase }) => phase)].map(([phase, runs]) => {
      const slow = phase === 'remote' ? slowInMost(slowCpus[i] ?? new Uint32Array(0), runs.length) : '';
      return spreadRow(runs, slow);
    }),
  );
}

function spreadRow(runs: readonly ResultRow[], slowCpus: string): SpreadRow {
  const [first] = runs;
  if (first === undefined) throw new RangeError('there are no runs to tell of');
  const { scenario, measure, variation, mapping, strategy, threads, hypothesis, machine } = first;
  const { topology, memoryBytes, seed, phase } = first;
  const elapsedNs = ascending(runs.map((row) => row.elapsedNs));
  return {
    ...{ scenario, measure, variation, mapping, strategy, threads, hypothesis, machine },
    ...{ topology, memoryBytes, seed, phase, runs: runs.length },
    meanNs: meanOf(sum(elapsedNs), elapsedNs.length),
    deviationNs: Math.round(deviation(elapsedNs)),
    minNs: percentile(elapsedNs, 0),
    p5Ns: percentile(elapsedNs, 0.05),
    medianNs: percentile(elapsedNs, 0.5),
    p95Ns: percentile(elapsedNs, 0.95),
    maxNs: percentile(elapsedNs, 1),
    ...{ ratioP5: null, ratioMedian: null, ratioP95: null },
    slowCpus,
  };
}

/** The same rows with the ratios to the same run of a baseline, as comparisons of the same sweeps have them. */
export function withRatios(
  spreads: readonly SpreadRow[],
  comparisons: readonly ComparisonRow[],
): SpreadRow[] {
  const rows = groupBy(comparisons, (row) => `${sweepId(row)} ${row.phase}`);
  return spreads.map((spread) => {
    const own = rows.get(`${sweepId(spread)} ${spread.phase}`) ?? [];
    const ratios = ascending(own.flatMap(({ ratio }) => ratio ?? []));
    const ratioAt = (share: number) => (ratios.length === 0 ? null : percentile(ratios, share));
    return { ...spread, ratioP5: ratioAt(0.05), ratioMedian: ratioAt(0.5), ratioP95: ratioAt(0.95) };
  });
}

/** The CPUs that are among the slowest in more than half of the runs, as a list such as `7,509-511`. */
function slowInMost(counts: SlowCpuCounts, runs: number): string {
  const isSlow = (cpu: number) => (counts[cpu] ?? 0) > runs / 2;
  const firsts = [...counts.keys()].filter((cpu) => isSlow(cpu) && !isSlow(cpu - 1));
  const lasts = [...counts.keys()].filter((cpu) => isSlow(cpu) && !isSlow(cpu + 1));
  return firsts.map((first, i) => (first === lasts[i] ? `${first}` : `${first}-${lasts[i]}`)).join(',');
}

function ascending(values: readonly number[]): Float64Array {
  return Float64Array.from(values).sort();
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The sample standard deviation; 0 of a single value. */
function deviation(values: Float64Array): number {
  if (values.length < 2) return 0;
  const mean = sum(values) / values.length;
  const squares = values.reduce((total, value) => total + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/** What names a sweep, whatever the run. */
function sweepId(key: Omit<SweepKey, 'run'>): string {
  const { scenario, measure, variation, mapping, strategy, threads, hypothesis, machine, seed } = key;
  const names = [scenario, measure, variation, mapping, strategy, threads, hypothesis, machine, seed];
  return JSON.stringify(names);
}

import { groupBy } from '../group-by.js';
import type { ComparisonRow, ResultRow, SpreadRow, SweepKey } from '../run-document/columns.js';
import { meanOf, percentile } from '../run-document/statistics.js';
import type { MeasuredSweep } from './rows.js';

/** Gathers which CPUs are slow in the runs of a sweep, and says how the runs differ. */
export class SpreadTally {
  /** By sweep, whatever the run: how often each CPU was among the slowest. */
  readonly #slowRuns = new Map<string, Uint32Array>();

  /** One run of a sweep. */
  add({ key, topology, remoteCpus, remote }: MeasuredSweep): void {
    const id = sweepId(key);
    const counts = this.#slowRuns.get(id) ?? new Uint32Array(topology.cpus);
    this.#slowRuns.set(id, counts);
    for (const cpu of slowest(remoteCpus, remote.busyPs)) counts[cpu] = (counts[cpu] ?? 0) + 1;
  }

  /** A row for each sweep and phase over its runs. */
  rows(results: readonly ResultRow[], comparisons: readonly ComparisonRow[]): SpreadRow[] {
    const ratios = groupBy(comparisons, (row) => `${sweepId(row)} ${row.phase}`);
    const groups = groupBy(results, (row) => `${sweepId(row)} ${row.phase}`);
    return [...groups].flatMap(([id, own]) => {
      const [first] = own;
      return first === undefined ? [] : [this.#row(first, own, ratios.get(id) ?? [])];
    });
  }

  #row(first: ResultRow, own: readonly ResultRow[], comparisons: readonly ComparisonRow[]): SpreadRow {
    const { scenario, measure, variation, mapping, strategy, threads, hypothesis, machine } = first;
    const { topology, memoryBytes, seed, phase } = first;
    const elapsedNs = ascending(own.map((row) => row.elapsedNs));
    const ratios = ascending(comparisons.flatMap(({ ratio }) => ratio ?? []));
    const ratioAt = (share: number) => (ratios.length === 0 ? null : percentile(ratios, share));
    return {
      ...{ scenario, measure, variation, mapping, strategy, threads, hypothesis, machine },
      ...{ topology, memoryBytes, seed, phase, runs: own.length },
      meanNs: meanOf(sum(elapsedNs), elapsedNs.length),
      deviationNs: Math.round(deviation(elapsedNs)),
      minNs: percentile(elapsedNs, 0),
      p5Ns: percentile(elapsedNs, 0.05),
      medianNs: percentile(elapsedNs, 0.5),
      p95Ns: percentile(elapsedNs, 0.95),
      maxNs: percentile(elapsedNs, 1),
      ratioP5: ratioAt(0.05),
      ratioMedian: ratioAt(0.5),
      ratioP95: ratioAt(0.95),
      slowCpus: phase === 'remote' ? this.#slowInMost(first, own.length) : '',
    };
  }

  /** The CPUs that are among the slowest in more than half of the runs, as a list such as `509-511`. */
  #slowInMost(key: SweepKey, runs: number): string {
    const counts = this.#slowRuns.get(sweepId(key)) ?? new Uint32Array(0);
    const cpus = [...counts.keys()].filter((cpu) => (counts[cpu] ?? 0) > runs / 2);
    const isNext = (cpu: number) => cpus.includes(cpu - 1);
    return cpus
      .filter((cpu) => !isNext(cpu))
      .map((first) => {
        let last = first;
        while (cpus.includes(last + 1)) last++;
        return first === last ? `${first}` : `${first}-${last}`;
      })
      .join(',');
  }
}

/** The share of the remote CPUs that count as the slowest: at least one. */
const SLOW_SHARE = 0.01;

/** The remote CPUs that were busy for longer than all but the slowest share of them; fewer where several are alike. */
function slowest(remoteCpus: readonly number[], busyPs: Float64Array): number[] {
  const ranked = Float64Array.from(remoteCpus, (cpu) => busyPs[cpu] ?? 0).sort();
  const others = ranked.length - Math.max(1, Math.floor(SLOW_SHARE * ranked.length));
  const limitPs = ranked[others - 1] ?? -1;
  return remoteCpus.filter((cpu) => (busyPs[cpu] ?? 0) > limitPs);
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
  return JSON.stringify([
    scenario,
    measure,
    variation,
    mapping,
    strategy,
    threads,
    hypothesis,
    machine,
    seed,
  ]);
}

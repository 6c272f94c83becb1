import { type Field, Groups, groupBy } from '../group-by.js';
import type { ComparisonRow, ResultRow, SpreadRow, SweepKey } from '../run-document/columns.js';
import { meanOf, percentile } from '../run-document/statistics.js';

/**
 * How the runs of a cell differ: a row for each of its sweeps and phases, not yet compared with anything.
 * @param results of all runs, sweep after sweep in every run
 */
export function spreadRows(results: readonly ResultRow[]): SpreadRow[] {
  const bySweep = new Groups(results, sweepFields).all;
  return bySweep.flatMap((own) => [...groupBy(own, ({ phase }) => phase).values()].map(spreadRow));
}

function spreadRow(runs: readonly ResultRow[]): SpreadRow {
  const [first] = runs;
  if (first === undefined) throw new RangeError('there are no runs to tell of');
  const { scenario, state, variation, mapping, strategy, threads, hypothesis, machine } = first;
  const { topology, memoryBytes, seed, phase } = first;
  const elapsedNs = ascending(runs.map((row) => row.elapsedNs));
  return {
    ...{ scenario, state, variation, mapping, strategy, threads, hypothesis, machine },
    ...{ topology, memoryBytes, seed, phase, runs: runs.length },
    meanNs: meanOf(sum(elapsedNs), elapsedNs.length),
    deviationNs: Math.round(deviation(elapsedNs)),
    minNs: percentile(elapsedNs, 0),
    p5Ns: percentile(elapsedNs, 0.05),
    medianNs: percentile(elapsedNs, 0.5),
    p95Ns: percentile(elapsedNs, 0.95),
    maxNs: percentile(elapsedNs, 1),
    ...{ ratioP5: null, ratioMedian: null, ratioP95: null },
  };
}

/** The same rows with the ratios to the same run of a baseline, as comparisons of the same sweeps have them. */
export function withRatios(
  spreads: readonly SpreadRow[],
  comparisons: readonly ComparisonRow[],
): SpreadRow[] {
  const rows = new Groups(comparisons, phaseFields);
  return spreads.map((spread) => {
    const ratios = ascending(rows.of(phaseFields(spread)).flatMap(({ ratio }) => ratio ?? []));
    const ratioAt = (share: number) => (ratios.length === 0 ? null : percentile(ratios, share));
    return { ...spread, ratioP5: ratioAt(0.05), ratioMedian: ratioAt(0.5), ratioP95: ratioAt(0.95) };
  });
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
function sweepFields(key: Omit<SweepKey, 'run'>): readonly Field[] {
  const { scenario, state, variation, mapping, strategy, threads, hypothesis, machine, seed } = key;
  return [scenario, state, variation, mapping, strategy, threads, hypothesis, machine, seed];
}

function phaseFields(key: Pick<SpreadRow, 'phase'> & Omit<SweepKey, 'run'>): readonly Field[] {
  return [...sweepFields(key), key.phase];
}

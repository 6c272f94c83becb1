import { Groups } from '../group-by.js';
import type { AnyResultRow, Partly, ResultRow, RowOf, WIDE_COLUMNS } from '../run-document/columns.js';
import { sweepFields } from './sweeps.js';

/** A sweep with its phases side by side; figures are `null` where a log is silent. */
export type WideRow = Partly<RowOf<typeof WIDE_COLUMNS>>;

/** A row a sweep, in their order. */
export function wideRows(results: readonly ResultOfAnyOrigin[]): WideRow[] {
  return new Groups(results, sweepFields).all.map(wideRow);
}

/** Only simulated ones have extremes of both orders of service. */
type ResultOfAnyOrigin = AnyResultRow & Partial<Pick<ResultRow, 'inRmpoptLowNs' | 'inRmpoptHighNs'>>;

function wideRow(rows: readonly ResultOfAnyOrigin[]): WideRow {
  const phase = (name: string) => rows.find((row) => row.phase === name);
  const [local, remote, total] = [phase('local'), phase('remote'), phase('total')];
  const [first] = rows;
  const whole = total ?? first;
  if (whole === undefined) throw new RangeError('a sweep has a row at least');
  const { scenario, state, variation, mapping, strategy, threads, hypothesis, machine } = whole;
  const { topology, memoryBytes, regions, cpus, seed, run, origin } = whole;
  return {
    ...{ scenario, state, variation, mapping, strategy, threads, hypothesis, machine },
    ...{ topology, memoryBytes, regions, cpus, seed, run },
    localNs: local?.elapsedNs ?? null,
    localLowNs: local?.elapsedLowNs ?? null,
    localHighNs: local?.elapsedHighNs ?? null,
    remoteNs: remote?.elapsedNs ?? null,
    remoteLowNs: remote?.elapsedLowNs ?? null,
    remoteHighNs: remote?.elapsedHighNs ?? null,
    remotePerCpuNs: remote?.perCpuNs ?? null,
    remoteInRmpoptMeanNs: remote?.inRmpoptMeanNs ?? null,
    remoteInRmpoptLowNs: remote?.inRmpoptLowNs ?? null,
    remoteInRmpoptHighNs: remote?.inRmpoptHighNs ?? null,
    totalNs: total?.elapsedNs ?? null,
    totalLowNs: total?.elapsedLowNs ?? null,
    totalHighNs: total?.elapsedHighNs ?? null,
    rangeOver: whole.rangeOver,
    issued: total?.issued ?? null,
    optimized: total?.optimized ?? null,
    optimizedRegions: total?.optimizedRegions ?? null,
    failed: total?.failed ?? null,
    ipis: total?.ipis ?? null,
    cpuTimeNs: total?.cpuTimeNs ?? null,
    peggedCpus: total?.peggedCpus ?? null,
    longestInterruptNs: total?.longestInterruptNs ?? null,
    origin,
  };
}

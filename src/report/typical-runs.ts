import { groupBy } from '../group-by.js';
import type { ResultRow, SweepKey } from '../run-document/columns.js';
import type { RunDocument } from '../run-document/run-document.js';
import { cellId } from './sweeps.js';

/**
 * The same document with one run of each sweep: what stands where there is room for one. Of a run that is, sweep by sweep, the
 * one whose total is the median; of a grid the one in which that of the baseline is, so that ratios are those of the times beside
 * them. What tells of all runs together stays.
 */
export function typicalRuns(document: RunDocument): RunDocument {
  if ((document.jitter?.runs ?? 1) === 1) return document;
  const isShown = shownRuns(document);
  const own = <R extends SweepKey>(rows: readonly R[]) => rows.filter(isShown);
  return {
    ...document,
    results: own(document.results),
    cpus: own(document.cpus),
    breakdowns: own(document.breakdowns),
    disturbances: own(document.disturbances),
    comparisons: own(document.comparisons),
  };
}

function shownRuns({ results, comparisons }: RunDocument): (key: SweepKey) => boolean {
  const totals = results.filter(({ phase }) => phase === 'total');
  const byCell = groupBy(totals, cellId);
  if (comparisons.length === 0) {
    const runs = new Map([...byCell].map(([id, own]) => [id, medianRun(own)]));
    return (key) => runs.get(cellId(key)) === key.run;
  }
  // Of a grid that was interrupted, some cells have fewer runs than others.
  const inAll = [...byCell.values()].reduce((least, own) => Math.min(least, own.length), totals.length);
  const baselines = comparisons.filter(({ phase, isBaseline }) => phase === 'total' && isBaseline === 'yes');
  const own = baselines[0] === undefined ? totals : (byCell.get(cellId(baselines[0])) ?? totals);
  const run = medianRun(own.filter((row) => row.run <= inAll));
  return (key) => key.run === run;
}

/** Number of the run whose total is the median. */
function medianRun(totals: readonly ResultRow[]): number {
  const ranked = totals.toSorted((a, b) => a.elapsedNs - b.elapsedNs || a.run - b.run);
  return ranked[Math.ceil(ranked.length / 2) - 1]?.run ?? 1;
}

import { type Field, Groups } from '../group-by.js';
import type { ResultRow, SweepKey } from '../run-document/columns.js';
import type { RunDocument } from '../run-document/run-document.js';
import { cellFields } from './sweeps.js';

/**
 * What people are shown where costs were random: one run of each sweep, and no ranges, since those are without jitter and would
 * stand beside times that are with it. Of a run that is, sweep by sweep, the one whose total is the median; of a grid the one in
 * which that of the baseline is, so that ratios are those of the times beside them. What tells of all runs together stays.
 * @param document as it was written: what has gone through here has one run and knows of no median any more
 */
export function typicalRuns(document: RunDocument): RunDocument {
  if (document.jitter === undefined) return document;
  const cells = shownRuns(document);
  const own = <R extends SweepKey>(rows: readonly R[]): R[] => {
    const byCell = new Groups(rows, cellFields);
    return cells.flatMap(({ fields, run }) => byCell.of(fields).filter((row) => row.run === run));
  };
  const results = own(document.results);
  return {
    ...document,
    results: results.map((row) => ({ ...row, elapsedLowNs: null, elapsedHighNs: null })),
    cpus: own(document.cpus),
    breakdowns: own(document.breakdowns),
    disturbances: own(document.disturbances),
    comparisons: own(document.comparisons).map((row) => ({ ...row, ratioLow: null, ratioHigh: null })),
    ...{ bands: [], alternatives: [] },
  };
}

/** A sweep, whatever the run, and the number of the run that is shown. */
interface ShownRun {
  readonly fields: readonly Field[];
  readonly run: number;
}

/** In the order in which sweeps come. */
function shownRuns({ results, comparisons }: RunDocument): ShownRun[] {
  const byCell = new Groups(
    results.filter(({ phase }) => phase === 'total'),
    cellFields,
  );
  const shown = (runOf: (own: readonly ResultRow[]) => number) =>
    byCell.all.flatMap((own) => {
      const [first] = own;
      return first === undefined ? [] : [{ fields: cellFields(first), run: runOf(own) }];
    });
  if (comparisons.length === 0) return shown(medianRun);
  const baseline = comparisons.find(({ phase, isBaseline }) => phase === 'total' && isBaseline === 'yes');
  const ofBaseline = baseline === undefined ? [] : byCell.of(cellFields(baseline));
  const own = ofBaseline.length === 0 ? (byCell.all[0] ?? []) : ofBaseline;
  // Of a grid that was interrupted, some cells have fewer runs than others.
  const inAll = byCell.all.reduce((least, runs) => Math.min(least, runs.length), own.length);
  const run = medianRun(own.filter((row) => row.run <= inAll));
  return shown(() => run);
}

/** Number of the run whose total is the median. */
function medianRun(totals: readonly ResultRow[]): number {
  const ranked = totals.toSorted((a, b) => a.elapsedNs - b.elapsedNs || a.run - b.run);
  return ranked[Math.ceil(ranked.length / 2) - 1]?.run ?? 1;
}

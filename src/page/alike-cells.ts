import { type Field, Groups } from '../group-by.js';
import { type CellRow, type ChoiceColumn, cellName, variedChoices } from '../report/cell-names.js';
import { duration, ratioText } from '../report/figures.js';
import { type ReportedSweep, reportedSweeps, stateName } from '../report/sweeps.js';
import type { RunDocument } from '../run-document/run-document.js';

/** A document in which cells that look the same are one. */
export interface AlikeCells {
  readonly document: RunDocument;
  /** What the cell of a row is called, with those that are left out for it. */
  readonly nameOf: (row: CellRow) => string;
}

/** Cells of a state whose figures are the same as shown become one: a chart draws it once, a sentence says it once. */
export function alikeCells(document: RunDocument): AlikeCells {
  const varied = variedChoices(document.results, document);
  const ownName = (row: CellRow) => cellName(row, varied);
  const names = new Map<string, string>();
  const leftOut = new Set<string>();
  for (const alike of new Groups(reportedSweeps(document), shownFigures).all) {
    const totals = alike.map(({ total }) => total);
    const [first = '', ...others] = totals.map(ownName);
    names.set(first, nameOfAll(totals, varied));
    for (const other of others) leftOut.add(other);
  }
  const isKept = (row: CellRow) => !leftOut.has(ownName(row));
  const { results, comparisons, bands, spreads } = document;
  return {
    document: {
      ...document,
      results: results.filter(isKept),
      comparisons: comparisons.filter(isKept),
      bands: bands.filter(isKept),
      ...(spreads === undefined ? {} : { spreads: spreads.filter(isKept) }),
    },
    nameOf: (row) => names.get(ownName(row)) ?? ownName(row),
  };
}

/** The state and all figures that charts and sentences show of a sweep. */
function shownFigures({ local, remote, total, comparison, breakdowns, bands }: ReportedSweep): Field[] {
  const times = [local, remote, total].flatMap(({ elapsedNs, elapsedLowNs, elapsedHighNs }) => [
    ...[elapsedNs, elapsedLowNs, elapsedHighNs],
  ]);
  const parts = breakdowns.flatMap(({ sendingNs, executingNs, queuedNs }) => [
    ...[sendingNs, executingNs, queuedNs],
  ]);
  const ranges = bands.flatMap(({ totalLowNs, totalMedianNs, totalHighNs }) => [
    ...[totalLowNs, totalMedianNs, totalHighNs],
  ]);
  const figures = [...times, ...parts, ...ranges].map((ns) => (ns === null ? '' : duration(ns)));
  const { ratio = null, ratioLow = null, ratioHigh = null } = comparison ?? {};
  const ratios = [ratio, ratioLow, ratioHigh].map(ratioText);
  return [stateName(total), ...figures, ...ratios];
}

/** `full 2m, 1g`; where cells differ in more than one choice, their names. */
function nameOfAll(rows: readonly CellRow[], varied: readonly ChoiceColumn[]): string {
  const [first] = rows;
  if (first === undefined) return '';
  const differing = varied.filter(
    ({ field, isImplied }) => isImplied !== true && rows.some((row) => field(row) !== field(first)),
  );
  const [only] = differing;
  if (only === undefined || differing.length > 1) return rows.map((row) => cellName(row, varied)).join(', ');
  const field = () => rows.map(only.field).join(', ');
  return cellName(
    first,
    varied.map((column) => (column === only ? { ...column, field } : column)),
  );
}

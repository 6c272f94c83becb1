import type { ResultRow } from '../run-document/columns.js';
import { milliseconds } from './figures.js';
import { listNames } from './names.js';
import type { ReportedSweep } from './sweeps.js';

/** What the ranges of totals are. */
export const RANGE_IN_WORDS = '90% range: 9 in 10 measurements should fall inside.';

/** What a cost that was set by hand does to ranges; empty where none was. */
export function setByHand(sweeps: readonly ReportedSweep[]): string {
  const names = new Set(
    sweeps.flatMap(({ machine: { parameters } }) =>
      parameters.filter(({ source, low }) => source === SET_BY_HAND && low !== null).map(({ name }) => name),
    ),
  );
  if (names.size === 0) return '';
  return ` With ${listNames([...names])} set by hand, ranges no longer rest on the published figures.`;
}

/** The source of a parameter that the command line sets. */
const SET_BY_HAND = 'set on the command line';

type RangedTime = Pick<ResultRow, 'elapsedNs' | 'elapsedLowNs' | 'elapsedHighNs'>;

/** Whether a time lies outside its own range. */
function isOutsideRange({ elapsedNs, elapsedLowNs, elapsedHighNs }: RangedTime): boolean {
  if (elapsedLowNs === null || elapsedHighNs === null) return false;
  return elapsedNs < elapsedLowNs || elapsedNs > elapsedHighNs;
}

const OUTSIDE_MARK = '!';

/** An elapsed time for a column headed ms, marked where it lies outside its own range. */
export function markedTime(row: RangedTime): string {
  const time = milliseconds(row.elapsedNs);
  return isOutsideRange(row) ? `${OUTSIDE_MARK} ${time}` : time;
}

/** What the mark says; nothing where there is none. */
export function outsideMarkInWords(rows: readonly RangedTime[]): string[] {
  return rows.some(isOutsideRange) ? [`${OUTSIDE_MARK} marks times outside their own range.`] : [];
}

/** Times outside their own ranges, so that nobody takes that for a mistake. */
export function outsideOwnRange(
  sweeps: readonly { readonly name: string; readonly total: RangedTime }[],
): string[] {
  const outside = sweeps.filter(({ total }) => isOutsideRange(total));
  if (outside.length === 0) return [];
  const names = listNames([...new Set(outside.map(({ name }) => name))]);
  return [
    `Outside the range of its own total: ${names}. A time is that of one set of costs, the range that of many, of which this one may be an edge.`,
  ];
}

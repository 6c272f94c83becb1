import { groupBy } from '../group-by.js';
import type { Partly, ResultRow } from '../run-document/columns.js';
import { CELL_COLUMN_NAMES } from '../run-document/diff-document.js';
import { stateText } from '../run-document/state-text.js';

type Row = Partly<ResultRow>;

/** All rows of one cell: three phases of every run. */
export interface RunCell {
  /** What names it, for people. */
  readonly name: string;
  readonly key: Row;
  readonly rows: readonly Row[];
}

export interface Matching {
  readonly pairs: readonly { readonly a: RunCell; readonly b: RunCell }[];
  readonly unmatched: readonly { readonly side: 'a' | 'b'; readonly cell: string; readonly reason: string }[];
}

/** Rows by what names them, runs of a cell together. */
export function cellsIn(rows: readonly Row[]): RunCell[] {
  const cells = groupBy(rows, (row) => JSON.stringify(CELL_COLUMN_NAMES.map((name) => row[name])));
  return [...cells.values()].flatMap((own) => {
    const [key] = own;
    return key === undefined ? [] : [{ name: nameOf(key), key, rows: own }];
  });
}

/** Pairs cells that name the same; where a side is silent about a column, neither cell may have another it could mean. */
export function matchCells(a: readonly RunCell[], b: readonly RunCell[]): Matching {
  const exact = a.flatMap((cell) => {
    const other = b.find((one) => isSame(cell.key, one.key));
    return other === undefined ? [] : [{ a: cell, b: other }];
  });
  const restOfA = a.filter((cell) => !exact.some((pair) => pair.a === cell));
  const restOfB = b.filter((cell) => !exact.some((pair) => pair.b === cell));
  const meantBy = (cell: RunCell, others: readonly RunCell[]) =>
    others.filter((other) => isCompatible(cell.key, other.key));
  const guessed = restOfA.flatMap((cell) => {
    const [other, ...more] = meantBy(cell, restOfB);
    const isMutual = other !== undefined && more.length === 0 && meantBy(other, restOfA).length === 1;
    return isMutual ? [{ a: cell, b: other }] : [];
  });
  const pairs = [...exact, ...guessed];
  const left = (side: 'a' | 'b', cells: readonly RunCell[], others: readonly RunCell[]) =>
    cells
      .filter((cell) => !pairs.some((pair) => pair[side] === cell))
      .map((cell) => ({ side, cell: cell.name, reason: reasonFor(meantBy(cell, others)) }));
  return { pairs, unmatched: [...left('a', restOfA, restOfB), ...left('b', restOfB, restOfA)] };
}

function reasonFor(possible: readonly RunCell[]): string {
  if (possible.length === 0) return 'the other side has no such cell';
  return `it cannot be told whether it is ${listOf(possible)}`;
}

const NAMES_MAX = 4;

function listOf(cells: readonly RunCell[]): string {
  const names = cells.slice(0, NAMES_MAX).map(({ name }) => name);
  const left = cells.length - NAMES_MAX;
  return [...names, ...(left > 0 ? [`${left} more`] : [])].join('; ');
}

function isSame(a: Row, b: Row): boolean {
  return CELL_COLUMN_NAMES.every((name) => a[name] === b[name]);
}

function isCompatible(a: Row, b: Row): boolean {
  // Sweeps over different numbers of regions are not the same, whatever they are called.
  const areRegionsAlike = a.regions === b.regions || isSilent(a.regions) || isSilent(b.regions);
  return (
    areRegionsAlike &&
    CELL_COLUMN_NAMES.every((name) => a[name] === b[name] || isSilent(a[name]) || isSilent(b[name]))
  );
}

function isSilent(value: unknown): boolean {
  return value === '' || value === null;
}

function nameOf(row: Row): string {
  const { scenario, measure, ...rest } = row;
  const { mapping, strategy, threads, hypothesis, variation } = rest;
  const parts = [stateText(scenario, measure), mapping, strategy, threads, hypothesis, variation].filter(
    (part) => part !== '',
  );
  return parts.length === 0 ? 'a sweep of which nothing is said' : parts.join(' ');
}

import type { Partly, ResultRow } from '../run-document/columns.js';
import { CELL_COLUMN_NAMES } from '../run-document/diff-document.js';

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
  const cells = new Map<string, Row[]>();
  for (const row of rows) {
    const id = JSON.stringify(CELL_COLUMN_NAMES.map((name) => row[name]));
    const known = cells.get(id);
    if (known === undefined) cells.set(id, [row]);
    else known.push(row);
  }
  return [...cells.values()].flatMap((own) => {
    const [key] = own;
    return key === undefined ? [] : [{ name: nameOf(key), key, rows: own }];
  });
}

/** Pairs cells that name the same; where one side is silent about a column, what it can mean has to be the only one. */
export function matchCells(a: readonly RunCell[], b: readonly RunCell[]): Matching {
  const pairs: { a: RunCell; b: RunCell }[] = [];
  const unmatched: { side: 'a' | 'b'; cell: string; reason: string }[] = [];
  const taken = new Set<RunCell>();
  for (const cell of a) {
    const exact = b.find((other) => isSame(cell.key, other.key));
    const possible = exact === undefined ? b.filter((other) => isCompatible(cell.key, other.key)) : [exact];
    const [only, ...others] = possible;
    if (only === undefined) {
      unmatched.push({ side: 'a', cell: cell.name, reason: 'the other side has no such cell' });
    } else if (others.length > 0 || taken.has(only)) {
      const reason = `it could be any of ${listOf(possible)}`;
      unmatched.push({ side: 'a', cell: cell.name, reason });
    } else {
      taken.add(only);
      pairs.push({ a: cell, b: only });
    }
  }
  for (const cell of b.filter((one) => !taken.has(one))) {
    unmatched.push({ side: 'b', cell: cell.name, reason: 'the other side has no such cell of its own' });
  }
  return { pairs, unmatched };
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
  return CELL_COLUMN_NAMES.every((name) => a[name] === b[name] || isSilent(a[name]) || isSilent(b[name]));
}

function isSilent(value: unknown): boolean {
  return value === '' || value === null;
}

function nameOf(row: Row): string {
  const { scenario, measure, ...rest } = row;
  const state = scenario === measure || measure === '' ? scenario : `${scenario}: ${measure}`;
  const { mapping, strategy, threads, hypothesis, variation } = rest;
  const parts = [state, mapping, strategy, threads, hypothesis, variation].filter((part) => part !== '');
  return parts.length === 0 ? 'a sweep of which nothing is said' : parts.join(' ');
}

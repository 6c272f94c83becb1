import { type Columns, RESULT_COLUMNS, type RowOf } from './columns.js';
import type { ToolInfo } from './run-document.js';

export const DIFF_SCHEMA = 'rmpopt-bench/diff/2';

/** What names a cell on both sides; empty or null where a side is silent. */
const CELL_COLUMNS = {
  scenario: RESULT_COLUMNS.scenario,
  state: RESULT_COLUMNS.state,
  variation: RESULT_COLUMNS.variation,
  mapping: RESULT_COLUMNS.mapping,
  strategy: RESULT_COLUMNS.strategy,
  threads: RESULT_COLUMNS.threads,
  hypothesis: RESULT_COLUMNS.hypothesis,
  topology: RESULT_COLUMNS.topology,
  memoryBytes: { kind: 'integer?', says: RESULT_COLUMNS.memoryBytes.says },
} as const satisfies Columns;

export const CELL_COLUMN_NAMES = Object.keys(CELL_COLUMNS) as readonly (keyof typeof CELL_COLUMNS)[];

/** Row per matched cell, phase and figure. */
export const DIFF_COLUMNS = {
  ...CELL_COLUMNS,
  phase: RESULT_COLUMNS.phase,
  figure: { kind: 'text', says: 'the column of results that is compared' },
  a: { kind: 'number', says: 'its value in the first document; of several runs the mean' },
  b: { kind: 'number', says: 'its value in the second' },
  change: { kind: 'number', says: 'b - a' },
  changePct: { kind: 'percent?', says: 'the same in percent of a; null where a is 0' },
  aRuns: { kind: 'integer', says: 'runs of the first' },
  bRuns: { kind: 'integer', says: 'runs of the second' },
  aLow: { kind: 'number?', says: 'what is known of the spread of a: least run, or low end of its range' },
  aHigh: { kind: 'number?', says: 'greatest run, or high end of its range' },
  bLow: { kind: 'number?', says: 'the same of b' },
  bHigh: { kind: 'number?', says: 'the same of b' },
  verdict: { kind: 'text', says: 'better, worse, same or inconclusive' },
} as const satisfies Columns;

export type DiffRow = RowOf<typeof DIFF_COLUMNS>;

/** One of the two sides. */
export interface DiffSide {
  readonly file: string;
  readonly origin: 'simulated' | 'imported';
  readonly tool: ToolInfo;
  readonly command: readonly string[];
  readonly seed: number | null;
}

/** What a difference is called that is about random costs. */
export const JITTER_DIFFERENCE = 'random jitter';

/** Something about hosts or costs in which the sides differ. */
export interface Difference {
  readonly what: string;
  readonly a: string;
  readonly b: string;
}

/** Two saved runs, cell by cell. */
export interface DiffDocument {
  readonly schema: typeof DIFF_SCHEMA;
  readonly tool: ToolInfo;
  readonly command: readonly string[];
  readonly a: DiffSide;
  readonly b: DiffSide;
  readonly differences: readonly Difference[];
  readonly results: readonly DiffRow[];
  /** Cells that have no counterpart, with the reason. */
  readonly unmatched: readonly { readonly side: 'a' | 'b'; readonly cell: string; readonly reason: string }[];
  /** What --fail-on asked for and found. */
  readonly failures: readonly { readonly condition: string; readonly found: string }[];
}

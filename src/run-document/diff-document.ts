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
  figure: { kind: 'text', says: 'column of results that is compared' },
  a: { kind: 'number', says: 'value in the first document; mean if there are repetitions' },
  b: { kind: 'number', says: 'value in the second document; mean if there are repetitions' },
  change: { kind: 'number', says: 'b - a' },
  changePct: { kind: 'percent?', says: '(b - a) / a in percent; null if a is 0' },
  aRuns: { kind: 'integer', says: 'repetitions in the first document' },
  bRuns: { kind: 'integer', says: 'repetitions in the second document' },
  aLow: { kind: 'number?', says: 'least of the repetitions, or low end of the range, in the first document' },
  aHigh: {
    kind: 'number?',
    says: 'most of the repetitions, or high end of the range, in the first document',
  },
  bLow: {
    kind: 'number?',
    says: 'least of the repetitions, or low end of the range, in the second document',
  },
  bHigh: {
    kind: 'number?',
    says: 'most of the repetitions, or high end of the range, in the second document',
  },
  verdict: { kind: 'text', says: 'better, worse, same or inconclusive, for b' },
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

import type { ChalkInstance } from 'chalk';
import Table from 'cli-table3';
import wrapAnsi from 'wrap-ansi';

/** How a text report is laid out: the colours of its stream. */
export interface Layout {
  readonly chalk: ChalkInstance;
}

/** Human text keeps to this many columns, so that it can be quoted in a mail or read in half a screen. */
export const TEXT_COLUMNS = 100;

export interface TableColumn {
  readonly head: string;
  /** Neighbours of one group stand under a common line above their heads. */
  readonly group?: string;
  readonly align: 'left' | 'right';
}

/** Columns stand two apart: cli-table3's divider, of which a cell across columns knows only that it is one wide, and a padding. */
const PADDED_GAP = 2;
const BORDERLESS = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: ' ' },
};

/** cli-table3 takes time quadratic in the rows of one table. */
const ROWS_PER_TABLE = 64;

/** A table without borders, right for a terminal and for a mail. */
export function renderGrid(
  columns: readonly TableColumn[],
  rows: readonly string[][],
  { chalk }: Layout,
): string {
  const widths = columnWidths(columns, rows);
  const render = (cells: Table.CrossTableRow[] | Table.HorizontalTableRow[]) => {
    const table = new Table({
      chars: BORDERLESS,
      colWidths: widths.map((width) => width + PADDED_GAP - 1),
      colAligns: columns.map(({ align }) => align),
      style: { head: [], border: [], 'padding-left': PADDED_GAP - 1, 'padding-right': 0 },
    });
    table.push(...(cells as Table.HorizontalTableRow[]));
    return table.toString().replace(/^ | +$/gm, '');
  };
  const heads = columns.map(({ head }) => head);
  const isGrouped = columns.some(({ group }) => group !== undefined);
  const blocks = [chalk.bold(render(isGrouped ? [groupLine(columns), heads] : [heads]))];
  for (let from = 0; from < rows.length; from += ROWS_PER_TABLE) {
    blocks.push(render(rows.slice(from, from + ROWS_PER_TABLE)));
  }
  return blocks.join('\n');
}

/** A column that knows what to say of a row. */
export interface CellColumn<T> extends TableColumn {
  readonly cell: (row: T) => string;
  /** Where the table would be too wide, columns go in this order; machine formats have them all. */
  readonly dispensable?: number;
}

/** A table of as many of the columns as fit, the most dispensable left out first. */
export function renderFitting<T>(
  columns: readonly CellColumn<T>[],
  rows: readonly T[],
  layout: Layout,
): string {
  const levels = [0, ...columns.map(({ dispensable = 0 }) => dispensable)].sort((a, b) => a - b);
  const cellsOf = (some: readonly CellColumn<T>[]) => rows.map((row) => some.map(({ cell }) => cell(row)));
  const narrower = levels.map((level) =>
    columns.filter(({ dispensable = Number.POSITIVE_INFINITY }) => dispensable > level),
  );
  const fitting =
    narrower.find((some) => gridWidth(some, cellsOf(some)) <= TEXT_COLUMNS) ?? narrower.at(-1) ?? [];
  return renderGrid(fitting, cellsOf(fitting), layout);
}

/** How many columns of text a table takes. */
function gridWidth(columns: readonly TableColumn[], rows: readonly string[][]): number {
  return columnWidths(columns, rows).reduce((sum, width) => sum + width + PADDED_GAP, -PADDED_GAP);
}

/** Wide enough for heads and cells; the last column of a group takes what its common line needs beyond that. */
function columnWidths(columns: readonly TableColumn[], rows: readonly string[][]): number[] {
  const widths = columns.map(({ head }, i) =>
    Math.max(head.length, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  for (const [i, { group = '' }] of columns.entries()) {
    if (group === '' || columns[i + 1]?.group === group) continue;
    const members = columns.map((column, j) => (column.group === group ? (widths[j] ?? 0) : 0));
    const count = columns.filter((column) => column.group === group).length;
    const spanned = members.reduce((sum, width) => sum + width, 0) + PADDED_GAP * (count - 1);
    widths[i] = (widths[i] ?? 0) + Math.max(0, group.length - spanned);
  }
  return widths;
}

/** The line above the heads: each group once, across its columns. */
function groupLine(columns: readonly TableColumn[]): Table.Cell[] {
  const cells: { content: string; colSpan: number; hAlign: 'right' }[] = [];
  for (const [i, { group = '' }] of columns.entries()) {
    const last = cells.at(-1);
    if (last !== undefined && group !== '' && group === columns[i - 1]?.group) last.colSpan++;
    else cells.push({ content: group, colSpan: 1, hAlign: 'right' });
  }
  return cells;
}

const NO_BREAK_SPACE = '\u00a0';

/** A paragraph beside a label: every line starts where the first one does. */
export function besideLabel(label: string, text: string): string {
  return `${label}${paragraph(text, label.length)}`;
}

/** A paragraph within TEXT_COLUMNS; lines after the first are indented, a figure stays with its unit. */
export function paragraph(text: string, indent = 0): string {
  const unbroken = text.replace(/(?<=\d) (?=(ms|us|ns|s|%)(\W|$))/g, NO_BREAK_SPACE);
  return wrapAnsi(unbroken, TEXT_COLUMNS - indent)
    .replaceAll('\n', `\n${' '.repeat(indent)}`)
    .replaceAll(NO_BREAK_SPACE, ' ');
}

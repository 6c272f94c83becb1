import { stripVTControlCharacters } from 'node:util';
import type { ChalkInstance } from 'chalk';
import Table from 'cli-table3';
import { wrapAnsi } from 'fast-wrap-ansi';
import { groupBy } from '../group-by.js';

/** How a text report is laid out: what the place it goes to can show. */
export interface Layout {
  readonly chalk: ChalkInstance;
  /** How wide a line may be, from 72. */
  readonly columns: number;
  /** Whether more than ASCII can be shown. */
  readonly unicode: boolean;
  /** Whether more is wanted than the answer. */
  readonly isVerbose: boolean;
}

/** Prose stays within this many columns on the widest screen, so that it can be read and quoted. */
export const PROSE_COLUMNS_MAX = 100;

export interface TableColumn {
  readonly head: string;
  /** Neighbours of one group stand under a common line above their heads. */
  readonly group?: string;
  readonly align: 'left' | 'right';
  /** Of its figures, where the title of a report says it once and a page at each column. */
  readonly unit?: 'ms';
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
function renderGrid(columns: readonly TableColumn[], rows: readonly string[][], { chalk }: Layout): string {
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
export interface FieldColumn<T> extends TableColumn {
  readonly field: (row: T) => string;
  /** Where the table would be too wide, columns go in this order; machine formats have them all. */
  readonly dispensable?: number;
  /** Says which row this is: by a name, which may be long, or by a part of what is named. Figures have none. */
  readonly label?: 'name' | 'part';
}

/** A table of as many of the columns as fit, the most dispensable left out first. */
export function renderFitting<T>(
  columns: readonly FieldColumn<T>[],
  rows: readonly T[],
  layout: Layout,
): string {
  const fitting = fittingColumns(columns, rows, layout.columns);
  if (isFitting(fitting, rows, layout) || !fitting.some(({ label }) => label !== undefined)) {
    return renderGrid(fitting, fieldsOf(fitting, rows), layout);
  }
  if (fitting.some(isName)) return renderNumbered(columns, rows, layout);
  return renderInParts(columns, rows, layout).join('\n\n');
}

/** As many of the columns as fit; those that cannot be dispensed with even where they do not. */
export function fittingColumns<T>(
  columns: readonly FieldColumn<T>[],
  rows: readonly T[],
  widthMax: number,
): readonly FieldColumn<T>[] {
  const levels = [0, ...columns.map(({ dispensable = 0 }) => dispensable)].sort((a, b) => a - b);
  const narrower = levels.map((level) =>
    columns.filter(({ dispensable = Number.POSITIVE_INFINITY }) => dispensable > level),
  );
  return narrower.find((some) => gridWidth(some, fieldsOf(some, rows)) <= widthMax) ?? narrower.at(-1) ?? [];
}

export function fieldsOf<T>(columns: readonly FieldColumn<T>[], rows: readonly T[]): string[][] {
  return rows.map((row) => columns.map(({ field }) => field(row)));
}

/** Long names stand below the table, which has their numbers. */
function renderNumbered<T>(columns: readonly FieldColumn<T>[], rows: readonly T[], layout: Layout): string {
  const naming = columns.filter(isName);
  const nameOf = (row: T) => naming.map(({ field }) => field(row)).join(' ');
  const numbers = new Map([...groupBy(rows, nameOf).keys()].map((name, i) => [name, `[${i + 1}]`]));
  const number: FieldColumn<T> = {
    head: naming[0]?.head ?? '',
    align: 'left',
    field: (row) => numbers.get(nameOf(row)) ?? '',
    label: 'part',
  };
  const figures = columns.filter((column) => !isName(column));
  const legend = [...numbers].map(([name, label]) => besideLabel(`${label} `, name, layout));
  return [...renderInParts([number, ...figures], rows, layout), legend.join('\n')].join('\n\n');
}

/** A table that fits, else several, each with the labels and as many of the figures as it has room for. */
function renderInParts<T>(columns: readonly FieldColumn<T>[], rows: readonly T[], layout: Layout): string[] {
  const fitting = fittingColumns(columns, rows, layout.columns);
  const labels = fitting.filter(({ label }) => label !== undefined);
  const parts: FieldColumn<T>[][] = [];
  for (const figure of fitting.filter(({ label }) => label === undefined)) {
    const longer = [...(parts.at(-1) ?? labels), figure];
    if (parts.length > 0 && isFitting(longer, rows, layout)) parts[parts.length - 1] = longer;
    else parts.push([...labels, figure]);
  }
  return parts.map((part) => renderGrid(part, fieldsOf(part, rows), layout));
}

function isName<T>({ label }: FieldColumn<T>): boolean {
  return label === 'name';
}

function isFitting<T>(columns: readonly FieldColumn<T>[], rows: readonly T[], { columns: most }: Layout) {
  return gridWidth(columns, fieldsOf(columns, rows)) <= most;
}

/** How many columns of text a table takes. */
export function gridWidth(columns: readonly TableColumn[], rows: readonly string[][]): number {
  return columnWidths(columns, rows).reduce((sum, width) => sum + width + PADDED_GAP, -PADDED_GAP);
}

/** Wide enough for heads and cells; the last column of a group takes what its common line needs beyond that. */
function columnWidths(columns: readonly TableColumn[], rows: readonly string[][]): number[] {
  const widths = columns.map(({ head }, i) =>
    rows.reduce((most, row) => Math.max(most, visibleLength(row[i] ?? '')), head.length),
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

function visibleLength(text: string): number {
  return text.includes('\u001b') ? stripVTControlCharacters(text).length : text.length;
}

const NO_BREAK_SPACE = '\u00a0';

/** A mark with what it means, the first word of which stays with it when lines break. */
export function besideMark(mark: string, meaning: string): string {
  return `${mark}${NO_BREAK_SPACE}${meaning}`;
}

/** A paragraph beside a label: every line starts where the first one does. */
export function besideLabel(label: string, text: string, layout: Layout): string {
  return `${label}${paragraph(text, layout, label.length)}`;
}

/** A paragraph within the columns of prose; lines after the first are indented, a figure stays with its unit. */
export function paragraph(text: string, { columns }: Pick<Layout, 'columns'>, indent = 0): string {
  const withUnits = text.replace(/(?<=\d) (?=(ms|us|ns|s|%)(\W|$))/g, NO_BREAK_SPACE);
  return wrapped(withUnits, Math.min(columns, PROSE_COLUMNS_MAX) - indent)
    .replaceAll('\n', `\n${' '.repeat(indent)}`)
    .replaceAll(NO_BREAK_SPACE, ' ');
}

/** Words of one column per character, with single spaces between them. */
const PLAIN = /^[!-~\u00a0]+(?: [!-~\u00a0]+)*$/;

/** To measure widths takes most of the time of a report, and most texts need not be measured. */
function wrapped(text: string, columns: number): string {
  const words = text.split(' ');
  if (!PLAIN.test(text) || words.some((word) => word.length > columns)) {
    return wrapAnsi(text, columns, { hard: true });
  }
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line === '') line = word;
    else if (line.length + 1 + word.length <= columns) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line].join('\n');
}

import type { CpuGrouping } from './cpu-groups.js';
import {
  besideLabel,
  type FieldColumn,
  fieldsOf,
  fittingColumns,
  type Layout,
  paragraph,
  renderFitting,
} from './layout.js';

/** Where a report is read: on the screen of who has run it, or where it was pasted for others, who have neither screen nor tool. */
export type Setting = 'screen' | 'quoted';

/** How people are told of a document. */
export interface Manner {
  readonly setting: Setting;
  /** How CPUs are folded, where a document has them. */
  readonly by: CpuGrouping;
  /** Whether more is wanted than the answer. */
  readonly isVerbose: boolean;
  /** What a log is called that was read. */
  readonly source: string;
}

/** Where a screen has left something out, how to see it; whoever reads a mail cannot. */
export function moreHint({ isVerbose, setting }: Manner): string {
  return isVerbose || setting === 'quoted' ? '' : 'More: -v.';
}

/** A report before anybody has said how wide it may be, or in which markup it is written. */
export interface Report {
  readonly title: string;
  /** What all figures have in common: the host and how it is swept. */
  readonly heading: readonly string[];
  readonly blocks: readonly Block[];
}

/** A report with what made it. */
export interface FullReport extends Report {
  /** The words of the command line, the program first. */
  readonly command: readonly string[];
  /** The program with its version. */
  readonly tool: string;
}

/** A part of a report; texts are not wrapped yet. */
export type Block =
  | { readonly kind: 'title'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly head: string | null; readonly items: readonly string[] }
  /** Conclusions, then what columns mean, and what to know of all. */
  | {
      readonly kind: 'bullets';
      readonly items: readonly string[];
      readonly notes: readonly ColumnNote[];
      readonly after: string;
    }
  | { readonly kind: 'table'; readonly table: TableContent }
  /** Names with what is meant by them. */
  | { readonly kind: 'terms'; readonly terms: readonly Term[] }
  /** Lines whose characters stand below each other. */
  | { readonly kind: 'drawing'; readonly draw: (layout: Layout) => string };

/** What a column means: not worth a word where a table had no room for it. */
export interface ColumnNote {
  readonly head: string;
  readonly text: string;
}

export interface Term {
  readonly name: string;
  readonly says: string;
}

export interface TableContent {
  readonly columns: readonly FieldColumn<readonly string[]>[];
  readonly rows: readonly (readonly string[])[];
}

/** The title of the blocks that follow. */
export function title(text: string): Block {
  return { kind: 'title', text };
}

/** Sentences. */
export function prose(text: string): Block {
  return { kind: 'paragraph', text };
}

/** Lines of prose, none where there are no items. */
export function list(items: readonly string[], head: string | null = null): Block[] {
  return items.length === 0 ? [] : [{ kind: 'list', head, items }];
}

/** Conclusions, each on a line of its own, then what to know of all of them; empty texts are left out. */
export function bullets(
  items: readonly string[],
  texts: readonly string[] = [],
  notes: readonly ColumnNote[] = [],
): Block[] {
  const after = texts.filter(Boolean).join(' ');
  return items.length === 0 ? [prose(after)] : [{ kind: 'bullets', items, notes, after }];
}

/** The text below conclusions; of columns only those that are shown are explained. */
export function textAfter(
  { notes, after }: Extract<Block, { kind: 'bullets' }>,
  isShown: (head: string) => boolean = () => true,
): string {
  const shown = notes.filter(({ head }) => isShown(head)).map(({ text }) => text);
  return [...shown, after].filter(Boolean).join(' ');
}

/** Rows by columns, which know what to say of them. */
export function table<T>(columns: readonly FieldColumn<T>[], rows: readonly T[]): Block {
  const content = {
    columns: columns.map((column, i) => ({ ...column, field: (cells: readonly string[]) => cells[i] ?? '' })),
    rows: fieldsOf(columns, rows),
  };
  return { kind: 'table', table: content };
}

/** Names with what is meant by them, below each other. */
export function terms(all: readonly Term[]): Block {
  return { kind: 'terms', terms: all };
}

/** Characters that make a picture. */
export function drawing(draw: (layout: Layout) => string): Block {
  return { kind: 'drawing', draw };
}

/** Blocks as plain text, an empty line between them. */
export function renderBlocks(blocks: readonly Block[], layout: Layout): string {
  const heads = new Set(
    blocks.flatMap((block) => (block.kind === 'table' ? shownHeads(block.table, layout) : [])),
  );
  return blocks
    .map((block, i) => {
      const isLast = i === blocks.length - 1;
      return `${renderBlock(block, heads, layout)}${isLast ? '' : block.kind === 'title' ? '\n' : '\n\n'}`;
    })
    .join('');
}

/** Sentences are as wide as a mail. */
const SENTENCE_COLUMNS = 72;

/** The layout of sentences. */
export function narrow({ columns }: Pick<Layout, 'columns'>): Pick<Layout, 'columns'> {
  return { columns: Math.min(SENTENCE_COLUMNS, columns) };
}

function shownHeads({ columns, rows }: TableContent, layout: Layout): string[] {
  return fittingColumns(columns, rows, layout.columns).map(({ head }) => head);
}

function renderBlock(block: Block, heads: ReadonlySet<string>, layout: Layout): string {
  const sentence = narrow(layout);
  switch (block.kind) {
    case 'title':
      return layout.chalk.bold(paragraph(block.text, layout));
    case 'paragraph':
      return paragraph(block.text, sentence);
    case 'list': {
      const head = block.head === null ? [] : [paragraph(block.head, sentence)];
      return [...head, ...block.items.map((item) => paragraph(item, sentence, 2))].join('\n');
    }
    case 'bullets': {
      const after = textAfter(block, (head) => heads.has(head));
      return [
        ...block.items.map((item) => paragraph(`- ${item}`, sentence, 2)),
        ...(after === '' ? [] : [paragraph(after, sentence)]),
      ].join('\n');
    }
    case 'table':
      return renderFitting(block.table.columns, block.table.rows, layout);
    case 'terms': {
      const width = Math.max(0, ...block.terms.map(({ name }) => name.length));
      const lines = block.terms.map(({ name, says }) =>
        besideLabel(`  ${name.padEnd(width)}  `, says, layout),
      );
      return lines.join('\n');
    }
    case 'drawing':
      return block.draw(layout);
  }
}

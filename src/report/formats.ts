import type { ImportedDocument, RunDocument } from '../run-document/run-document.js';
import type { FullReport, Setting } from './blocks.js';
import type { CsvStyle } from './csv-style.js';
import type { Layout } from './layout.js';
import type { RowTable } from './rows.js';

/** How a report can be written. */
type FormatRow = FormatKind & {
  /** Endings of file names that programs take for this format. */
  readonly endings: readonly string[];
};

/** What a format is made of, and what writes it, which is loaded when it is chosen. */
type FormatKind =
  /** What people are told. */
  | {
      readonly of: 'report';
      readonly setting: Setting;
      /** The characters it may have. */
      readonly charset: 'ascii' | 'unicode';
      readonly load: () => Promise<(report: FullReport, layout: Layout) => string>;
    }
  | { readonly of: 'rows'; readonly load: () => Promise<(rows: RowTable, style: CsvStyle) => string> }
  /** All there is. */
  | { readonly of: 'document'; readonly load: () => Promise<(document: object) => string> }
  /** The same of a run, as bytes. */
  | {
      readonly of: 'run';
      readonly load: () => Promise<(document: RunDocument | ImportedDocument) => Promise<Uint8Array>>;
    };

const SCREEN = { of: 'report', setting: 'screen', charset: 'unicode' } as const;
const PAGE = { of: 'report', setting: 'quoted', charset: 'unicode' } as const;
const MAIL = { of: 'report', setting: 'quoted', charset: 'ascii' } as const;

/** How a report can be written, by the name of `--format`. */
export const FORMATS = {
  table: { ...SCREEN, endings: [], load: async () => (await import('./table.js')).renderTable },
  json: { of: 'document', endings: ['json'], load: async () => (await import('./json.js')).renderJson },
  ndjson: {
    of: 'rows',
    endings: ['ndjson', 'jsonl'],
    load: async () => (await import('./json.js')).renderNdjson,
  },
  csv: { of: 'rows', endings: ['csv'], load: async () => (await import('./csv.js')).renderCsv },
  xlsx: { of: 'run', endings: ['xlsx'], load: async () => (await import('./workbook.js')).renderWorkbook },
  markdown: { ...PAGE, endings: [], load: async () => (await import('./markdown.js')).renderMarkdown },
  lkml: { ...MAIL, endings: [], load: async () => (await import('./lkml.js')).renderLkml },
} as const satisfies Readonly<Record<string, FormatRow>>;

export type Format = keyof typeof FORMATS;
export const FORMAT_NAMES = Object.keys(FORMATS) as Format[];

/** Those that every document can be written in. */
export const TEXT_FORMAT_NAMES = FORMAT_NAMES.filter((format) => FORMATS[format].of !== 'run');

/** Those that programs read. */
export const PROGRAM_FORMAT_NAMES = FORMAT_NAMES.filter((format) => !isForPeople(format));

/** Whether a format is read by people; those for programs carry the rows as they are. */
export function isForPeople(format: Format): boolean {
  return FORMATS[format].of === 'report';
}

/** The format that the name of a file promises; `null` where it promises none. */
export function formatOfName(file: string): Format | null {
  const [, ending = ''] = /\.([a-z]+)$/i.exec(file) ?? [];
  const rows: Readonly<Record<Format, FormatRow>> = FORMATS;
  return FORMAT_NAMES.find((format) => rows[format].endings.includes(ending.toLowerCase())) ?? null;
}

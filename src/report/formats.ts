/** How a document can be printed, by the name of `--format`. */
const FORMATS = {
  table: 'tables and sentences for a person',
  json: 'the whole document',
  ndjson: 'one row per line',
  csv: 'the rows for a spreadsheet',
} as const;

export type Format = keyof typeof FORMATS;
export const FORMAT_NAMES = Object.keys(FORMATS) as readonly Format[];

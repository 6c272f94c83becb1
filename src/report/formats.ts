/** How a report can be written, by the name of `--format`, and who reads that. */
const FORMATS = {
  table: 'people',
  json: 'programs',
  ndjson: 'programs',
  csv: 'programs',
  xlsx: 'programs',
  markdown: 'people',
  lkml: 'people',
} as const;

export type Format = keyof typeof FORMATS;
export type FormatForPeople = 'table' | 'markdown' | 'lkml';
export const FORMAT_NAMES = Object.keys(FORMATS) as Format[];

/** All but the workbook, which only runs have. */
export const TEXT_FORMAT_NAMES = FORMAT_NAMES.filter((format) => format !== 'xlsx');

/** Whether a format is read by people; those for programs carry the rows as they are. */
export function isForPeople(format: Format): format is FormatForPeople {
  return FORMATS[format] === 'people';
}

/** By the ending of a file's name, the format that programs take such a file for. */
const FORMAT_OF_ENDING = new Map<string, Format>([
  ['json', 'json'],
  ['ndjson', 'ndjson'],
  ['jsonl', 'ndjson'],
  ['csv', 'csv'],
  ['xlsx', 'xlsx'],
]);

/** The format that the name of a file promises; `null` where it promises none. */
export function formatOfName(file: string): Format | null {
  const [, ending = ''] = /\.([a-z]+)$/i.exec(file) ?? [];
  return FORMAT_OF_ENDING.get(ending.toLowerCase()) ?? null;
}

/** How a run can be printed, by the name of `--format`, and who reads that. */
const FORMATS = {
  table: 'people',
  json: 'programs',
  ndjson: 'programs',
  csv: 'programs',
  markdown: 'people',
  lkml: 'people',
} as const;

export type Format = keyof typeof FORMATS;
export const FORMAT_NAMES = Object.keys(FORMATS) as Format[];

/** What logs of hardware can be printed as. */
export const IMPORT_FORMAT_NAMES = ['table', 'json', 'ndjson', 'csv'] as const satisfies readonly Format[];

/** Whether a format is read by people; those for programs carry the rows as they are. */
export function isForPeople(format: Format): boolean {
  return FORMATS[format] === 'people';
}

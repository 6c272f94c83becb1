/** How a document can be printed, by the name of `--format`. */
export const FORMAT_NAMES = ['table', 'json', 'ndjson', 'csv'] as const;
export type Format = (typeof FORMAT_NAMES)[number];

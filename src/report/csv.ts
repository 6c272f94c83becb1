import { stringify } from 'csv-stringify/sync';

/** Rows as RFC 4180 with LF. */
export function toCsv(rows: readonly object[], columns: readonly string[]): string {
  return stringify([...rows], {
    header: true,
    columns: [...columns],
    record_delimiter: 'unix',
    cast: { string: (text) => (looksLikeOtherThanText(text) ? `'${text}` : text) },
  });
}

const MONTH = '(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*';

/** Texts a spreadsheet would run as a formula, or turn into a number, a date, a time or a truth value. */
const CONVERTED = [
  /^[=+\-@\t\r]/,
  /^\d+([.,]\d+)*(e[+-]?\d+)?\s*%?$/i,
  /^\d{1,4}[-/.]\d{1,4}([-/.]\d{1,4})?$/,
  /^\d{1,2}:\d/,
  new RegExp(`^${MONTH}[-/. ]?\\d{1,4}$`, 'i'),
  new RegExp(`^\\d{1,4}[-/. ]?${MONTH}([-/. ]?\\d{1,4})?$`, 'i'),
  /^(true|false)$/i,
];

function looksLikeOtherThanText(text: string): boolean {
  return CONVERTED.some((pattern) => pattern.test(text));
}

import { stringify } from 'csv-stringify/sync';
import { visibleText } from '../visible-text.js';

/** Rows as RFC 4180 with LF. What a terminal would act on shows as its code, as in reports; JSON has texts as they are. */
export function toCsv(rows: readonly object[], columns: readonly string[]): string {
  return stringify([...rows], {
    header: true,
    columns: [...columns],
    record_delimiter: 'unix',
    cast: { string: (text) => guarded(visibleText(text)) },
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

function guarded(text: string): string {
  return looksLikeOtherThanText(text) ? `'${text}` : text;
}

function looksLikeOtherThanText(text: string): boolean {
  return CONVERTED.some((pattern) => pattern.test(text));
}

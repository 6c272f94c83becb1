import { stringify } from 'csv-stringify/sync';
import { visibleText } from '../visible-text.js';
import type { CsvStyle } from './csv-style.js';
import type { RowTable } from './rows.js';

/** Rows as RFC 4180 with LF. What a terminal would act on shows as its code, as in reports; JSON has texts as they are. */
export function renderCsv({ rows, columns }: RowTable, style: CsvStyle): string {
  return stringify([...rows], {
    header: true,
    columns: [...columns],
    delimiter: style.delimiter,
    record_delimiter: 'unix',
    cast: {
      string: (text) => guarded(visibleText(text)),
      number: (value) => plainNumber(value).replace('.', style.decimal),
    },
  });
}

const DECIMALS_MAX = 20;

/** Digits without an exponent, which some spreadsheets would show in its place. */
function plainNumber(value: number): string {
  const text = String(value);
  return text.includes('e-') ? value.toFixed(DECIMALS_MAX).replace(/0+$/, '') : text;
}

/** English and German names, since a spreadsheet knows those of its own language. */
const MONTH = '(jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)[a-zä]*';

/** Texts a spreadsheet would run as a formula, or turn into a number, a date, a time or a truth value. */
const CONVERTED = [
  /^[=+\-@\t\r]/,
  /^\d+([.,]\d+)*(e[+-]?\d+)?\s*%?$/i,
  /^\d{1,4}[-/.]\d{1,4}([-/.]\d{1,4})?$/,
  /^\d{1,2}:\d/,
  new RegExp(`^${MONTH}[-/. ]?\\d{1,4}$`, 'i'),
  new RegExp(`^\\d{1,4}[-/. ]?${MONTH}([-/. ]?\\d{1,4})?$`, 'i'),
  /^(true|false|wahr|falsch)$/i,
];

function guarded(text: string): string {
  return looksLikeOtherThanText(text) ? `'${text}` : text;
}

function looksLikeOtherThanText(text: string): boolean {
  return CONVERTED.some((pattern) => pattern.test(text));
}

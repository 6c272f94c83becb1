import { stringify } from 'csv-stringify/sync';
import { CPU_COLUMNS, RESULT_COLUMNS } from '../run-document/columns.js';
import type { RunDocument } from '../run-document/run-document.js';

/** The rows as RFC 4180 with LF: the CPUs' rows where there are any, else the results. Header and columns are always the same. */
export function renderCsv({ results, cpus }: RunDocument): string {
  const [rows, columns] = cpus.length > 0 ? [cpus, CPU_COLUMNS] : [results, RESULT_COLUMNS];
  return toCsv(rows, Object.keys(columns));
}

/** Any rows as such a table. */
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

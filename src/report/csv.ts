import { stringify } from 'csv-stringify/sync';
import { CPU_COLUMNS, RESULT_COLUMNS } from '../run-document/columns.js';
import type { RunDocument } from '../run-document/run-document.js';

/** The rows as RFC 4180 with LF: the CPUs' rows where there are any, else the results. Header and columns are always the same. */
export function renderCsv({ results, cpus }: RunDocument): string {
  const [rows, columns] = cpus.length > 0 ? [cpus, CPU_COLUMNS] : [results, RESULT_COLUMNS];
  return stringify(rows as object[], {
    header: true,
    columns: Object.keys(columns),
    record_delimiter: 'unix',
    // A cell that starts like a formula would be run by a spreadsheet.
    escape_formulas: true,
  });
}

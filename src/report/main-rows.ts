import { CHURN_COLUMNS, type ChurnDocument } from '../run-document/churn-document.js';
import { CPU_COLUMNS, RESULT_COLUMNS } from '../run-document/columns.js';
import type { RunDocument } from '../run-document/run-document.js';

/** The rows that formats of rows carry: the CPUs' where there are any, else the results; columns are always the same. */
export function mainRows(document: RunDocument | ChurnDocument): {
  readonly rows: readonly object[];
  readonly columns: readonly string[];
} {
  const { results } = document;
  if ('events' in document) return { rows: results, columns: Object.keys(CHURN_COLUMNS) };
  return document.cpus.length > 0
    ? { rows: document.cpus, columns: Object.keys(CPU_COLUMNS) }
    : { rows: results, columns: Object.keys(RESULT_COLUMNS) };
}

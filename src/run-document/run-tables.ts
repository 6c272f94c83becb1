import { type Column, CPU_COLUMNS, JITTER_TABLES, RESULT_COLUMNS, RUN_TABLES } from './columns.js';
import type { RunTables } from './run-document.js';

/** The columns of every table of a simulated run. */
export const TABLE_COLUMNS: { readonly [T in keyof RunTables]: Readonly<Record<string, Column>> } = {
  results: RESULT_COLUMNS,
  cpus: CPU_COLUMNS,
  ...RUN_TABLES,
  ...JITTER_TABLES,
};
export const TABLE_NAMES = Object.keys(TABLE_COLUMNS) as readonly (keyof RunTables)[];

/** Something for every table. */
export function perTable<V>(make: (table: keyof RunTables) => V): Record<keyof RunTables, V> {
  return Object.fromEntries(TABLE_NAMES.map((table) => [table, make(table)])) as Record<keyof RunTables, V>;
}

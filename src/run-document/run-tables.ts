import { JITTER_TABLES, RUN_TABLES } from './columns.js';
import type { RunTables } from './run-document.js';

/** Every table of a simulated run. */
export const TABLE_NAMES = [
  ...['results', 'cpus'],
  ...Object.keys(RUN_TABLES),
  ...Object.keys(JITTER_TABLES),
] as readonly (keyof RunTables)[];

/** Something for every table. */
export function perTable<V>(make: (table: keyof RunTables) => V): Record<keyof RunTables, V> {
  return Object.fromEntries(TABLE_NAMES.map((table) => [table, make(table)])) as Record<keyof RunTables, V>;
}

import { JITTER_TABLES, RUN_TABLES } from './columns.js';
import type { RunTables } from './run-document.js';

type TableName = keyof RunTables;

/** The tables of every simulated run. */
export const RUN_TABLE_NAMES = ['results', 'cpus', ...namesOf(RUN_TABLES)] as const;
/** With those of random costs: every table there is. */
export const TABLE_NAMES: readonly TableName[] = [...RUN_TABLE_NAMES, ...namesOf(JITTER_TABLES)];

/** Something for every table. */
export function perTable<V>(make: (table: TableName) => V): Record<TableName, V> {
  return Object.fromEntries(TABLE_NAMES.map((table) => [table, make(table)])) as Record<TableName, V>;
}

/** The same tables, each with its rows changed. */
export function mapTables(
  tables: RunTables,
  change: <R extends object>(rows: readonly R[], table: TableName) => readonly R[],
): RunTables {
  const changed = TABLE_NAMES.map((table) => [table, change<object>(tables[table], table)]);
  return Object.fromEntries(changed) as RunTables;
}

/** The tables that logs say nothing of. */
export const NO_TABLES = Object.fromEntries(namesOf(RUN_TABLES).map((table) => [table, []])) as Record<
  keyof typeof RUN_TABLES,
  never[]
>;

/** More parts of a grid than any cluster has machines. */
export const SHARDS_MAX = 1_000_000;

function namesOf<N extends string>(tables: Readonly<Record<N, unknown>>): N[] {
  return Object.keys(tables) as N[];
}

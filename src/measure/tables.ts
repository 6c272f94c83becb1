import type { RecordedMachine, RunTables } from '../run-document/run-document.js';
import { mapTables, perTable, TABLE_NAMES } from '../run-document/run-tables.js';
import type { TracedSweep } from '../run-document/trace-data.js';
import type { MachineRegister } from './machine-register.js';
import { bandRows, sweepRows } from './rows.js';
import type { SweepResult } from './sweep-result.js';

/** The tables of a document in the making. */
export type WritableTables = { readonly [T in keyof RunTables]: RunTables[T][number][] };

export function emptyTables(): WritableTables {
  return perTable<never[]>(() => []);
}

interface WantedRows {
  /** Rows per CPU. */
  readonly perCpu: boolean;
  /** Rows of the ranges under each hypothesis. */
  readonly withBands: boolean;
}

/** Adds the rows of one measured sweep. */
export function addSweep(tables: WritableTables, sweep: SweepResult, wanted: WantedRows): void {
  const rows = sweepRows(sweep, wanted.perCpu);
  tables.results.push(...rows.results);
  for (const row of rows.cpus) tables.cpus.push(row);
  tables.breakdowns.push(...rows.breakdowns);
  tables.disturbances.push(rows.disturbance);
  if (wanted.withBands) tables.bands.push(...bandRows(sweep));
}

/** Rows of any tables, in which machines bear ids of their own. */
export interface ForeignRows {
  readonly machines: readonly RecordedMachine[];
  readonly tables: RunTables;
}

/** The same rows, in which machines bear the ids of a register. */
export function underRegister({ machines, tables }: ForeignRows, register: MachineRegister): RunTables {
  const ids = register.idsOf(machines);
  if ([...ids].every(([theirs, own]) => theirs === own)) return tables;
  const rename = <R extends object>(row: R): R => {
    if (!('machine' in row) || typeof row.machine !== 'string') return row;
    return { ...row, machine: ids.get(row.machine) ?? row.machine };
  };
  return mapTables(tables, (rows) => rows.map(rename));
}

/** The same sweeps, in which machines bear the ids of a register. */
export function tracedUnderRegister(
  { machines, traced }: Pick<ForeignRows, 'machines'> & { readonly traced: readonly TracedSweep[] },
  register: MachineRegister,
): TracedSweep[] {
  const ids = register.idsOf(machines);
  return traced.map(({ key, ...rest }) => {
    return { key: { ...key, machine: ids.get(key.machine) ?? key.machine }, ...rest };
  });
}

/** Adds rows to tables; a table may be longer than a call has arguments. */
export function addTables(tables: WritableTables, added: RunTables): void {
  for (const name of TABLE_NAMES) {
    const rows: object[] = tables[name];
    for (const row of added[name]) rows.push(row);
  }
}

import type { RunTables } from '../run-document/run-document.js';
import { bandRows, disturbanceRow, type MeasuredSweep, sweepRows } from './rows.js';

/** The tables of a document in the making. */
export type WritableTables = { readonly [T in keyof RunTables]: RunTables[T][number][] };

export function emptyTables(): WritableTables {
  return {
    results: [],
    cpus: [],
    breakdowns: [],
    alternatives: [],
    bands: [],
    changes: [],
    disturbances: [],
    comparisons: [],
    missing: [],
  };
}

interface WantedRows {
  /** Rows per CPU. */
  readonly perCpu: boolean;
  /** Rows of the ranges under each hypothesis. */
  readonly withBands: boolean;
}

/** Adds the rows of one measured sweep. */
export function addSweep(tables: WritableTables, sweep: MeasuredSweep, wanted: WantedRows): void {
  const rows = sweepRows(sweep, wanted.perCpu);
  tables.results.push(...rows.results);
  for (const row of rows.cpus) tables.cpus.push(row);
  tables.breakdowns.push(...rows.breakdowns);
  tables.disturbances.push(disturbanceRow(sweep));
  if (wanted.withBands) tables.bands.push(...bandRows(sweep));
}

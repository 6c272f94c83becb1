import { type Field, Groups } from '../group-by.js';
import {
  CALIBRATE_COLUMNS,
  CALIBRATE_SCHEMA,
  type CalibrateDocument,
} from '../run-document/calibrate-document.js';
import { CHURN_COLUMNS, CHURN_SCHEMA } from '../run-document/churn-columns.js';
import type { ChurnDocument } from '../run-document/churn-document.js';
import {
  type AnyResultRow,
  axisColumnsOf,
  COMPARED_COLUMNS,
  type ComparisonRow,
  CPU_COLUMNS,
  type CpuRow,
  IMPORTED_CPU_COLUMNS,
  IMPORTED_RESULT_COLUMNS,
  type ImportedCpuRow,
  type Partly,
  RESULT_COLUMNS,
  RUN_SCHEMA,
  type SweepKey,
  WIDE_COLUMNS,
} from '../run-document/columns.js';
import { COST_COLUMNS, COSTS_SCHEMA, type CostsDocument } from '../run-document/costs-document.js';
import { DIFF_COLUMNS, DIFF_SCHEMA, type DiffDocument } from '../run-document/diff-document.js';
import { PROBE_COLUMNS, PROBE_CPU_COLUMNS, PROBE_SCHEMA } from '../run-document/probe-columns.js';
import type { ProbeDocument } from '../run-document/probe-document.js';
import { REPRODUCE_COLUMNS, REPRODUCE_SCHEMA } from '../run-document/reproduce-columns.js';
import type { ReproduceDocument } from '../run-document/reproduce-document.js';
import type { ImportedDocument, RunDocument } from '../run-document/run-document.js';
import type { CsvStyle } from './csv-style.js';
import { sweepFields } from './sweeps.js';
import { type WideRow, wideRows } from './wide-rows.js';

/** Every document that commands write as a report. */
export type ReportedDocument =
  | RunDocument
  | ImportedDocument
  | ChurnDocument
  | ReproduceDocument
  | CalibrateDocument
  | DiffDocument
  | ProbeDocument
  | CostsDocument;

/** Rows, and the columns that each of them has. */
interface TableOf<R> {
  readonly rows: readonly R[];
  readonly columns: readonly string[];
}
export type RowTable = TableOf<object>;

/** What of a run document has rows of its own. */
interface RunRows {
  readonly results: readonly AnyResultRow[];
  readonly cpus: readonly (CpuRow | ImportedCpuRow)[];
  readonly comparisons: readonly ComparisonRow[];
  /** Absent where rows are written as they come. */
  readonly origin?: 'simulated' | 'imported';
}

/** How rows become CSV. */
export interface CsvChoice {
  readonly csv: CsvStyle;
  /** A row a sweep instead of one a phase. */
  readonly isWide: boolean;
}

/** Which rows of a document are wanted. */
export interface RowChoice extends Pick<CsvChoice, 'isWide'> {
  /** The rows of CPUs, where the document has any. */
  readonly isByCpu: boolean;
}

/** The rows that formats of rows carry; the columns of a kind of document are always the same. */
export function rowsOf(document: ReportedDocument, { isWide, isByCpu }: RowChoice): RowTable {
  switch (document.schema) {
    case RUN_SCHEMA:
      return isWide ? wideTable(document) : isByCpu ? cpuRows(document) : resultRows(document);
    case PROBE_SCHEMA:
      return isByCpu
        ? { rows: document.cpus, columns: Object.keys(PROBE_CPU_COLUMNS) }
        : { rows: document.results, columns: Object.keys(PROBE_COLUMNS) };
    default:
      return { rows: document.results, columns: Object.keys(COLUMNS[document.schema]) };
  }
}

/** Columns of the results of documents that have no other rows to choose. */
const COLUMNS = {
  [CALIBRATE_SCHEMA]: CALIBRATE_COLUMNS,
  [CHURN_SCHEMA]: CHURN_COLUMNS,
  [COSTS_SCHEMA]: COST_COLUMNS,
  [DIFF_SCHEMA]: DIFF_COLUMNS,
  [REPRODUCE_SCHEMA]: REPRODUCE_COLUMNS,
} as const;

/** The rows of tables as they come: the CPUs' where there are any. */
export function mainRows(tables: RunRows): RowTable {
  return tables.cpus.length > 0 ? cpuRows(tables) : resultRows(tables);
}

/** Rows of the results; in a grid with what compares them, and with a column for each axis. */
export function resultRows({ results, comparisons, origin }: RunRows): RowTable {
  const columns = Object.keys(origin === 'imported' ? IMPORTED_RESULT_COLUMNS : RESULT_COLUMNS);
  return compared({ rows: results, columns }, comparisons, Object.keys(COMPARED_COLUMNS));
}

/** Rows of the CPUs; in a grid with a column for each axis. */
export function cpuRows({ cpus, comparisons, origin }: RunRows): RowTable {
  const columns = Object.keys(origin === 'imported' ? IMPORTED_CPU_COLUMNS : CPU_COLUMNS);
  return compared({ rows: cpus, columns }, comparisons, []);
}

/** A row a sweep; in a grid with what compares its total, and with a column for each axis. */
export function wideTable({ results, comparisons }: RunRows): TableOf<WideRow> {
  const table = { rows: wideRows(results), columns: Object.keys(WIDE_COLUMNS) };
  return compared(table, comparisons, Object.keys(COMPARED_COLUMNS));
}

/** The same rows with some columns of the comparison each belongs to, and its axes; a row without a phase is a whole sweep. */
function compared<R extends KeyedRow>(
  table: TableOf<R>,
  comparisons: readonly ComparisonRow[],
  names: readonly string[],
): TableOf<R> {
  const [first] = comparisons;
  if (first === undefined) return table;
  const added = [...names, ...axisColumnsOf(first)];
  const byRow = new Groups(comparisons, rowFields);
  return {
    rows: table.rows.map((row) => {
      const cells: Readonly<Record<string, unknown>> = { ...byRow.of(rowFields(row))[0] };
      return { ...row, ...Object.fromEntries(added.map((name) => [name, cells[name]])) };
    }),
    columns: [...table.columns, ...added],
  };
}

type KeyedRow = Partly<SweepKey> & { readonly phase?: string };

function rowFields({ phase = 'total', ...key }: KeyedRow): readonly Field[] {
  return [phase, ...sweepFields(key)];
}

import { describeFound, inputFault } from '../errors.js';
import { type Column, JITTER_TABLES } from './columns.js';
import { checkRows, isObject, readRunDocument } from './read-document.js';
import type { RunDocument, RunTables } from './run-document.js';
import { TABLE_COLUMNS, TABLE_NAMES } from './run-tables.js';

/** How many rows a cell has in each table of a document, and the machine it names; empty where it names none. */
export type CellTally = { readonly cell: number; readonly machine: string } & {
  readonly [T in Exclude<keyof RunTables, keyof typeof JITTER_TABLES>]: number;
} & {
  /** Only where costs were random. */
  readonly [T in keyof typeof JITTER_TABLES]?: number;
};

/** What a part of a grid has to say for the parts to be put together. */
export interface ShardRecord {
  /** From 1. */
  readonly index: number;
  readonly count: number;
  /** Of the whole grid. */
  readonly gridCells: number;
  /** Of this part, those that were not run to their end. */
  readonly unfinished: number;
  /** Of everything the grid was asked with: equal where the files behind the command were. */
  readonly digest: string;
  /** The parameters the user has set or varied. */
  readonly parameters: readonly string[];
  /** The cells of this part in the order of its rows; `cell` counts from 0 over the grid. */
  readonly cells: readonly CellTally[];
}

/** A part of a grid: a run document that knows its place. */
export interface ShardDocument extends RunDocument {
  readonly shard: ShardRecord;
}

/**
 * Reads a part of a grid back.
 * @param where the file, for messages
 * @throws InputError when it is none
 */
export function readShardDocument(where: string, text: string): ShardDocument {
  const saved: unknown = readRunDocument(where, text);
  const shard = isObject(saved) ? saved.shard : undefined;
  if (!isObject(saved) || shard === undefined) {
    throw inputFault(where, 'a part of a grid, as compare --shard writes it', 'a whole run');
  }
  if (!isShardRecord(shard))
    throw inputFault(`${where}: shard`, 'what compare --shard writes', describeFound(shard));
  for (const [table, columns] of Object.entries(TABLE_COLUMNS))
    checkTable(where, table, saved[table] ?? absent(table), columns, shard);
  checkMachineNames(where, saved as unknown as ShardDocument);
  return saved as unknown as ShardDocument;
}

function checkMachineNames(where: string, { machines, shard }: ShardDocument): void {
  const known = new Set(['', ...machines.map(({ id }) => id)]);
  const i = shard.cells.findIndex(({ machine }) => !known.has(machine));
  if (i < 0) return;
  const found = describeFound(shard.cells[i]?.machine);
  throw inputFault(`${where}: shard.cells[${i}].machine`, 'the id of one of its machines', found);
}

function checkTable(
  where: string,
  table: string,
  rows: unknown,
  columns: Readonly<Record<string, Column>>,
  { cells }: ShardRecord,
): void {
  if (!Array.isArray(rows)) throw inputFault(`${where}: ${table}`, 'a list', describeFound(rows));
  checkRows(where, table, rows, columns);
  const counted = cells.reduce((sum, tally) => sum + (tally[table as keyof RunTables] ?? 0), 0);
  if (counted === rows.length) return;
  throw inputFault(`${where}: ${table}`, `${counted} rows, as shard.cells says`, String(rows.length));
}

function isShardRecord(shard: unknown): shard is ShardRecord {
  if (!isObject(shard)) return false;
  const { index, count, gridCells, unfinished, digest, parameters, cells } = shard;
  return (
    [index, count, gridCells, unfinished].every(isCount) &&
    typeof digest === 'string' &&
    Array.isArray(parameters) &&
    Array.isArray(cells) &&
    cells.every(isTally)
  );
}

function isTally(tally: unknown): boolean {
  return (
    isObject(tally) &&
    typeof tally.machine === 'string' &&
    isCount(tally.cell) &&
    TABLE_NAMES.every((name) => isCount(tally[name] ?? absent(name)?.length))
  );
}

/** The rows of a table that is not there because costs were not random; `undefined` where it has to be. */
function absent(table: string): readonly [] | undefined {
  return table in JITTER_TABLES ? [] : undefined;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

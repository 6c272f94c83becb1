import { describeFound, inputFault } from '../errors.js';
import { isObject } from './check-document.js';
import type { JITTER_TABLES } from './columns.js';
import { readRunDocument } from './read-document.js';
import type { RunDocument, RunTables } from './run-document.js';
import { TABLE_NAMES } from './run-tables.js';

/** How many rows a cell has in each table of a document, and the machine it names; empty where it names none. */
export type CellTally = { readonly cell: number; readonly machine: string } & {
  readonly [T in Exclude<keyof RunTables, keyof typeof JITTER_TABLES>]: number;
} & {
  /** Only where costs were random. */
  readonly [T in keyof typeof JITTER_TABLES]?: number;
};

/** More parts than any cluster has machines. */
export const SHARDS_MAX = 1_000_000;

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
  const part = saved as unknown as ShardDocument;
  for (const table of TABLE_NAMES) checkTally(where, table, part);
  return part;
}

/** The rows of a cell are so many as it says, and those of its machine. */
function checkTally(
  where: string,
  table: keyof RunTables,
  { [table]: rows = [], shard }: ShardDocument,
): void {
  let end = 0;
  for (const [i, tally] of shard.cells.entries()) {
    const own: readonly object[] = rows.slice(end, end + (tally[table] ?? 0));
    end += tally[table] ?? 0;
    const stranger = own.find((row) => 'machine' in row && row.machine !== tally.machine);
    if (stranger === undefined) continue;
    const found = describeFound(tally.machine);
    throw inputFault(`${where}: shard.cells[${i}].machine`, `the machine of its rows in ${table}`, found);
  }
  if (end === rows.length) return;
  throw inputFault(`${where}: ${table}`, `${end} rows, as shard.cells says`, String(rows.length));
}

function isShardRecord(shard: unknown): shard is ShardRecord {
  if (!isObject(shard)) return false;
  const { index, count, gridCells, unfinished, digest, parameters, cells } = shard;
  return (
    [index, count, gridCells, unfinished].every(isCount) &&
    Number(index) >= 1 &&
    Number(index) <= Number(count) &&
    Number(count) <= SHARDS_MAX &&
    typeof digest === 'string' &&
    Array.isArray(parameters) &&
    parameters.every((name) => typeof name === 'string') &&
    Array.isArray(cells) &&
    cells.every(isTally)
  );
}

function isTally(tally: unknown): boolean {
  return (
    isObject(tally) &&
    typeof tally.machine === 'string' &&
    isCount(tally.cell) &&
    TABLE_NAMES.every((name) => isCount(tally[name] ?? 0))
  );
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

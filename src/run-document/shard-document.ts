import { z } from 'zod';
import { describeFound, inputFault } from '../errors.js';
import { RUN_SCHEMA } from './columns.js';
import { checkedRun, isJittered, jsonDocument, parsedAs } from './read-document.js';
import { jitteredRunSchema, type RunDocument, type RunTables, runSchema } from './run-document.js';
import { RUN_TABLE_NAMES, SHARDS_MAX, TABLE_NAMES } from './run-tables.js';
import { fieldOf, listOf } from './table-schema.js';

const text = fieldOf('text');
const count = fieldOf('integer');
const COUNT_WORDS = `a whole number from 1 to ${SHARDS_MAX}`;
const INDEX_WORDS = 'a whole number from 1 to count';

/** How many rows a cell has in each table of a document, and the machine it names; empty where it names none. */
const tallySchema = z.object(
  {
    cell: count.describe('its number, from 0 over the whole grid'),
    machine: text,
    ...(Object.fromEntries(RUN_TABLE_NAMES.map((table) => [table, count])) as {
      readonly [N in (typeof RUN_TABLE_NAMES)[number]]: typeof count;
    }),
  },
  'a cell',
);

/** What a part of a grid has to say for the parts to be put together. */
const shardFields = {
  index: z.int(INDEX_WORDS).min(1, INDEX_WORDS).describe('number of the part, from 1'),
  count: z.int(COUNT_WORDS).min(1, COUNT_WORDS).max(SHARDS_MAX, COUNT_WORDS).describe('of all parts'),
  gridCells: count.describe('cells of the whole grid'),
  unfinished: count.describe('of this part, cells that were not run to their end'),
  digest: text.describe(
    'of everything the grid was asked with: equal where the files behind the command were',
  ),
  parameters: listOf('texts', text).describe('those the user has set or varied'),
};

function shardOf<S extends z.ZodType>(tally: S) {
  return z
    .object({ ...shardFields, cells: listOf('cells', tally).describe('in the order of its rows') }, 'a part')
    .refine(({ index, count }) => index <= count, { path: ['index'], error: INDEX_WORDS });
}

/** A part of a grid: a run document that knows its place. */
export const partSchema = runSchema.extend({ shard: shardOf(tallySchema) });
export const jitteredPartSchema = jitteredRunSchema.extend({
  shard: shardOf(tallySchema.extend({ spreads: count })),
});

export type CellTally = Readonly<z.infer<typeof tallySchema>> & { readonly spreads?: number };
export interface ShardDocument extends RunDocument {
  readonly shard: Readonly<Omit<z.infer<typeof partSchema>['shard'], 'cells'>> & {
    readonly cells: readonly CellTally[];
  };
}

/**
 * Reads a part of a grid back.
 * @param where the file, for messages
 * @throws InputError when it is none
 */
export function readShardDocument(where: string, text: string): ShardDocument {
  const value = jsonDocument(where, text, [RUN_SCHEMA]);
  if (!('shard' in value)) {
    throw inputFault(where, 'a part of a grid, as compare --shard writes it', 'a whole run');
  }
  const part: ShardDocument = isJittered(value)
    ? parsedAs(jitteredPartSchema, where, value)
    : parsedAs(partSchema, where, value);
  checkedRun(where, part);
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

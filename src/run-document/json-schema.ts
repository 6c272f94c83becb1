import {
  COMPARISON_COLUMNS,
  type Column,
  CPU_COLUMNS,
  IMPORT_TABLES,
  IMPORTED_CPU_COLUMNS,
  IMPORTED_RESULT_COLUMNS,
  JITTER_TABLES,
  RESULT_COLUMNS,
  RUN_TABLES,
  SEGMENT_COLUMNS,
} from './columns.js';
import { RUN_SCHEMA } from './run-document.js';

const CELL_TYPES: Readonly<Record<Column['kind'], object>> = {
  text: { type: 'string' },
  integer: { type: 'integer' },
  'integer?': { type: ['integer', 'null'] },
  number: { type: 'number' },
  'number?': { type: ['number', 'null'] },
  ratio: { type: 'number' },
  'ratio?': { type: ['number', 'null'] },
};

const text = { type: 'string' };
const count = { type: 'integer', minimum: 0 };

/** The JSON Schema of run documents, made from the columns. */
export function runDocumentSchema(): object {
  const shared = {
    schema: { const: RUN_SCHEMA },
    tool: object({ name: text, version: text }),
    command: { type: 'array', items: text },
    machines: { type: 'array', items: machineSchema() },
    ...tables(RUN_TABLES),
    comparisons: comparisons(),
    warnings: { type: 'array', items: object({ kind: text, message: text }) },
  };
  const simulated = {
    ...{ origin: { const: 'simulated' }, seed: count },
    ...{ results: rows(RESULT_COLUMNS), cpus: rows(CPU_COLUMNS) },
  };
  const jittered = { ...simulated, jitter: object({ runs: count }), ...tables(JITTER_TABLES) };
  const counted = ['results', 'cpus', ...Object.keys(RUN_TABLES)];
  const imported = {
    ...{ origin: { const: 'imported' }, seed: { type: 'null' } },
    ...{ results: rows(withGaps(IMPORTED_RESULT_COLUMNS)), cpus: rows(withGaps(IMPORTED_CPU_COLUMNS)) },
    ...Object.fromEntries(
      Object.entries(IMPORT_TABLES).map(([name, columns]) => [name, rows(withGaps(columns))]),
    ),
  };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'rmpopt-bench run document',
    oneOf: [
      object({ ...shared, ...simulated }),
      object({ ...shared, ...simulated, shard: shardSchema(counted) }),
      object({ ...shared, ...jittered }),
      object({ ...shared, ...jittered, shard: shardSchema([...counted, ...Object.keys(JITTER_TABLES)]) }),
      object({ ...shared, ...imported }),
    ],
  };
}

/**
 * What a part of a grid has beside its rows.
 * @param tableNames the tables whose rows are counted by cell
 */
function shardSchema(tableNames: readonly string[]): object {
  const rowCounts = Object.fromEntries(tableNames.map((table) => [table, count]));
  return object({
    ...{ index: count, count, gridCells: count, unfinished: count, digest: text },
    parameters: { type: 'array', items: text },
    cells: { type: 'array', items: object({ cell: count, machine: text, ...rowCounts }) },
  });
}

/** Columns of which a log may not tell. */
function withGaps(columns: Readonly<Record<string, Column>>): Record<string, Column> {
  const gaps: Partial<Record<Column['kind'], Column['kind']>> = { integer: 'integer?', ratio: 'ratio?' };
  return Object.fromEntries(
    Object.entries(columns).map(([name, { kind, says }]) => [name, { kind: gaps[kind] ?? kind, says }]),
  );
}

function machineSchema(): object {
  const bound = { type: ['number', 'null'] };
  const parameter = object({
    name: text,
    value: { type: ['number', 'string', 'boolean'] },
    unit: { enum: ['ns', 's', ''] },
    low: bound,
    high: bound,
    provenance: { enum: ['measured', 'stated', 'inferred', 'assumed'] },
    source: text,
  });
  return object({
    ...{ id: text, name: text, file: text, hypothesis: text, topology: text },
    ...{ cpus: count, cores: count, sockets: count, l3Groups: count, threadsPerCore: count },
    ...{ memoryBytes: count, regions: count, reservedRegions: count },
    rmpSegments: rows(SEGMENT_COLUMNS),
    strained: { type: 'array', items: text },
    parameters: { type: 'array', items: parameter },
  });
}

function tables(byName: Readonly<Record<string, Readonly<Record<string, Column>>>>) {
  return Object.fromEntries(Object.entries(byName).map(([name, columns]) => [name, rows(columns)]));
}

/** Rows of grids have a column for each axis. */
function comparisons(): object {
  const { type, items } = rows(COMPARISON_COLUMNS);
  return { type, items: { ...items, patternProperties: { '^axis[.]': { type: ['string', 'number'] } } } };
}

function rows(columns: Readonly<Record<string, Column>>) {
  const fields = Object.entries(columns).map(([name, { kind, says }]) => [
    name,
    { ...CELL_TYPES[kind], description: says },
  ]);
  return { type: 'array', items: object(Object.fromEntries(fields)) };
}

/** An object with exactly these keys. */
function object(properties: Readonly<Record<string, object>>): object {
  return { type: 'object', additionalProperties: false, required: Object.keys(properties), properties };
}

import {
  ALTERNATIVE_COLUMNS,
  BAND_COLUMNS,
  BREAKDOWN_COLUMNS,
  CHANGE_COLUMNS,
  COMPARISON_COLUMNS,
  type Column,
  CPU_COLUMNS,
  DISTURBANCE_COLUMNS,
  MISSING_COLUMNS,
  NOTE_COLUMNS,
  OBSERVATION_COLUMNS,
  RESULT_COLUMNS,
  SPREAD_COLUMNS,
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
    breakdowns: rows(BREAKDOWN_COLUMNS),
    alternatives: rows(ALTERNATIVE_COLUMNS),
    bands: rows(BAND_COLUMNS),
    changes: rows(CHANGE_COLUMNS),
    disturbances: rows(DISTURBANCE_COLUMNS),
    comparisons: rows(COMPARISON_COLUMNS),
    missing: rows(MISSING_COLUMNS),
    warnings: { type: 'array', items: object({ kind: text, message: text }) },
  };
  const simulated = {
    ...{ origin: { const: 'simulated' }, seed: count },
    ...{ results: rows(RESULT_COLUMNS), cpus: rows(CPU_COLUMNS) },
  };
  const ofJitter = { jitter: object({ runs: count }), spreads: rows(SPREAD_COLUMNS) };
  const imported = {
    ...{ origin: { const: 'imported' }, seed: { type: 'null' } },
    ...{ results: rows(withGaps(RESULT_COLUMNS)), cpus: rows(withGaps(CPU_COLUMNS)) },
    ...{ observations: rows(OBSERVATION_COLUMNS), notes: rows(NOTE_COLUMNS) },
  };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'rmpopt-bench run document',
    oneOf: [object({ ...shared, ...simulated }, ofJitter), object({ ...shared, ...imported })],
  };
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
    ...{ id: text, name: text, hypothesis: text, topology: text },
    ...{ cpus: count, cores: count, sockets: count, l3Groups: count, threadsPerCore: count },
    ...{ memoryBytes: count, regions: count },
    parameters: { type: 'array', items: parameter },
  });
}

function rows(columns: Readonly<Record<string, Column>>): object {
  const cells = Object.entries(columns).map(([name, { kind, says }]) => [
    name,
    { ...CELL_TYPES[kind], description: says },
  ]);
  return { type: 'array', items: object(Object.fromEntries(cells)) };
}

/** An object with exactly these keys, and perhaps those of `optional`. */
function object(
  properties: Readonly<Record<string, object>>,
  optional: Readonly<Record<string, object>> = {},
): object {
  return {
    ...{ type: 'object', additionalProperties: false, required: Object.keys(properties) },
    properties: { ...properties, ...optional },
  };
}

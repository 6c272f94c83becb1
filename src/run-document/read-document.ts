import { z } from 'zod';
import { describeFound, InputError, inputFault, messageOf, type Problem } from '../errors.js';
import { checkSweeps } from './check-sweeps.js';
import { CHURN_SCHEMA } from './churn-columns.js';
import { type ChurnDocument, churnSchema } from './churn-document.js';
import { type ImportedResultRow, type ResultRow, RUN_SCHEMA } from './columns.js';
import { PROBE_SCHEMA } from './probe-columns.js';
import { type ProbeDocument, probeSchema } from './probe-document.js';
import { REPRODUCE_SCHEMA } from './reproduce-columns.js';
import { type ReproduceDocument, reproduceSchema } from './reproduce-document.js';
import {
  type ImportedDocument,
  importedSchema,
  indexOfRepeated,
  type JitterRecord,
  jitteredRunSchema,
  type RecordedMachine,
  type RunDocument,
  runSchema,
} from './run-document.js';

/** A run document as read back: rows of either origin, which may have gaps. */
export type SavedRun = Pick<RunDocument, 'tool' | 'command' | 'machines' | 'warnings'> & {
  readonly origin: 'simulated' | 'imported';
  readonly seed: number | null;
  readonly results: readonly (ResultRow | ImportedResultRow)[];
  readonly cpus: RunDocument['cpus'] | ImportedDocument['cpus'];
  /** Only where it was imported. */
  readonly observations?: ImportedDocument['observations'];
  /** Only where costs were random. */
  readonly jitter?: JitterRecord;
};

type RunKind =
  | { readonly kind: 'run'; readonly document: RunDocument }
  | { readonly kind: 'imported'; readonly document: ImportedDocument };

/** A document that a page can be made of, as it was saved and read back. */
export type SavedDocument =
  | RunKind
  | { readonly kind: 'churn'; readonly document: ChurnDocument }
  | { readonly kind: 'reproduce'; readonly document: ReproduceDocument };

/**
 * Reads a saved run document back.
 * @param where the file, for messages
 * @throws InputError when it is none
 */
export function readRunDocument(where: string, text: string): SavedRun {
  return readRun(where, jsonDocument(where, text, [RUN_SCHEMA])).document;
}

/**
 * Reads any saved document that a page can be made of.
 * @param where the file, for messages
 * @throws InputError when it is none, or its tables do not fit together
 */
export function readSavedDocument(where: string, text: string): SavedDocument {
  const value = jsonDocument(where, text, [RUN_SCHEMA, CHURN_SCHEMA, REPRODUCE_SCHEMA]);
  if (value.schema === REPRODUCE_SCHEMA) {
    return { kind: 'reproduce', document: parsedAs(reproduceSchema, where, value) };
  }
  const saved: SavedDocument =
    value.schema === CHURN_SCHEMA
      ? { kind: 'churn', document: checkedChurn(where, parsedAs(churnSchema, where, value)) }
      : readRun(where, value);
  if (saved.kind !== 'imported' && saved.document.results.length === 0) {
    throw inputFault(where, 'rows in "results"', 'none');
  }
  return saved;
}

/**
 * Reads back what import has made of the probe's lines.
 * @param where the file, for messages
 * @throws InputError when it is none
 */
export function readProbeDocument(where: string, text: string): ProbeDocument {
  const hint = ", as import --json writes it of the probe's lines";
  return parsedAs(probeSchema, where, jsonDocument(where, text, [PROBE_SCHEMA], hint));
}

type Value = Readonly<Record<string, unknown>>;

/**
 * A document as JSON has it, of which nothing is known but its schema.
 * @param schemas those it may have
 * @throws InputError
 */
export function jsonDocument(where: string, text: string, schemas: readonly string[], more = ''): Value {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const found = text.trim() === '' ? 'nothing' : messageOf(error);
    throw inputFault(where, 'a run document in JSON, as --json writes it', found);
  }
  if (!isObject(value)) throw inputFault(where, 'a run document, a JSON object', describeFound(value));
  if (schemas.some((schema) => schema === value.schema)) return value;
  const expected = schemas.map((schema) => `"${schema}"`).join(' or ');
  throw inputFault(where, `"schema": ${expected}${more}`, describeFound(value.schema));
}

function isObject(value: unknown): value is Value {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A document by its schema. What the schema does not know is left out: a later version may have more.
 * @throws InputError with what is wrong with it; of each list with its first wrong entry, since the others are wrong alike and may be many
 */
export function parsedAs<S extends z.ZodObject>(schema: S, where: string, value: Value): z.infer<S> {
  const problems: Problem[] = [];
  const parsed = (field: z.core.$ZodType, place: string, part: unknown): unknown => {
    const { data, error } = z.safeParse(field, part);
    if (error !== undefined) problems.push(...problemsOf(`${where}: ${place}`, error, part));
    return data;
  };
  const fields = Object.entries(schema.shape).map(([name, field]) => {
    const part = value[name];
    const list = field instanceof z.ZodDefault ? field.unwrap() : field;
    if (!(list instanceof z.ZodArray) || !Array.isArray(part)) return [name, parsed(field, name, part)];
    const before = problems.length;
    const entries: unknown[] = [];
    for (let i = 0; i < part.length && problems.length === before; i++) {
      entries.push(parsed(list.element, `${name}[${i}]`, part[i]));
    }
    return [name, entries];
  });
  if (problems.length > 0) throw new InputError(problems);
  return Object.fromEntries(fields);
}

function problemsOf(where: string, { issues }: z.ZodError, value: unknown): Problem[] {
  return issues.map(({ path, message, ...issue }) => {
    const found = issue.code === 'custom' ? issue.params?.found : undefined;
    return {
      where: `${where}${path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('')}`,
      expected: message,
      found: typeof found === 'string' ? found : describeFound(valueAt(value, path)),
    };
  });
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((part: unknown, key) => (Object(part) as Record<PropertyKey, unknown>)[key], value);
}

function readRun(where: string, value: Value): RunKind {
  switch (value.origin) {
    case 'imported':
      return { kind: 'imported', document: parsedAs(importedSchema, where, value) };
    case 'simulated': {
      const schema = isJittered(value) ? jitteredRunSchema : runSchema;
      return { kind: 'run', document: checkedRun(where, parsedAs(schema, where, value)) };
    }
    default:
      throw inputFault(where, '"origin": "simulated" or "imported"', describeFound(value.origin));
  }
}

/** Whether a document says that its costs were random. */
export function isJittered(value: Value): boolean {
  return 'jitter' in value || 'spreads' in value;
}

/**
 * A run whose tables fit together.
 * @throws InputError
 */
export function checkedRun(where: string, document: RunDocument): RunDocument {
  checkMachines(where, document);
  checkSweeps(where, document);
  return document;
}

function checkedChurn(where: string, document: ChurnDocument): ChurnDocument {
  const { results, delayNs } = document;
  checkMachines(where, document);
  // What is told of is the delay asked for; a policy that does not wait has no other.
  const isTold = results.some((row) => row.policy === 'immediate' || row.delayNs === delayNs);
  if (isTold || results.length === 0) return document;
  throw inputFault(`${where}: results`, `a row of policy immediate, or of delayNs ${delayNs}`, 'none');
}

/** Each machine stands once, and every row names one of them, or none. */
function checkMachines(where: string, document: { readonly machines: readonly RecordedMachine[] }): void {
  const ids = document.machines.map(({ id }) => id);
  const repeated = indexOfRepeated(ids);
  if (repeated !== null) {
    const found = `${describeFound(ids[repeated])} again`;
    throw inputFault(`${where}: machines[${repeated}].id`, 'one that no other has', found);
  }
  const known = new Set<unknown>(['', ...ids]);
  for (const [table, rows] of Object.entries(document)) {
    if (!Array.isArray(rows)) continue;
    for (const [i, row] of rows.entries()) {
      if (!isObject(row) || !('machine' in row) || known.has(row.machine)) continue;
      const found = describeFound(row.machine);
      throw inputFault(`${where}: ${table}[${i}].machine`, 'the id of an entry of machines', found);
    }
  }
}

import { describeFound, inputFault, messageOf } from '../errors.js';
import {
  checkHead,
  checkMachineNames,
  checkRows,
  checkTables,
  isObject,
  type Value,
} from './check-document.js';
import { checkPhases, checkSweeps } from './check-sweeps.js';
import { CHURN_SCHEMA, CHURN_TABLES, type ChurnDocument } from './churn-document.js';
import {
  CPU_COLUMNS,
  IMPORT_TABLES,
  IMPORTED_CPU_COLUMNS,
  IMPORTED_RESULT_COLUMNS,
  type ImportedResultRow,
  JITTER_TABLES,
  RESULT_COLUMNS,
  type ResultRow,
  RUN_TABLES,
} from './columns.js';
import { PROBE_SCHEMA, PROBE_TABLES, type ProbeDocument } from './probe-document.js';
import {
  REPRODUCE_COLUMNS,
  REPRODUCE_SCHEMA,
  type ReproduceDocument,
  SUMMARY_COLUMNS,
} from './reproduce-document.js';
import { type ImportedDocument, type JitterRecord, RUN_SCHEMA, type RunDocument } from './run-document.js';
import type { SavedDocument } from './saved-document.js';

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

type RunKind = Extract<SavedDocument, { readonly kind: 'run' | 'imported' }>;

/**
 * Reads a saved run document back.
 * @param where the file, for messages
 * @throws InputError when it is none
 */
export function readRunDocument(where: string, text: string): SavedRun {
  const value = parseDocument(where, text);
  if (value.schema !== RUN_SCHEMA)
    throw inputFault(where, `"schema": "${RUN_SCHEMA}"`, describeFound(value.schema));
  return checkRun(where, value).document;
}

/**
 * Reads any saved document that a page can be made of.
 * @param where the file, for messages
 * @throws InputError when it is none, or its tables do not fit together
 */
export function readSavedDocument(where: string, text: string): SavedDocument {
  const value = parseDocument(where, text);
  switch (value.schema) {
    case RUN_SCHEMA: {
      const saved = checkRun(where, value);
      if (saved.kind === 'run') checkAnyRows(where, saved.document.results);
      return saved;
    }
    case CHURN_SCHEMA:
      return { kind: 'churn', document: checkChurn(where, value) };
    case REPRODUCE_SCHEMA: {
      checkHead(where, value);
      const tables = checkTables(where, value, { results: REPRODUCE_COLUMNS, summaries: SUMMARY_COLUMNS });
      return { kind: 'reproduce', document: { ...value, ...tables } as unknown as ReproduceDocument };
    }
    default: {
      const schemas = [RUN_SCHEMA, CHURN_SCHEMA, REPRODUCE_SCHEMA].map((schema) => `"${schema}"`);
      throw inputFault(where, `"schema": ${schemas.join(' or ')}`, describeFound(value.schema));
    }
  }
}

/**
 * Reads back what import has made of the probe's lines.
 * @param where the file, for messages
 * @throws InputError when it is none
 */
export function readProbeDocument(where: string, text: string): ProbeDocument {
  const value = parseDocument(where, text);
  if (value.schema !== PROBE_SCHEMA) {
    const expected = `"schema": "${PROBE_SCHEMA}", as import --json writes it of the probe's lines`;
    throw inputFault(where, expected, describeFound(value.schema));
  }
  checkHead(where, { ...value, machines: [] });
  const tables = checkTables(where, value, PROBE_TABLES);
  return { ...value, ...tables } as unknown as ProbeDocument;
}

/** Documents are flat: tables of rows of cells, machines with parameters. */
const LEVELS_MAX = 16;

function parseDocument(where: string, text: string): Value {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const found = text.trim() === '' ? 'nothing' : messageOf(error);
    throw inputFault(where, 'a run document in JSON, as --json writes it', found);
  }
  if (!isObject(value)) throw inputFault(where, 'a run document, a JSON object', describeFound(value));
  if (isDeeper(value, LEVELS_MAX)) {
    throw inputFault(where, `at most ${LEVELS_MAX} levels, one inside the other`, 'more');
  }
  return value;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((part) => isDeeper(part, levels - 1));
}

function checkRun(where: string, value: Value): RunKind {
  const { origin } = value;
  if (origin !== 'simulated' && origin !== 'imported') {
    throw inputFault(where, '"origin": "simulated" or "imported"', describeFound(origin));
  }
  checkHead(where, value);
  const isImported = origin === 'imported';
  const columns = isImported ? IMPORTED_RESULT_COLUMNS : RESULT_COLUMNS;
  checkRows(where, 'results', value.results, columns, isImported);
  const known = { cpus: isImported ? IMPORTED_CPU_COLUMNS : CPU_COLUMNS, ...RUN_TABLES };
  const tables = checkTables(where, value, { ...known, ...JITTER_TABLES, ...IMPORT_TABLES }, isImported);
  checkSeed(where, value);
  checkJitter(where, value);
  const document = { ...value, ...tables };
  if (isImported) {
    const imported = document as unknown as ImportedDocument;
    checkPhases(where, 'results', imported.results);
    return { kind: 'imported', document: imported };
  }
  const run = document as unknown as RunDocument;
  const { results, machines } = run;
  checkMachineNames(where, machines, { results, ...tables });
  checkSweeps(where, run);
  return { kind: 'run', document: run };
}

function checkSeed(where: string, { origin, seed }: Value): void {
  if (origin === 'imported' ? seed === null || seed === undefined : Number.isSafeInteger(seed)) return;
  throw inputFault(`${where}: seed`, origin === 'imported' ? 'null' : 'a whole number', describeFound(seed));
}

function checkJitter(where: string, { jitter }: Value): void {
  if (jitter === undefined) return;
  const runs = isObject(jitter) ? jitter.runs : undefined;
  if (Number.isSafeInteger(runs) && Number(runs) >= 1) return;
  throw inputFault(`${where}: jitter.runs`, 'how many runs there were, from 1', describeFound(runs));
}

function checkAnyRows(where: string, results: readonly unknown[]): void {
  if (results.length === 0) throw inputFault(where, 'rows in "results"', 'none');
}

function checkChurn(where: string, value: Value): ChurnDocument {
  checkHead(where, value);
  const tables = checkTables(where, value, CHURN_TABLES);
  const { delayNs } = value;
  if (!Number.isSafeInteger(delayNs) || Number(delayNs) < 0) {
    throw inputFault(where, '"delayNs", a whole number', describeFound(delayNs));
  }
  const document = { ...value, ...tables } as unknown as ChurnDocument;
  checkAnyRows(where, document.results);
  checkMachineNames(where, document.machines, tables);
  // What is told of is the delay asked for; a policy that does not wait has no other.
  const isTold = document.results.some((row) => row.policy === 'immediate' || row.delayNs === delayNs);
  if (isTold) return document;
  throw inputFault(`${where}: results`, `a row of policy immediate, or of delayNs ${delayNs}`, 'none');
}

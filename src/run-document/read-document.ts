import { describeFound, InputError, inputFault, messageOf } from '../errors.js';
import { CHURN_SCHEMA, CHURN_TABLES, type ChurnDocument } from './churn-document.js';
import {
  type Column,
  CPU_COLUMNS,
  IMPORT_TABLES,
  JITTER_TABLES,
  type Partly,
  PHASE_NAMES,
  RESULT_COLUMNS,
  type ResultRow,
  RUN_TABLES,
} from './columns.js';
import { REPRODUCE_COLUMNS, REPRODUCE_SCHEMA, type ReproduceDocument } from './reproduce-document.js';
import {
  type ImportedDocument,
  type JitterRecord,
  RUN_SCHEMA,
  type RunDocument,
  type Warning,
} from './run-document.js';
import type { SavedDocument } from './saved-document.js';

/** A run document as read back: rows of either origin, which may have gaps. */
export type SavedRun = Pick<RunDocument, 'tool' | 'command' | 'machines'> & {
  readonly origin: 'simulated' | 'imported';
  readonly seed: number | null;
  readonly results: readonly Partly<ResultRow>[];
  readonly cpus: ImportedDocument['cpus'];
  /** Only where costs were random. */
  readonly jitter?: JitterRecord;
};

/**
 * Reads a saved run document back.
 * @param where the file, for messages
 * @throws InputError when it is none
 */
export function readRunDocument(where: string, text: string): SavedRun {
  const value = parseDocument(where, text);
  if (value.schema !== RUN_SCHEMA)
    throw inputFault(where, `"schema": "${RUN_SCHEMA}"`, describeFound(value.schema));
  return checkRun(where, value);
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
      const run = checkRun(where, value);
      const tables = checkTables(where, value, { ...RUN_TABLES, ...JITTER_TABLES, ...IMPORT_TABLES });
      const document = { ...value, ...tables, results: run.results, cpus: run.cpus, ...withWarnings(value) };
      if (run.origin === 'imported')
        return { kind: 'imported', document: document as unknown as ImportedDocument };
      checkSweeps(where, document as unknown as RunDocument);
      return { kind: 'run', document: document as unknown as RunDocument };
    }
    case CHURN_SCHEMA: {
      checkHead(where, value);
      const document = { ...value, ...checkTables(where, value, CHURN_TABLES), ...withWarnings(value) };
      if (typeof value.delayNs !== 'number')
        throw inputFault(where, '"delayNs", a number', describeFound(value.delayNs));
      const { results } = document;
      if (results.length === 0) throw inputFault(where, 'rows in "results"', 'none');
      return { kind: 'churn', document: document as unknown as ChurnDocument };
    }
    case REPRODUCE_SCHEMA: {
      checkHead(where, value);
      const document = { ...value, ...checkTables(where, value, { results: REPRODUCE_COLUMNS }) };
      const summaries = Array.isArray(value.summaries) ? value.summaries.filter(isSummary) : [];
      return { kind: 'reproduce', document: { ...document, summaries } as unknown as ReproduceDocument };
    }
    default: {
      const schemas = [RUN_SCHEMA, CHURN_SCHEMA, REPRODUCE_SCHEMA].map((schema) => `"${schema}"`);
      throw inputFault(where, `"schema": ${schemas.join(' or ')}`, describeFound(value.schema));
    }
  }
}

type Value = Readonly<Record<string, unknown>>;

function parseDocument(where: string, text: string): Value {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const found = text.trim() === '' ? 'nothing' : messageOf(error);
    throw inputFault(where, 'a run document in JSON, as --json writes it', found);
  }
  if (!isObject(value)) throw inputFault(where, 'a run document, a JSON object', describeFound(value));
  return value;
}

function checkRun(where: string, value: Value): SavedRun {
  const { origin, results } = value;
  if (origin !== 'simulated' && origin !== 'imported') {
    throw inputFault(where, '"origin": "simulated" or "imported"', describeFound(origin));
  }
  if (!Array.isArray(results)) throw inputFault(where, 'lists "results" and "machines"', 'none');
  checkHead(where, value);
  checkRows(where, 'results', results, RESULT_COLUMNS);
  const cpus = Array.isArray(value.cpus) ? value.cpus : [];
  checkRows(where, 'cpus', cpus, CPU_COLUMNS);
  const seed = typeof value.seed === 'number' ? value.seed : null;
  checkJitter(where, value);
  return { ...(value as unknown as SavedRun), origin, seed, cpus };
}

function checkJitter(where: string, { jitter }: Value): void {
  if (jitter === undefined) return;
  const runs = isObject(jitter) ? jitter.runs : undefined;
  if (Number.isSafeInteger(runs) && Number(runs) >= 1) return;
  throw inputFault(`${where}: jitter.runs`, 'how many runs there were, from 1', describeFound(runs));
}

/** What every document begins with. */
function checkHead(where: string, { tool, command, machines }: Value): void {
  if (!Array.isArray(machines)) throw inputFault(where, 'lists "results" and "machines"', 'none');
  if (!isObject(tool) || !Array.isArray(command) || !command.every((word) => typeof word === 'string')) {
    throw inputFault(where, '"tool" and "command"', 'none');
  }
  if (typeof tool.name !== 'string' || typeof tool.version !== 'string') {
    throw inputFault(where, '"tool" with name and version', describeFound(tool));
  }
  checkMachines(where, machines);
}

/** Tables by their columns; one that is missing is empty. */
function checkTables<T extends Readonly<Record<string, Readonly<Record<string, Column>>>>>(
  where: string,
  value: Value,
  tables: T,
): Readonly<Record<keyof T, readonly unknown[]>> {
  const checked = Object.entries(tables).map(([name, columns]) => {
    const rows = value[name] ?? [];
    if (!Array.isArray(rows)) throw inputFault(where, `a list "${name}"`, describeFound(rows));
    checkRows(where, name, rows, columns);
    return [name, rows];
  });
  return Object.fromEntries(checked);
}

function withWarnings({ warnings }: Value): { readonly warnings: readonly Warning[] } {
  return { warnings: Array.isArray(warnings) ? warnings.filter(isWarning) : [] };
}

function isWarning(value: unknown): value is Warning {
  return isObject(value) && typeof value.kind === 'string' && typeof value.message === 'string';
}

function isSummary(value: unknown): boolean {
  const figures = ['medianResidualPct', 'worstResidualPct'];
  const texts = ['hypothesis', 'worstId'];
  return (
    isObject(value) &&
    texts.every((key) => typeof value[key] === 'string') &&
    figures.every((key) => typeof value[key] === 'number')
  );
}

/** Every sweep has its three phases and its machine, and a grid a comparison for each of them. */
function checkSweeps(where: string, { results, machines, comparisons, disturbances }: RunDocument): void {
  const sweeps = new Map<string, Set<string>>();
  for (const [i, row] of results.entries()) {
    if (!machines.some(({ id }) => id === row.machine)) {
      throw inputFault(
        `${where}: results[${i}].machine`,
        'the id of an entry of machines',
        describeFound(row.machine),
      );
    }
    const {
      scenario,
      measure,
      variation,
      mapping,
      strategy,
      threads,
      hypothesis,
      machine,
      seed,
      run,
      phase,
    } = row;
    const key = JSON.stringify([
      ...[scenario, measure, variation, mapping, strategy, threads, hypothesis, machine, seed, run],
    ]);
    sweeps.set(key, (sweeps.get(key) ?? new Set()).add(phase));
  }
  for (const [key, phases] of sweeps) {
    const missing = PHASE_NAMES.filter((phase) => !phases.has(phase));
    if (missing.length > 0)
      throw inputFault(
        where,
        'rows local, remote and total of every sweep',
        `no ${missing[0]} of ${JSON.parse(key).filter(Boolean).join(' ')}`,
      );
  }
  if (sweeps.size === 0) throw inputFault(where, 'rows in "results"', 'none');
  const totals = comparisons.filter(({ phase }) => phase === 'total').length;
  if (totals > 0 && (totals !== sweeps.size || disturbances.length !== sweeps.size)) {
    throw inputFault(
      where,
      `a comparison and a disturbance for each of ${sweeps.size} sweeps`,
      `${totals} and ${disturbances.length}`,
    );
  }
}

/** Every cell has to be what its column says; a document from a later version may have more columns. */
export function checkRows(
  where: string,
  table: string,
  rows: readonly unknown[],
  columns: Readonly<Record<string, { readonly kind: string }>>,
): void {
  for (const [i, row] of rows.entries()) {
    for (const [name, { kind }] of Object.entries(columns)) {
      const cell = isObject(row) ? row[name] : undefined;
      const fits = kind === 'text' ? typeof cell === 'string' : cell === null || isFigure(cell, name);
      // A column that came later is missing from older documents.
      if (fits || (isObject(row) && cell === undefined && name === 'derived')) continue;
      const expected = kind === 'text' ? 'text' : 'a number, 0 or more, or null';
      throw new InputError([
        { where: `${where}: ${table}[${i}].${name}`, expected, found: describeFound(cell) },
      ]);
    }
  }
}

function checkMachines(where: string, machines: readonly unknown[]): void {
  for (const [i, machine] of machines.entries()) {
    const parameters = isObject(machine) && typeof machine.id === 'string' ? machine.parameters : null;
    const isSound =
      Array.isArray(parameters) && parameters.every((one) => isObject(one) && typeof one.name === 'string');
    if (isSound) continue;
    const expected = 'a machine with id and parameters';
    throw new InputError([{ where: `${where}: machines[${i}]`, expected, found: describeFound(machine) }]);
  }
}

/** Only changes in percent may be negative, and nothing is more than can be counted exactly. */
function isFigure(cell: unknown, column: string): boolean {
  if (typeof cell !== 'number' || Math.abs(cell) > Number.MAX_SAFE_INTEGER) return false;
  return cell >= 0 || column.endsWith('Pct');
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { describeFound, InputError } from '../errors.js';
import { CPU_COLUMNS, type Partly, RESULT_COLUMNS, type ResultRow } from './columns.js';
import { type ImportedDocument, type JitterRecord, RUN_SCHEMA, type RunDocument } from './run-document.js';

/** A run document as read back: rows of either origin, which may have gaps. */
export type SavedRun = Pick<RunDocument, 'tool' | 'command' | 'machines'> & {
  readonly origin: 'simulated' | 'imported';
  readonly seed: number | null;
  readonly results: readonly Partly<ResultRow>[];
  readonly cpus: ImportedDocument['cpus'];
  /** `null` where no costs were random. */
  readonly jitter: JitterRecord | null;
};

/**
 * Reads a saved run document back.
 * @param where the file, for messages
 * @throws InputError when it is none
 */
export function readRunDocument(where: string, text: string): SavedRun {
  const fault = (expected: string, found: string) => new InputError([{ where, expected, found }]);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw fault('a run document in JSON, as --json writes it', text.trim() === '' ? 'nothing' : reason);
  }
  if (!isObject(value)) throw fault('a run document, a JSON object', describeFound(value));
  const { schema, origin, results, machines, tool, command } = value;
  if (schema !== RUN_SCHEMA) throw fault(`"schema": "${RUN_SCHEMA}"`, describeFound(schema));
  if (origin !== 'simulated' && origin !== 'imported') {
    throw fault('"origin": "simulated" or "imported"', describeFound(origin));
  }
  if (!Array.isArray(results) || !Array.isArray(machines))
    throw fault('lists "results" and "machines"', 'none');
  if (!isObject(tool) || !Array.isArray(command)) throw fault('"tool" and "command"', 'none');
  if (typeof tool.name !== 'string' || typeof tool.version !== 'string') {
    throw fault('"tool" with name and version', describeFound(tool));
  }
  checkMachines(where, machines);
  checkRows(where, 'results', results, RESULT_COLUMNS);
  const cpus = Array.isArray(value.cpus) ? value.cpus : [];
  checkRows(where, 'cpus', cpus, CPU_COLUMNS);
  const seed = typeof value.seed === 'number' ? value.seed : null;
  const { jitter } = value;
  const runs = isObject(jitter) && typeof jitter.runs === 'number' ? jitter.runs : null;
  return {
    ...(value as unknown as SavedRun),
    ...{ origin, seed, cpus, jitter: runs === null ? null : { runs } },
  };
}

/** Every cell has to be what its column says; a document from a later version may have more columns. */
function checkRows(
  where: string,
  table: string,
  rows: readonly unknown[],
  columns: Readonly<Record<string, { readonly kind: string }>>,
): void {
  for (const [i, row] of rows.entries()) {
    for (const [name, { kind }] of Object.entries(columns)) {
      const cell = isObject(row) ? row[name] : undefined;
      const fits = kind === 'text' ? typeof cell === 'string' : cell === null || isFigure(cell);
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

function isFigure(cell: unknown): boolean {
  return typeof cell === 'number' && Number.isFinite(cell) && cell >= 0;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

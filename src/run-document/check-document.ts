import { describeFound, inputFault } from '../errors.js';
import { PROVENANCES } from '../provenance.js';
import { GIB_BYTES } from '../units.js';
import { type Column, SEGMENT_COLUMNS } from './columns.js';

/** What JSON made of a document, before anybody has looked at it. */
export type Value = Readonly<Record<string, unknown>>;
type Columns = Readonly<Record<string, Column>>;

export function isObject(value: unknown): value is Value {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What the cell of each kind of column may be, beside `null` where it may be nothing. */
const KINDS: Readonly<Record<'text' | 'integer' | 'number' | 'ratio', (field: unknown) => boolean>> = {
  text: (field) => typeof field === 'string',
  integer: (field) => Number.isSafeInteger(field),
  number: Number.isFinite,
  ratio: Number.isFinite,
};
type BareKind = keyof typeof KINDS;

const WORDS: Readonly<Record<BareKind, string>> = {
  text: 'text',
  integer: 'a whole number from 0 to 9007199254740991',
  number: 'a number, 0 or more',
  ratio: 'a number, 0 or more',
};

/**
 * Has every cell be what its column says; a document from a later version may have more columns.
 * @param where the file, for messages
 * @param hasGaps whether figures may be missing, as in what a log tells
 * @throws InputError
 */
export function checkRows(
  where: string,
  table: string,
  rows: unknown,
  columns: Columns,
  hasGaps = false,
): asserts rows is readonly Value[] {
  if (!Array.isArray(rows)) throw inputFault(where, `a list "${table}"`, describeFound(rows));
  const checks = Object.entries(columns).map(([name, { kind }]) => ({
    name,
    ...cellCheck(name, kind, hasGaps),
  }));
  for (const [i, row] of rows.entries()) {
    for (const { name, isRight, expected } of checks) {
      const field: unknown = isObject(row) ? row[name] : undefined;
      if (!isRight(field))
        throw inputFault(`${where}: ${table}[${i}].${name}`, expected, describeFound(field));
    }
  }
}

function cellCheck(name: string, kind: Column['kind'], hasGaps: boolean) {
  const bare = kind.replace('?', '') as BareKind;
  const isOptional = bare !== kind || (hasGaps && bare !== 'text');
  // Only changes in percent may be negative.
  const isSigned = name.endsWith('Pct');
  const isRight = (field: unknown): boolean => {
    if (field === null) return isOptional;
    // A column that came later is missing from older documents.
    if (field === undefined) return name === 'derived';
    return KINDS[bare](field) && (typeof field !== 'number' || isSigned || field >= 0);
  };
  return { isRight, expected: `${isSigned ? 'a number' : WORDS[bare]}${isOptional ? ' or null' : ''}` };
}

/** Tables by their columns; one that is missing is empty. */
export function checkTables<T extends Readonly<Record<string, Columns>>>(
  where: string,
  value: Value,
  tables: T,
  hasGaps = false,
): Readonly<Record<keyof T, readonly Value[]>> {
  const checked = Object.entries(tables).map(([name, columns]) => {
    const rows = value[name] ?? [];
    checkRows(where, name, rows, columns, hasGaps);
    return [name, rows];
  });
  return Object.fromEntries(checked);
}

const MACHINE_COLUMNS: Columns = {
  ...columnsOf('text', ['id', 'name', 'file', 'hypothesis', 'topology']),
  ...columnsOf('integer', [
    'cpus',
    'cores',
    'sockets',
    'l3Groups',
    'threadsPerCore',
    'memoryBytes',
    'regions',
  ]),
};
const PARAMETER_COLUMNS: Columns = {
  ...columnsOf('text', ['name', 'unit', 'provenance', 'source']),
  ...columnsOf('number?', ['low', 'high']),
};
const WARNING_COLUMNS: Columns = columnsOf('text', ['kind', 'message']);

function columnsOf(kind: Column['kind'], names: readonly string[]): Columns {
  return Object.fromEntries(names.map((name) => [name, { kind, says: '' }]));
}

/**
 * What every document begins with, and the warnings it may have.
 * @throws InputError
 */
export function checkHead(where: string, { tool, command, machines, warnings = [] }: Value): void {
  if (!isObject(tool) || typeof tool.name !== 'string' || typeof tool.version !== 'string') {
    throw inputFault(where, '"tool" with name and version', describeFound(tool));
  }
  if (!Array.isArray(command) || !command.every((word) => typeof word === 'string')) {
    throw inputFault(where, '"command", a list of words', describeFound(command));
  }
  checkRows(where, 'warnings', warnings, WARNING_COLUMNS);
  checkRows(where, 'machines', machines, MACHINE_COLUMNS);
  for (const [i, machine] of machines.entries()) checkMachine(`${where}: machines[${i}]`, machine);
  checkDistinct(where, 'machines', machines, 'id');
}

/** More regions than any host has, 256 TiB. */
const REGIONS_MAX = 2 ** 18;
/** More CPUs than any host has. */
const CPUS_MAX = 65_536;

function checkMachine(at: string, machine: Value): void {
  const {
    parameters,
    rmpSegments,
    topology,
    cpus,
    cores,
    sockets,
    l3Groups,
    threadsPerCore,
    memoryBytes,
    regions,
  } = machine;
  const [a = 0, b = 0, c = 0, d = 0, ...more] = String(topology).split('x').map(Number);
  const counts = [a, a * b, a * b * c, d, a * b * c * d];
  const isHost =
    counts.every((count) => Number.isSafeInteger(count) && count > 0) && a * b * c * d <= CPUS_MAX;
  if (!isHost || more.length > 0) {
    throw inputFault(
      `${at}.topology`,
      `a topology of at most ${CPUS_MAX} CPUs, such as 2x8x32x2`,
      describeFound(topology),
    );
  }
  if (String([sockets, l3Groups, cores, threadsPerCore, cpus]) !== String(counts)) {
    throw inputFault(at, `the counts of topology ${String(topology)}`, 'others');
  }
  if (
    Number(memoryBytes) !== Number(regions) * GIB_BYTES ||
    Number(regions) < 1 ||
    Number(regions) > REGIONS_MAX
  ) {
    throw inputFault(
      at,
      'memoryBytes of as many GiB as there are regions, at most 256 TiB',
      `${memoryBytes} and ${regions}`,
    );
  }
  checkRows(at, 'rmpSegments', rmpSegments, SEGMENT_COLUMNS);
  checkRows(at, 'parameters', parameters, PARAMETER_COLUMNS);
  checkDistinct(at, 'parameters', parameters, 'name');
  for (const [i, { value, provenance }] of parameters.entries()) {
    const isValue = typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
    if (!isValue)
      throw inputFault(
        `${at}.parameters[${i}].value`,
        'a number, a text, true or false',
        describeFound(value),
      );
    if (PROVENANCES.some((one) => one === provenance)) continue;
    throw inputFault(`${at}.parameters[${i}].provenance`, PROVENANCES.join(', '), describeFound(provenance));
  }
}

/** No two rows of one name. */
function checkDistinct(where: string, table: string, rows: readonly Value[], column: string): void {
  const known = new Set<unknown>();
  for (const [i, row] of rows.entries()) {
    if (known.has(row[column])) {
      throw inputFault(
        `${where}: ${table}[${i}].${column}`,
        'one that no other has',
        `${describeFound(row[column])} again`,
      );
    }
    known.add(row[column]);
  }
}

/** Every row names a machine of the document, or none. */
export function checkMachineNames(
  where: string,
  machines: readonly { readonly id: string }[],
  tables: Readonly<Record<string, readonly object[]>>,
): void {
  const known = new Set<unknown>(['', ...machines.map(({ id }) => id)]);
  for (const [table, rows] of Object.entries(tables)) {
    for (const [i, row] of rows.entries()) {
      if (!('machine' in row) || known.has(row.machine)) continue;
      throw inputFault(
        `${where}: ${table}[${i}].machine`,
        'the id of an entry of machines',
        describeFound(row.machine),
      );
    }
  }
}

import { groupBy } from '../group-by.js';
import type { AnyResultRow, BandRow, ResultRow } from '../run-document/columns.js';
import type { RunDocument } from '../run-document/run-document.js';
import { formatBytes } from '../units.js';
import { machineFiles, stateName } from './sweeps.js';

/** What a row says of the cell it belongs to; of its machine either the id or the name of the file. */
export type CellRow = Partial<Pick<ResultRow, 'machine'> & Pick<BandRow, 'machineFile'>> &
  Pick<
    AnyResultRow,
    | 'scenario'
    | 'state'
    | 'variation'
    | 'mapping'
    | 'strategy'
    | 'threads'
    | 'hypothesis'
    | 'topology'
    | 'memoryBytes'
  >;

/** A choice that can differ from cell to cell, as a column and as a part of a name. */
export interface ChoiceColumn {
  readonly head: string;
  readonly field: (row: CellRow) => string;
  /** Whether another column settles it, so that names need not have it. */
  readonly isImplied?: true;
}

const choicesOf = (fileOf: ReadonlyMap<string, string>): readonly ChoiceColumn[] => [
  { head: 'machine', field: ({ machine = '', machineFile = fileOf.get(machine) }) => machineFile ?? '' },
  { head: 'mapping', field: ({ mapping }) => mapping },
  { head: 'hypothesis', field: ({ hypothesis }) => hypothesis },
  { head: 'strategy', field: ({ strategy }) => strategy },
  { head: 'threads', field: ({ threads }) => threads },
  { head: 'topology', field: ({ topology }) => topology },
  { head: 'memory', field: ({ memoryBytes }) => (memoryBytes === null ? '-' : formatBytes(memoryBytes)) },
];

/**
 * The choices that differ, and of variations the parts that do.
 * @param document whose machines rows name
 */
export function variedChoices(
  rows: readonly CellRow[],
  document: Pick<RunDocument, 'machines'>,
): ChoiceColumn[] {
  const parts = rows.map(({ variation }) => (variation === '' ? [] : variation.split(';')));
  const common = new Set(
    parts.reduce((kept, one) => kept.filter((part) => one.includes(part)), parts[0] ?? []),
  );
  const own = ({ variation }: CellRow) =>
    variation
      .split(';')
      .filter((part) => !common.has(part))
      .join(' ');
  const variation = { head: 'variation', field: (row: CellRow) => own(row) || '-' };
  // A choice that the state settles, as the mapping of its scenario, tells no cells apart.
  const isVaried = ({ field }: ChoiceColumn) => {
    const first = new Map<string, string>();
    return rows.some((row) => {
      const known = first.get(stateName(row)) ?? field(row);
      first.set(stateName(row), known);
      return known !== field(row);
    });
  };
  const varied = [...choicesOf(machineFiles(document)), variation].filter(isVaried);
  return varied.map((column) =>
    ['machine', 'strategy'].some((head) => isSettledBy(head, column, varied, rows))
      ? { ...column, isImplied: true }
      : column,
  );
}

/** Whether the value of one column is the same wherever another column's is. */
function isSettledBy(
  head: string,
  column: ChoiceColumn,
  varied: readonly ChoiceColumn[],
  rows: readonly CellRow[],
): boolean {
  const settling = varied.find((one) => one.head === head);
  if (settling === undefined || settling === column) return false;
  const pairs = new Set(rows.map((row) => `${settling.field(row)} ${column.field(row)}`));
  return pairs.size === new Set(rows.map(settling.field)).size;
}

/** The state of a sweep; of a log, what the user says it is of. */
export function stateOf({ scenario, state }: Pick<CellRow, 'scenario' | 'state'>): string {
  if (scenario !== '') return stateName({ scenario, state });
  return state === '' ? 'sweep' : state;
}

/** What a cell is called in sentences: its state, and what tells it from others of that state. */
export function cellName(row: CellRow, varied: readonly ChoiceColumn[]): string {
  const choices = varied.filter(({ isImplied }) => isImplied !== true).map(({ field }) => field(row));
  return [stateOf(row), ...choices.filter((text) => text !== '-' && text !== '')].join(' ');
}

/** A cell with what it is called. */
interface NamedCell {
  readonly name: string;
  readonly total: Pick<CellRow, 'scenario' | 'state'>;
}

/** Names of cells; where all of a state are among them, the state alone. */
export function cellNames(group: readonly NamedCell[], all: readonly NamedCell[]): string[] {
  const states = groupBy(all, ({ total }) => stateName(total));
  if (states.size < 2) return group.map(({ name }) => name);
  return [...groupBy(group, ({ total }) => stateName(total))].flatMap(([state, own]) =>
    own.length === states.get(state)?.length ? [state] : own.map(({ name }) => name),
  );
}

import { groupBy } from '../group-by.js';
import { axisColumnsOf } from '../run-document/columns.js';
import type { ImportedDocument, RunDocument } from '../run-document/run-document.js';
import { meanOf } from '../run-document/statistics.js';
import { type ChoiceColumn, cellName, stateOf, variedChoices } from './cell-names.js';
import { type NamedSweep, namedSweeps } from './sweep-names.js';

/** Times of one phase: a row for each state, a column for each value of what was varied first. */
interface PivotTable {
  readonly what: string;
  /** What stands above the names of the rows. */
  readonly corner: string;
  readonly columns: readonly (string | number)[];
  readonly rows: readonly {
    readonly name: string;
    /** In nanoseconds; `null` where there was no such sweep. */
    readonly cells: readonly (number | null)[];
  }[];
}

/** The phases, the one that most ask for first. */
const PHASES = { total: 'totalNs', local: 'localNs', remote: 'remoteNs' } as const;

/** What puts a sweep into its row and its column. */
interface Placing {
  readonly axis: string;
  readonly rowOf: (sweep: NamedSweep) => string;
  readonly columnOf: (sweep: NamedSweep) => string | number;
}

export function pivotTables(document: RunDocument | ImportedDocument): PivotTable[] {
  const sweeps = namedSweeps(document);
  const { axis, rowOf, columnOf } = placingOf(document, sweeps);
  const columns = [...new Set(sweeps.map(columnOf))];
  const runs = new Set(sweeps.map(({ run }) => run)).size;
  const isMean = document.origin === 'simulated' && runs > 1;
  const rows = [...groupBy(sweeps, rowOf)].map(([name, own]) => ({ name, byColumn: groupBy(own, columnOf) }));
  return Object.entries(PHASES).map(([phase, column]) => ({
    what: `${phase}, ms${isMean ? `, mean of ${runs} runs` : ''}`,
    corner: axis === '' ? 'state' : `state / ${axis}`,
    columns,
    rows: rows.map(({ name, byColumn }) => ({
      name,
      cells: columns.map((value) => meanTime(byColumn.get(value) ?? [], column)),
    })),
  }));
}

function placingOf(document: RunDocument | ImportedDocument, sweeps: readonly NamedSweep[]): Placing {
  const [first, ...others] = axisColumnsOf(document.comparisons[0] ?? {});
  if (first !== undefined) {
    const named = others.map((column) => [column, column.replace(/^axis\./, '')] as const);
    return {
      axis: first.replace(/^axis\./, ''),
      columnOf: (sweep) => axisValue(sweep[first]),
      rowOf: (sweep) =>
        [stateOf(sweep), ...named.map(([column, name]) => `${name}=${axisValue(sweep[column])}`)].join(' '),
    };
  }
  // Sweeps of a log may be of the same state; they are told apart, never averaged.
  if (document.origin === 'imported') return { axis: '', columnOf: () => 'ms', rowOf: ({ name }) => name };
  const varied = variedChoices(sweeps, document);
  const choice = varied.find(({ head }) => head === 'mapping') ?? varied[0];
  return placingByChoice(
    choice,
    varied.filter((one) => one !== choice),
  );
}

/** The states of a run, by the choice that was given several values. */
function placingByChoice(choice: ChoiceColumn | undefined, rest: readonly ChoiceColumn[]): Placing {
  const rowOf = (sweep: NamedSweep) => cellName(sweep, rest);
  if (choice === undefined) return { axis: '', columnOf: () => 'ms', rowOf };
  return { axis: choice.head, columnOf: choice.field, rowOf };
}

function axisValue(value: unknown): string | number {
  return typeof value === 'number' ? value : String(value ?? '');
}

function meanTime(
  sweeps: readonly NamedSweep[],
  column: (typeof PHASES)[keyof typeof PHASES],
): number | null {
  const times = sweeps.flatMap(({ [column]: ns }) => ns ?? []);
  if (times.length === 0) return null;
  return meanOf(
    times.reduce((sum, ns) => sum + ns, 0),
    times.length,
  );
}

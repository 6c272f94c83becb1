import { Groups } from '../group-by.js';
import { type AnyResultRow, REMOTE_CPUS_FIGURE } from '../run-document/columns.js';
import { CELL_COLUMN_NAMES } from '../run-document/diff-document.js';
import type { SavedRun } from '../run-document/read-document.js';
import { stateText } from '../run-document/state-text.js';
import { formatBytes } from '../units.js';

type Row = AnyResultRow;

/** All rows of one cell: three phases of every run. */
export interface RunCell {
  /** What names it, for people. */
  readonly name: string;
  readonly key: Row;
  readonly rows: readonly Row[];
  /** CPUs beside the one that runs the loop; `null` where nothing says how many. */
  readonly remoteCpus: number | null;
  readonly isImported: boolean;
}

export interface Matching {
  readonly pairs: readonly { readonly a: RunCell; readonly b: RunCell }[];
  readonly unmatched: readonly { readonly side: 'a' | 'b'; readonly cell: string; readonly reason: string }[];
  /** Whether one of these may be any of several, since a side is silent about something. */
  readonly isAmbiguous: boolean;
}

/** Rows by what names them, runs of a cell together; sweeps of a log of which nothing is said are of states of their own. */
export function cellsIn(run: SavedRun): RunCell[] {
  const isImported = run.origin === 'imported';
  const cells = new Groups(run.results, (row) => {
    const isUnnamed = isImported && row.scenario === '' && row.state === '';
    return [isUnnamed ? row.run : '', ...CELL_COLUMN_NAMES.map((name) => row[name])];
  });
  const said = new Map(
    (run.observations ?? [])
      .filter(({ figure }) => figure === REMOTE_CPUS_FIGURE)
      .map((one) => [one.run, Number(one.printed)]),
  );
  return cells.all.flatMap((own) => {
    const [key] = own;
    if (key === undefined) return [];
    return [
      {
        name: nameOf(key),
        key,
        rows: own,
        remoteCpus: said.get(key.run) ?? remoteCpusOf(key, run),
        isImported,
      },
    ];
  });
}

/** As the simulated host has them. */
function remoteCpusOf({ machine, threads }: Row, { machines }: SavedRun): number | null {
  const host = machines.find(({ id }) => id === machine);
  if (host === undefined) return null;
  return (threads === 'primary' ? host.cores : host.cpus) - 1;
}

/** A cell of which it does not matter what host it is of. */
export function onAnyHost(cell: RunCell): RunCell {
  return { ...cell, key: { ...cell.key, ...NO_HOST }, remoteCpus: null };
}

const NO_HOST = { topology: '', memoryBytes: null, regions: null };

/** Pairs cells that name the same; where a side is silent about a column, neither cell may have another it could mean. */
export function matchCells(a: readonly RunCell[], b: readonly RunCell[]): Matching {
  const exact = a.flatMap((cell) => {
    const [other, ...more] = b.filter((one) => isSame(cell, one));
    const isAlone = more.length === 0 && a.filter((one) => isSame(cell, one)).length === 1;
    return other === undefined || !isAlone ? [] : [{ a: cell, b: other }];
  });
  const restOfA = a.filter((cell) => !exact.some((pair) => pair.a === cell));
  const restOfB = b.filter((cell) => !exact.some((pair) => pair.b === cell));
  const meantBy = (cell: RunCell, others: readonly RunCell[]) =>
    others.filter((other) => isCompatible(cell, other));
  const guessed = restOfA.flatMap((cell) => {
    const [other, ...more] = meantBy(cell, restOfB);
    const isMutual = other !== undefined && more.length === 0 && meantBy(other, restOfA).length === 1;
    return isMutual ? [{ a: cell, b: other }] : [];
  });
  const pairs = [...exact, ...guessed];
  const left = (side: 'a' | 'b', cells: readonly RunCell[], others: readonly RunCell[]) =>
    cells
      .filter((cell) => !pairs.some((pair) => pair[side] === cell))
      .map((cell) => ({ side, cell, possible: meantBy(cell, others), others }));
  const all = [...left('a', restOfA, restOfB), ...left('b', restOfB, restOfA)];
  return {
    pairs,
    unmatched: all.map(({ side, cell, possible, others }) => {
      return { side, cell: cell.name, reason: reasonFor(cell, possible, others) };
    }),
    isAmbiguous: all.some(({ possible }) => possible.length > 0),
  };
}

function reasonFor(cell: RunCell, possible: readonly RunCell[], others: readonly RunCell[]): string {
  if (possible.length > 0) return `it may be any of ${listOf(possible)}`;
  const [nearest] = others
    .map((other) => ({ other, differing: differencesOf(cell, other) }))
    .sort((one, two) => one.differing.length - two.differing.length);
  if (nearest === undefined || nearest.differing.length === 0) return 'the other side has no cell like it';
  return `the cell most like it on the other side, ${nearest.other.name}, differs in ${nearest.differing.join(', ')}`;
}

/** What parts two cells, in words. */
function differencesOf(a: RunCell, b: RunCell): string[] {
  const named = CELL_COLUMN_NAMES.filter(
    (name) => !(a.key[name] === b.key[name] || isSilent(a.key[name]) || isSilent(b.key[name])),
  ).map(
    (name) =>
      `${LABELS[name] ?? name} (${valueText(name, a.key[name])} against ${valueText(name, b.key[name])})`,
  );
  const counts = countsOf(a, b).filter(({ one, other }) => one !== other);
  return [...named, ...counts.map(({ what, one, other }) => `${what} (${one} against ${other})`)];
}

const LABELS: Readonly<Record<string, string>> = { memoryBytes: 'memory', state: 'state' };

function valueText(name: string, value: unknown): string {
  return name === 'memoryBytes' ? formatBytes(Number(value)) : String(value);
}

/** Counts that both sides know, where one of them was measured. */
function countsOf(a: RunCell, b: RunCell) {
  if (!a.isImported && !b.isImported) return [];
  const counts = [
    { what: 'regions', one: a.key.regions, other: b.key.regions },
    { what: 'remote CPUs', one: a.remoteCpus, other: b.remoteCpus },
  ];
  return counts.filter(({ one, other }) => one !== null && other !== null);
}

/** A log of other regions or CPUs is of another host, whatever it is called. */
function areCountsAlike(a: RunCell, b: RunCell): boolean {
  return countsOf(a, b).every(({ one, other }) => one === other);
}

const NAMES_MAX = 4;

function listOf(cells: readonly RunCell[]): string {
  const names = cells.slice(0, NAMES_MAX).map(({ name }) => name);
  const left = cells.length - NAMES_MAX;
  return [...names, ...(left > 0 ? [`${left} more`] : [])].join('; ');
}

function isSame(a: RunCell, b: RunCell): boolean {
  return areCountsAlike(a, b) && CELL_COLUMN_NAMES.every((name) => a.key[name] === b.key[name]);
}

function isCompatible({ key: a, ...one }: RunCell, { key: b, ...other }: RunCell): boolean {
  // Sweeps over different numbers of regions are not the same, whatever they are called.
  const areRegionsAlike = a.regions === b.regions || isSilent(a.regions) || isSilent(b.regions);
  return (
    areRegionsAlike &&
    areCountsAlike({ key: a, ...one }, { key: b, ...other }) &&
    CELL_COLUMN_NAMES.every((name) => a[name] === b[name] || isSilent(a[name]) || isSilent(b[name]))
  );
}

/** Whether a column says nothing; memory of which none is private has no mapping. */
function isSilent(value: unknown): boolean {
  return value === '' || value === null || value === 'none';
}

function nameOf(row: Row): string {
  const { scenario, state, ...rest } = row;
  const { mapping, strategy, threads, hypothesis, variation } = rest;
  const parts = [stateText(scenario, state), mapping, strategy, threads, hypothesis, variation].filter(
    (part) => part !== '',
  );
  return parts.length === 0 ? `sweep ${row.run ?? ''}, without a name` : parts.join(' ');
}

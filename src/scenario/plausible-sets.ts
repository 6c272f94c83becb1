import { describeFound, UnreadableValue } from '../errors.js';
import { groupBy } from '../group-by.js';
import {
  isParameterName,
  PARAMETERS,
  type ParameterName,
  type ParameterValue,
  type ParameterValues,
  parseParameterValue,
} from '../machine/parameters.js';
import { hashWords } from '../random.js';

/** Parameter vectors that reproduce the figures a machine was fitted to: what they set beyond the hypothesis, a row each. */
export interface PlausibleSets {
  /** Tells them from others: a hash of the text they were read from. */
  readonly id: number;
  readonly names: readonly ParameterName[];
  readonly rows: readonly (readonly ParameterValue[])[];
}

export const NO_SETS: PlausibleSets = { id: 0, names: [], rows: [] };

/**
 * Reads sets as a machine file holds them: a line of parameter names, then a line of values per set.
 * @throws UnreadableValue
 */
export function parsePlausibleSets(text: string): PlausibleSets {
  const [head = [], ...rows] = text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const names = head.map((name) => {
    if (isParameterName(name)) return name;
    throw new UnreadableValue('a first line of parameter names', describeFound(name));
  });
  const values = rows.map((row) => {
    if (row.length !== names.length) {
      throw new UnreadableValue(`${names.length} values in every line after the first`, `${row.length}`);
    }
    return names.map((name, i) => parseParameterValue(name, row[i] ?? ''));
  });
  const id = hashWords(
    [...text].map((character) => character.codePointAt(0) ?? 0),
    0,
  );
  return { id, names, rows: values };
}

/** The text `parsePlausibleSets` reads. */
export function formatPlausibleSets({ names, rows }: Pick<PlausibleSets, 'names' | 'rows'>): string {
  return [names, ...rows].map((cells) => `${cells.join(' ')}\n`).join('');
}

/** Sets that differ in costs alone meet the same sweeps; those that differ in a switch do not, so they come by their switches. */
export interface AlikeSets extends PlausibleSets {
  readonly switches: ReadonlyMap<ParameterName, ParameterValue>;
  /** Which rows of all sets these are. */
  readonly numbers: readonly number[];
}

export function groupBySwitches({ id, names, rows }: PlausibleSets): AlikeSets[] {
  const columns = [...names.keys()].filter((i) => isSwitch(names[i]));
  const groups = groupBy(rows.keys(), (number) => columns.map((i) => String(rows[number]?.[i])).join());
  return [...groups.values()].map((numbers) => {
    const own = numbers.map((number) => rows[number] ?? []);
    const switches = columns.map((i) => [names[i], own[0]?.[i]] as [ParameterName, ParameterValue]);
    return { id, names, rows: own, numbers, switches: new Map(switches) };
  });
}

/** Whole vectors: `base` with each set put over it, and over that what the user has set. */
export function vectorsOf(
  { names, rows }: Pick<PlausibleSets, 'names' | 'rows'>,
  base: ParameterValues,
  ofUser: ReadonlyMap<ParameterName, ParameterValue>,
): ParameterValues[] {
  return rows.map((row) => {
    const vector: Record<string, ParameterValue> = { ...base };
    for (let i = 0; i < names.length; i++) vector[names[i] ?? ''] = row[i] ?? 0;
    for (const [name, value] of ofUser) vector[name] = value;
    return vector as unknown as ParameterValues;
  });
}

function isSwitch(name: ParameterName | undefined): boolean {
  return name !== undefined && PARAMETERS[name].kind === 'switch';
}

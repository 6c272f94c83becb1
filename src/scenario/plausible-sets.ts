import { describeFound, UnreadableValue } from '../errors.js';
import {
  isParameterName,
  PARAMETERS,
  type ParameterName,
  type ParameterValue,
  type ParameterValues,
  parseParameterValue,
} from '../machine/parameters.js';

/** One parameter vector that reproduces the figures a machine was fitted to: what it sets beyond the hypothesis. */
export type PlausibleSet = ReadonlyMap<ParameterName, ParameterValue>;

/**
 * Reads sets as a machine file holds them: a line of parameter names, then a line of values per set.
 * @throws UnreadableValue
 */
export function parsePlausibleSets(text: string): PlausibleSet[] {
  const [head = [], ...rows] = text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const names = head.map((name) => {
    if (isParameterName(name)) return name;
    throw new UnreadableValue('a first line of parameter names', describeFound(name));
  });
  return rows.map((row) => {
    if (row.length !== names.length) {
      throw new UnreadableValue(`${names.length} values in every line after the first`, `${row.length}`);
    }
    return new Map(names.map((name, i) => [name, parseParameterValue(name, row[i] ?? '')]));
  });
}

/** The text `parsePlausibleSets` reads. */
export function formatPlausibleSets(
  names: readonly ParameterName[],
  sets: readonly ParameterValues[],
): string {
  return [names, ...sets.map((values) => names.map((name) => String(values[name])))]
    .map((cells) => `${cells.join(' ')}\n`)
    .join('');
}

/** Sets that differ in costs alone meet the same sweeps; those that differ in a switch do not. */
export function groupBySwitches(sets: readonly PlausibleSet[]): PlausibleSet[][] {
  const groups = new Map<string, PlausibleSet[]>();
  for (const set of sets) {
    const key = JSON.stringify([...switchesOf(set)]);
    groups.set(key, [...(groups.get(key) ?? []), set]);
  }
  return [...groups.values()];
}

/** The switches among what a set sets. */
export function switchesOf(set: PlausibleSet): PlausibleSet {
  return new Map([...set].filter(([name]) => PARAMETERS[name].kind === 'switch'));
}

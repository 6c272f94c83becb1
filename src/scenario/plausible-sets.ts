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

/** Draws of the costs that the figures leave possible: what they set beyond the hypothesis, each as likely as any other. */
export interface PlausibleSets {
  readonly names: readonly ParameterName[];
  readonly sets: readonly PlausibleSet[];
}

export interface PlausibleSet {
  /** In the order of the names. */
  readonly values: readonly ParameterValue[];
  /** Noise of a sweep: the standard deviation of its logarithm. */
  readonly sigma: number;
  /** How far the second sweep of two in a row is above the first, as a logarithm. */
  readonly second: number;
  /** As it stands in the text, which tells it from other sets. */
  readonly line: string;
}

/** The last two columns of the text. */
const NOISE_NAMES = ['sigma', 'second'];
/** More noise than any sweep has, and a second sweep further from the first than any. */
const NOISE_MAX = 10;

/**
 * Reads sets as a machine file holds them: a line of names, those of parameters, `sigma` and `second`, then a line of values per set.
 * @param text empty where a hypothesis was never fitted
 * @param every one set in so many is read
 * @throws UnreadableValue
 */
export function parsePlausibleSets(text = '', every = 1): PlausibleSets {
  const [, ...lines] = text.trim().split('\n');
  const names = plausibleNames(text);
  return { names, sets: lines.filter((_, i) => i % every === 0).map((line) => parseSet(line, names)) };
}

/**
 * What sets of a machine file set.
 * @throws UnreadableValue
 */
export function plausibleNames(text: string): ParameterName[] {
  const [first = ''] = /\S.*/.exec(text) ?? [];
  const head = first === '' ? NOISE_NAMES : first.trim().split(/\s+/);
  const names = head.slice(0, -NOISE_NAMES.length).map((name) => {
    if (isParameterName(name)) return name;
    throw new UnreadableValue('a first line of parameter names', describeFound(name));
  });
  if (head.slice(-NOISE_NAMES.length).join() !== NOISE_NAMES.join()) {
    throw new UnreadableValue(`a first line that ends with ${NOISE_NAMES.join(' ')}`, describeFound(first));
  }
  return names;
}

function parseSet(line: string, names: readonly ParameterName[]): PlausibleSet {
  const cells = line.trim().split(/\s+/);
  if (cells.length !== names.length + NOISE_NAMES.length) {
    const expected = `${names.length + NOISE_NAMES.length} values in every line after the first`;
    throw new UnreadableValue(expected, `${cells.length}`);
  }
  return {
    values: names.map((name, i) => parseParameterValue(name, cells[i] ?? '')),
    sigma: noiseIn(cells.at(-2), 0),
    second: noiseIn(cells.at(-1), -NOISE_MAX),
    line,
  };
}

function noiseIn(text: string | undefined, least: number): number {
  const value = Number(text);
  if (value >= least && value <= NOISE_MAX) return value;
  throw new UnreadableValue(`a number from ${least} to ${NOISE_MAX}`, describeFound(text));
}

/** The text `parsePlausibleSets` reads. */
export function formatPlausibleSets(
  names: readonly ParameterName[],
  sets: readonly Omit<PlausibleSet, 'line'>[],
): string {
  const lines = sets.map(({ values, sigma, second }) => [...values, sigma, second]);
  return [[...names, ...NOISE_NAMES], ...lines].map((cells) => `${cells.join(' ')}\n`).join('');
}

/** Sets that differ in costs alone meet the same sweeps. */
export interface AlikeSets extends PlausibleSets {
  readonly switches: ReadonlyMap<ParameterName, ParameterValue>;
}

/** Sets that differ in a switch meet other sweeps, so they come by their switches. */
export function groupBySwitches({ names, sets }: PlausibleSets): AlikeSets[] {
  const columns = [...names.keys()].filter((i) => isSwitch(names[i]));
  const groups = groupBy(sets, ({ values }) => columns.map((i) => String(values[i])).join());
  return [...groups.values()].map((own) => {
    const switches = columns.map((i) => [names[i], own[0]?.values[i]] as [ParameterName, ParameterValue]);
    return { names, sets: own, switches: new Map(switches) };
  });
}

/**
 * Predicts with one set after another.
 * @param base values of the machine, what the user has set included
 * @param ofUser stays as it is in every set
 * @param predict is given the same object again and again, with the values of the set
 */
export function withEachSet<T>(
  { names, sets }: PlausibleSets,
  base: ParameterValues,
  ofUser: ReadonlyMap<ParameterName, ParameterValue>,
  predict: (values: ParameterValues, set: PlausibleSet) => T,
): T[] {
  const free = [...names.entries()].filter(([, name]) => !ofUser.has(name));
  const values: Partial<Record<ParameterName, ParameterValue>> = { ...base };
  return sets.map((set) => {
    for (const [i, name] of free) values[name] = set.values[i];
    return predict(values as ParameterValues, set);
  });
}

function isSwitch(name: ParameterName | undefined): boolean {
  return name !== undefined && PARAMETERS[name].kind === 'switch';
}

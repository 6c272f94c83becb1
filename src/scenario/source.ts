import type { FilePlace, Problem } from '../errors.js';

/** The keys and indices that lead to a value of a file. */
export type Path = readonly (string | number)[];

/** Where a value stands: its path in the file, and its place. */
export interface Spot {
  readonly path: string;
  readonly place: FilePlace;
}

/** A value of a file that is being read: the places of its parts are looked up when they are asked for. */
export interface Located extends Spot {
  readonly at: (key: string | number) => Located;
}

/** Tells where in the file the value of a path stands. */
export type SourceOf = (path: Path) => Located;

/** Where an entry of a scenario stands: data that files and threads can hold. */
export interface Source extends Spot {
  readonly keys: Readonly<Record<LateKey, Spot>>;
}

/** Keys of an entry that may turn out wrong only when the scenario is run. */
const LATE_KEYS = ['size', 'pages', 'every'] as const;
type LateKey = (typeof LATE_KEYS)[number];

export function sourceAt(located: Located): Source {
  const spot = ({ path, place }: Located): Spot => ({ path, place });
  const [size, pages, every] = LATE_KEYS.map((key) => spot(located.at(key))) as [Spot, Spot, Spot];
  return { ...spot(located), keys: { size, pages, every } };
}

/** What is wrong with a value, at its source. */
export function problemAtSource(
  { path, place }: Spot,
  expected: string,
  found: string,
  hint?: string,
): Problem {
  return { where: path, expected, found, place, hint };
}

/** An entry or step of a file as it stands there, right or wrong. */
export interface Item {
  readonly value: unknown;
  readonly source: Located;
}

/** The entries of a list of the file. */
export function itemsOf(value: unknown, key: string, sourceOf: SourceOf): Item[] {
  const items = field(value, key);
  return Array.isArray(items)
    ? items.map((item: unknown, i) => ({ value: item, source: sourceOf([key, i]) }))
    : [];
}

/** The part of an item under a key; `null` if it has none. */
export function keyed({ value, source }: Item, key: string): Item | null {
  const part = field(value, key);
  return part === undefined ? null : { value: part, source: source.at(key) };
}

export function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

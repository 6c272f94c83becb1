import type { Located, SourceOf } from './source.js';

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

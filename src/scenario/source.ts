import type { FilePlace, Problem } from '../errors.js';

/** The keys and indices that lead to a value of a file. */
export type Path = readonly (string | number)[];

/** Where a value stands: its path in the file, and its place. */
export interface Source {
  readonly path: string;
  readonly place: FilePlace;
  /** Where the value of one of its keys stands. */
  readonly at: (key: string | number) => Source;
}

/** Tells where in the file the value of a path stands. */
export type SourceOf = (path: Path) => Source;

/** A value with something else in place of the sources of its parts. */
export type WithSources<T, S> = T extends readonly (infer E)[]
  ? readonly WithSources<E, S>[]
  : T extends object
    ? { readonly [K in keyof T]: K extends 'source' ? S : WithSources<T[K], S> }
    : T;

/** The value with what `toOther` makes of each source: of what its parts have under that name. */
export function mapSources<T, S, R>(value: WithSources<T, S>, toOther: (source: S) => R): WithSources<T, R> {
  const mapped = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(mapped);
    if (typeof part !== 'object' || part === null) return part;
    const entries = Object.entries(part).map(([key, inner]) => [
      key,
      key === 'source' ? toOther(inner) : mapped(inner),
    ]);
    return Object.fromEntries(entries);
  };
  return mapped(value) as WithSources<T, R>;
}

/** What is wrong with a value, at its source. */
export function problemAtSource(
  { path, place }: Source,
  expected: string,
  found: string,
  hint?: string,
): Problem {
  return { where: path, expected, found, place, ...(hint === undefined ? {} : { hint }) };
}

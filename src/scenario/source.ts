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

/** What is wrong with a value, at its source. */
export function problemAtSource(
  { path, place }: Source,
  expected: string,
  found: string,
  hint?: string,
): Problem {
  return { where: path, expected, found, place, ...(hint === undefined ? {} : { hint }) };
}

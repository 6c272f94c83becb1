import type { FilePlace, Problem } from '../errors.js';

/** What looks like a space or like nothing, and is neither to YAML: pages and word processors put it into what is copied from them. */
const ODD_SPACE = /[\u0085\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff]/;

/** Texts in quotes, and comments, may hold anything. */
const QUOTED = /"(?:[^"\\]|\\.)*"|'[^']*'|#.*$/g;

/**
 * Where a line that is wrong holds such a character, that is what is wrong with it, whatever else it led to.
 * @returns a problem for each of these lines; empty where there is none
 */
export function oddSpaces(problems: readonly Problem[]): Problem[] {
  const lines = new Map(
    problems.flatMap(({ place }) => (place === undefined ? [] : [[place.line, place] as const])),
  );
  return [...lines.values()].flatMap((place) => oddSpaceIn(place));
}

function oddSpaceIn(place: FilePlace): Problem[] {
  const plain = place.sourceLine.replace(QUOTED, (text) => 'x'.repeat(text.length));
  const at = plain.search(ODD_SPACE);
  if (at < 0) return [];
  const code = plain.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0');
  const found = `the character U+${code}, which only looks like one or like nothing`;
  return [
    { where: 'syntax', expected: 'a plain space, or none', found, place: { ...place, column: at + 1 } },
  ];
}

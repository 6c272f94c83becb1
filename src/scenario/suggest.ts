import { distance } from 'fastest-levenshtein';

/** Nobody misspells a longer name, or one of more choices, so that a computer could help. */
const COMPARED = { length: 100, choices: 200 };

/** The choice a misspelt name most likely meant, as a sentence; nothing when none is near. */
export function suggest(found: string, choices: Iterable<string>): string | undefined {
  if (found.length > COMPARED.length) return undefined;
  const [best] = firstOf(choices, COMPARED.choices)
    .map((choice) => ({ choice, edits: distance(found.toLowerCase(), choice.toLowerCase()) }))
    .filter(
      ({ choice, edits }) =>
        choice !== found && edits <= Math.floor(Math.max(choice.length, found.length) * 0.4),
    )
    .sort((a, b) => a.edits - b.edits);
  return best === undefined ? undefined : `Did you mean ${best.choice}?`;
}

const LISTED_MAX = 50;

/** `a`, `a or b`, `a, b or c`; of very many the first ones, with the number of the others. */
export function listChoices(choices: readonly string[] | ReadonlySet<string>): string {
  const count = 'size' in choices ? choices.size : choices.length;
  const shown = firstOf(choices, LISTED_MAX);
  const last = count > LISTED_MAX ? `${count - LISTED_MAX} others` : shown.pop();
  return shown.length === 0 ? (last ?? 'nothing') : `${shown.join(', ')} or ${last}`;
}

function firstOf(choices: Iterable<string>, most: number): string[] {
  const first: string[] = [];
  for (const choice of choices) {
    if (first.length === most) break;
    first.push(choice);
  }
  return first;
}

/** A name that can stand in a table, a file name and a shell line. */
export const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

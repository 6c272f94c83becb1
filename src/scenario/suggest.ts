import { distance } from 'fastest-levenshtein';

/** The choice a misspelt name most likely meant, as a sentence; nothing when none is near. */
export function suggest(found: string, choices: readonly string[]): string | undefined {
  const [best] = choices
    .map((choice) => ({ choice, edits: distance(found.toLowerCase(), choice.toLowerCase()) }))
    .filter(
      ({ choice, edits }) =>
        choice !== found && edits <= Math.floor(Math.max(choice.length, found.length) * 0.4),
    )
    .sort((a, b) => a.edits - b.edits);
  return best === undefined ? undefined : `Did you mean ${best.choice}?`;
}

/** `a`, `a or b`, `a, b or c`. */
export function listChoices(choices: readonly string[]): string {
  const [last, ...others] = choices.toReversed();
  return others.length === 0 ? (last ?? 'nothing') : `${others.toReversed().join(', ')} or ${last}`;
}

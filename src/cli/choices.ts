import { describeFound, UnreadableValue } from '../errors.js';
import { listChoices, suggest } from '../scenario/suggest.js';

/** A reader of one of several names, in either case. */
export function oneOf<T extends string>(choices: readonly T[]) {
  return (text: string): T => {
    const choice = choices.find((name) => name === text.toLowerCase());
    if (choice !== undefined) return choice;
    throw new UnreadableValue(listChoices(choices), describeFound(text), suggest(text, choices));
  };
}

/** For options that may be repeated. */
export function collect(value: string, previous: readonly string[] | undefined): string[] {
  return [...(previous ?? []), value];
}

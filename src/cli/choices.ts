import { describeFound, UnreadableValue } from '../errors.js';
import { listChoices, suggest } from '../scenario/suggest.js';
import { parseCount } from '../units.js';

/** The shells there is a completion script for. */
export const SHELL_NAMES = ['bash', 'zsh', 'fish'] as const;
export type ShellName = (typeof SHELL_NAMES)[number];

/** What `machine` can do. */
export const MACHINE_ACTION_NAMES = ['init'] as const;

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

/** More regions than any window has. */
const BATCH_MAX = 4096;

/** @throws UnreadableValue */
export function parseBatch(text: string): number {
  return parseCount(text, 1, BATCH_MAX);
}

/** The values of options that may be repeated and may hold comma-separated lists. */
export function splitLists(texts: readonly string[]): string[] {
  return texts.flatMap((text) => text.split(',')).map((text) => text.trim());
}

export function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

/** What stands more than once among values, each once. */
export function repeated<T>(values: readonly T[]): T[] {
  const known = new Set<T>();
  return distinct(values.filter((value) => known.size === known.add(value).size));
}

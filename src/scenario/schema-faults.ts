import { z } from 'zod';
import { describeFound, type Problem } from '../errors.js';
import type { Path } from './source.js';
import { listChoices, suggest } from './suggest.js';

/** One way in which a value misses its schema. */
export interface Fault extends Pick<Problem, 'expected' | 'found' | 'hint'> {
  readonly path: Path;
  /** Whether the key itself is wrong, not its value. */
  readonly atKey?: true;
}

type Issue = z.core.$ZodIssue;

/** What a custom check passes in `params` when the generic wording would not do. */
export type FaultWords = Pick<Problem, 'expected' | 'found' | 'hint'>;

/** What a kind of value is called where its schema has no words of its own. */
const KINDS: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'a mapping',
  record: 'a mapping',
  string: 'a text (a number in quotes)',
};

/** What should have been there, for whatever the schema library finds wrong and no schema has words for. */
export function expectedWords(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return KINDS[issue.expected] ?? `a value of the kind ${issue.expected}`;
    case 'too_small':
      return `${issue.minimum} or more${issue.origin === 'array' ? ' entries' : ''}`;
    case 'too_big':
      return `${issue.maximum} or fewer${issue.origin === 'array' ? ' entries' : ''}`;
    case 'invalid_key':
      return 'another key';
    default:
      return 'another value';
  }
}

/** Every fault the schema found, in words. A message given in a schema is what the value should have been. */
export function schemaFaults(error: z.ZodError, value: unknown): Fault[] {
  return error.issues.flatMap((issue) => issueFaults(issue, [], value));
}

function issueFaults(issue: Issue, prefix: Path, root: unknown): Fault[] {
  const path = [...prefix, ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))];
  const value = valueAt(root, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey([...path, key], key, issue));
    case 'invalid_union':
      return unionFaults(issue, path, value, root);
    case 'invalid_value':
      return [choiceFault(path, issue.values.map(String), value)];
    case 'custom':
      return [customFault(path, issue, value)];
    default:
      return [{ path, expected: issue.message, found: describeFound(value) }];
  }
}

function unknownKey(path: Path, key: string, issue: Issue): Fault {
  const known = knownKeysOf(issue);
  return {
    path,
    atKey: true,
    expected: known.length > 1 ? `one of the keys ${listChoices(known)}` : `no key but ${listChoices(known)}`,
    found: describeFound(key),
    hint: suggest(key, known),
  };
}

const KEYS_PREFIX = 'keys: ';

/** An issue does not carry the keys its object knows, so `closedMapping` puts them into the message. */
function knownKeysOf({ message }: Issue): string[] {
  return message.startsWith(KEYS_PREFIX) ? message.slice(KEYS_PREFIX.length).split(' ') : [];
}

/** A mapping with these keys and no others; `what` completes "expected …" when something else stands there. */
export function closedMapping<S extends z.core.$ZodLooseShape>(
  what: string,
  shape: S,
): z.ZodObject<S, z.core.$strict> {
  const keys = Object.keys(shape).join(' ');
  return z.strictObject(shape, {
    error: ({ code }) => (code === 'unrecognized_keys' ? `${KEYS_PREFIX}${keys}` : what),
  });
}

const NAMES_COMPARED = 4;

/** A value that fits no branch of a union: speak of the branch it came nearest to, or of all when it resembles none. */
function unionFaults(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  path: Path,
  value: unknown,
  root: unknown,
): Fault[] {
  const keys = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
  const [nearest] = issue.errors
    .map((issues) => ({ issues, knownKeys: keys.length - unknownKeysIn(issues) }))
    .filter(({ knownKeys }) => knownKeys > 0)
    .sort((a, b) => b.knownKeys - a.knownKeys);
  if (nearest !== undefined) return nearest.issues.flatMap((one) => issueFaults(one, path, root));
  const choices = issue.message.match(/\w+/g) ?? [];
  const names = typeof value === 'string' ? [value] : keys.slice(0, NAMES_COMPARED);
  const [hint] = names.flatMap((name) => suggest(name, choices) ?? []);
  return [{ path, expected: issue.message, found: describeFound(value), hint }];
}

function unknownKeysIn(issues: readonly Issue[]): number {
  const ofTheWhole = issues.filter(({ path }) => path.length === 0);
  return ofTheWhole.reduce(
    (sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : Number.POSITIVE_INFINITY),
    0,
  );
}

function choiceFault(path: Path, choices: readonly string[], value: unknown): Fault {
  const hint = typeof value === 'string' ? suggest(value, choices) : undefined;
  return { path, expected: listChoices(choices), found: describeFound(value), hint };
}

function customFault(path: Path, issue: Extract<Issue, { code: 'custom' }>, value: unknown): Fault {
  const words = issue.params as FaultWords | undefined;
  return { path, expected: issue.message, found: describeFound(value), ...words };
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? (value as Record<string | number, unknown>)[key]
        : undefined,
    root,
  );
}

import { z } from 'zod';
import { UnreadableValue } from '../errors.js';
import type { FaultWords } from './schema-faults.js';
import { NAME_PATTERN } from './suggest.js';

/**
 * A text field with a reader of its own: the reader's expectation becomes the fault.
 * @param example what is expected when there is no text at all
 */
export function textField<T>(example: string, read: (text: string) => T) {
  return z.string({ error: example }).transform((text, context): T => {
    try {
      return read(text);
    } catch (error) {
      if (!(error instanceof UnreadableValue)) throw error;
      const { expected, found, hint } = error;
      context.addIssue({ code: 'custom', params: { expected, found, hint } satisfies FaultWords });
      return z.NEVER;
    }
  });
}

export const nameField = z.string({ error: 'a name (a number in quotes)' }).regex(NAME_PATTERN, {
  error: 'a name: up to 64 letters, digits, dots, dashes and underscores, the first a letter or digit',
});

/** A line of prose. */
export function proseField(what: string) {
  return z
    .string({ error: what })
    .trim()
    .min(1, { error: what })
    .max(500, { error: `${what} of at most 500 characters` });
}

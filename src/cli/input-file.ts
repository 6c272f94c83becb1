import { decodeText } from '../decode-text.js';
import { readAt } from '../errors.js';
import type { Files } from '../files/files.js';

/**
 * The text of a document.
 * @throws InputError when it cannot be read
 */
export function readInputFile(file: string, files: Pick<Files, 'readWhole'>): string {
  return textOf(file, files.readWhole(file));
}

/**
 * The text of the bytes of a file.
 * @throws InputError when they are no text
 */
export function textOf(file: string, bytes: Buffer): string {
  return readAt(file, () => decodeText(bytes));
}

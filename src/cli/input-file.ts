import type { Files } from '../files/files.js';

/**
 * The text of a document.
 * @throws InputError when it cannot be read
 */
export function readInputFile(file: string, files: Pick<Files, 'readWhole'>): string {
  return textOf(files.readWhole(file));
}

/** The text of a file's bytes, without the mark some editors put in front. */
export function textOf(bytes: Buffer): string {
  return bytes.toString('utf8').replace(/^\ufeff/, '');
}

import { readFileSync, statSync } from 'node:fs';
import { InputError } from '../errors.js';
import { readFault } from '../scenario/text-file.js';

/**
 * The text of a file of any size.
 * @throws InputError when it cannot be read
 */
export function readInputFile(file: string): string {
  return textOf(readInputBytes(file));
}

/**
 * A file of any size as it is.
 * @throws InputError when it cannot be read
 */
export function readInputBytes(file: string): Buffer {
  try {
    checkEnds(file, 'a file');
    return readFileSync(file);
  } catch (error) {
    throw readFault(file, error) ?? error;
  }
}

/** The text of a file's bytes, without the mark some editors put in front. */
export function textOf(bytes: Buffer): string {
  return bytes.toString('utf8').replace(/^\ufeff/, '');
}

/** Devices that end: the others may go on for ever. */
const ENDING_DEVICES = ['/dev/null', '/dev/stdin'];

/** @throws InputError when a file is a device that may never end */
export function checkEnds(file: string, expected: string): void {
  if (!statSync(file).isCharacterDevice() || ENDING_DEVICES.includes(file)) return;
  throw new InputError([{ where: file, expected, found: 'a device' }]);
}

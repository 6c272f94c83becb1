import { readFileSync } from 'node:fs';
import { InputError } from '../errors.js';

const READ_FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'a file that may not be read',
  EPERM: 'a file that may not be read',
  EISDIR: 'a directory',
  ENOTDIR: 'a path through something that is not a directory',
};

/** What is wrong with a file that cannot be read; `null` where that is not what went wrong. */
export function readFault(file: string, error: unknown): InputError | null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const found = READ_FAULTS[code];
  if (found === undefined) return null;
  return new InputError([{ where: file, expected: 'a file that can be read', found }]);
}

/** @throws InputError when the file cannot be read */
export function readInputFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw readFault(file, error) ?? error;
  }
}

import { closeSync, openSync, readSync } from 'node:fs';
import { InputError } from '../errors.js';

/** Far above any scenario or machine file; a larger file is something else. */
const FILE_MAX_BYTES = 4 * 2 ** 20;

/** @throws InputError when the file cannot be read or is not text */
export function readTextFile(file: string): string {
  const bytes = readBytes(file, FILE_MAX_BYTES + 1);
  const fault = (found: string) =>
    new InputError([{ where: file, expected: 'a YAML text file in UTF-8', found }]);
  if (bytes.length > FILE_MAX_BYTES) throw fault(`more than ${FILE_MAX_BYTES} bytes`);
  if (bytes.includes(0)) throw fault('a binary file');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw fault('bytes that are not UTF-8');
  }
}

const READ_FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'a file that may not be read',
  EPERM: 'a file that may not be read',
  EISDIR: 'a directory',
  ENOTDIR: 'a path through something that is not a directory',
  ENAMETOOLONG: 'a path that is too long',
  ELOOP: 'a loop of symbolic links',
};

/** Reads a file, a pipe or a device up to a bound: some never end. */
function readBytes(file: string, maxBytes: number): Buffer {
  try {
    const descriptor = openSync(file, 'r');
    try {
      return readUpTo(descriptor, maxBytes);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw readFault(file, error) ?? error;
  }
}

/** What is wrong with a file that cannot be read; `null` where that is not what went wrong. */
export function readFault(file: string, error: unknown): InputError | null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  // Codes of the system; those of Node's own checks (ERR_...) are faults of this program.
  if (!/^E[A-Z0-9]+$/.test(code)) return null;
  const found = READ_FAULTS[code] ?? `the error ${code}`;
  return new InputError([{ where: file, expected: 'a file that can be read', found }]);
}

function readUpTo(descriptor: number, maxBytes: number): Buffer {
  const chunks: Buffer[] = [];
  for (let left = maxBytes; left > 0; ) {
    const chunk = Buffer.alloc(Math.min(left, 65_536));
    const length = readSync(descriptor, chunk);
    if (length === 0) break;
    chunks.push(chunk.subarray(0, length));
    left -= length;
  }
  return Buffer.concat(chunks);
}

import { InputError } from '../errors.js';
import type { InputFiles } from '../files/files.js';

/** Far above any scenario or machine file; a larger file is something else. */
const FILE_MAX_BYTES = 4 * 2 ** 20;

/** @throws InputError when the file cannot be read or is not text */
export function readTextFile(file: string, files: InputFiles): string {
  const bytes = files.read(file, FILE_MAX_BYTES + 1);
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

import { decodeText } from '../decode-text.js';
import { inputFault, readAt } from '../errors.js';
import type { InputFiles } from '../files/files.js';

/** Far above any scenario or machine file; a larger file is something else. */
const FILE_MAX_BYTES = 4 * 2 ** 20;
const EXPECTED = 'a YAML text file in UTF-8';

/** @throws InputError when the file cannot be read or is not text */
export function readTextFile(file: string, files: InputFiles): string {
  const bytes = files.read(file, FILE_MAX_BYTES + 1);
  if (bytes.length > FILE_MAX_BYTES) throw inputFault(file, EXPECTED, `more than ${FILE_MAX_BYTES} bytes`);
  return readAt(file, () => decodeText(bytes, EXPECTED));
}

import { readFileSync, statSync } from 'node:fs';
import { InputError } from '../errors.js';
import { readFault } from '../scenario/text-file.js';

/**
 * The text of a file of any size.
 * @throws InputError when it cannot be read
 */
export function readInputFile(file: string): string {
  try {
    if (statSync(file).isCharacterDevice() && file !== '/dev/null' && file !== '/dev/stdin') {
      throw new InputError([{ where: file, expected: 'a file', found: 'a device' }]);
    }
    return readFileSync(file, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    throw readFault(file, error) ?? error;
  }
}

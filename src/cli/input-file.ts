import { readFileSync } from 'node:fs';
import { readFault } from '../scenario/text-file.js';

/**
 * The text of a file of any size.
 * @throws InputError when it cannot be read
 */
export function readInputFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw readFault(file, error) ?? error;
  }
}

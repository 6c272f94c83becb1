import { closeSync, openSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { InputError, WriteFault } from '../errors.js';

/**
 * Writes a finished text to a file, as a shell's `>` would: permissions, links and devices stay what they are.
 * @throws InputError when the file cannot be opened
 * @throws WriteFault when writing fails; a partial file is removed
 */
export function writeOutputFile(file: string, text: string): void {
  const descriptor = open(file);
  try {
    writeFileSync(descriptor, text);
  } catch (error) {
    if (statSync(file).isFile()) rmSync(file);
    throw new WriteFault(`could not write ${file}: ${messageOf(error)}`);
  } finally {
    closeSync(descriptor);
  }
}

function open(file: string): number {
  try {
    return openSync(file, 'w');
  } catch (error) {
    const [reason] = messageOf(error).split(',');
    throw new InputError([
      { where: '--output', expected: 'a file that can be written', found: `${file} (${reason})` },
    ]);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

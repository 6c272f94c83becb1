import { closeSync, openSync, realpathSync, rmSync, type Stats, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { InputError, messageOf, type ProblemList, WriteFault } from '../errors.js';

/** Ways to say stdout; opened as a file, it would be cut off where another program appends to it. */
export const STDOUT_NAMES = ['-', '/dev/stdout'];

/** A file that is written as a shell's `>` would: permissions, links and devices stay what they are. */
export class OutputFile {
  readonly #file: string;
  readonly #descriptor: number;

  /**
   * @param where what names the file on the command line
   * @throws InputError when the file cannot be opened
   */
  constructor(where: string, file: string) {
    this.#file = file;
    this.#descriptor = open(where, file, 'w');
  }

  /** @throws WriteFault when writing fails; a partial file is removed */
  write(text: string): void {
    try {
      writeFileSync(this.#descriptor, text);
    } catch (error) {
      if (statSync(this.#file).isFile()) rmSync(this.#file);
      throw new WriteFault(`could not write ${this.#file}: ${messageOf(error)}`);
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/**
 * Writes a finished text to a file.
 * @param where what names the file on the command line
 * @throws InputError when the file cannot be opened
 * @throws WriteFault when writing fails; a partial file is removed
 */
export function writeOutputFile(file: string, text: string, where = '--output'): void {
  const output = new OutputFile(where, file);
  try {
    output.write(text);
  } finally {
    output.close();
  }
}

/**
 * Finds out whether a file can be opened for writing, and leaves it as it is.
 * @throws InputError when it cannot
 */
export function checkOutputFile(where: string, file: string): void {
  const before = statOf(file);
  // Opening a pipe to close it again would end its reader.
  if (before !== null && !before.isFile() && !before.isDirectory()) return;
  closeSync(open(where, file, 'a'));
  if (before === null) rmSync(realpathSync(file));
}

/** Refuses outputs that would replace a file the command reads. */
export function refuseOverwriting(
  inputs: readonly string[],
  outputs: Readonly<Record<string, string | null>>,
  problems: ProblemList,
): void {
  for (const [where, output] of Object.entries(outputs)) {
    const input = inputs.find((file) => output !== null && statOf(file) !== null && isSameFile(file, output));
    if (input !== undefined) problems.add({ where, expected: 'another file than those read', found: input });
  }
}

/** Whether two paths lead to one regular file, be it there already or not. */
export function isSameFile(a: string, b: string): boolean {
  const [statA, statB] = [statOf(a), statOf(b)];
  if (statA === null || statB === null) return placeOf(a) === placeOf(b);
  return statA.isFile() && statA.dev === statB.dev && statA.ino === statB.ino;
}

/** `null` where nothing is, or nothing can be reached. */
function statOf(file: string): Stats | null {
  try {
    return statSync(file);
  } catch {
    return null;
  }
}

function placeOf(file: string): string {
  const path = resolve(file);
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    return path;
  }
}

function open(where: string, file: string, flags: 'w' | 'a'): number {
  try {
    return openSync(file, flags);
  } catch (error) {
    const [reason] = messageOf(error).split(',');
    throw new InputError([{ where, expected: 'a file that can be written', found: `${file} (${reason})` }]);
  }
}

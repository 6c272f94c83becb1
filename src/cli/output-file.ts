import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { InputError, WriteFault } from '../errors.js';

/** A file that is written as a shell's `>` would: permissions, links and devices stay what they are. */
export class OutputFile {
  readonly #file: string;
  readonly #descriptor: number;

  /** @throws InputError when the file cannot be opened */
  constructor(file: string) {
    this.#file = file;
    this.#descriptor = open(file);
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
 * @throws InputError when the file cannot be opened
 * @throws WriteFault when writing fails; a partial file is removed
 */
export function writeOutputFile(file: string, text: string): void {
  const output = new OutputFile(file);
  try {
    output.write(text);
  } finally {
    output.close();
  }
}

/**
 * Finds out before long work whether its output will have a place; touches nothing.
 * @throws InputError when the file could not be opened
 */
export function checkOutputFile(file: string): void {
  orRefuse(file, () => accessSync(existsSync(file) ? file : dirname(file), constants.W_OK));
}

function open(file: string): number {
  return orRefuse(file, () => openSync(file, 'w'));
}

function orRefuse<T>(file: string, use: () => T): T {
  try {
    return use();
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

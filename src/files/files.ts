import { constants } from 'node:buffer';
import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import { describeFound, type InputError, inputFault, systemCode } from '../errors.js';
import { OutputFile } from './output-file.js';
import { keysOf, keysOfStats, type Place, placeOf } from './place.js';

/** What reading and writing need of what runs them. */
export interface FileSurroundings {
  readonly readStdin: () => AsyncIterable<Uint8Array>;
  /** Calls a function before a signal or a fault ends the program. @returns what undoes that */
  readonly beforeEnd: (cleanUp: () => void) => () => void;
}

/** Enough for files that come with the program. */
const NO_PROCESS: FileSurroundings = {
  readStdin: () => {
    throw new Error('there is no stdin here');
  },
  beforeEnd: () => () => {},
};

/** What code gets that only reads files. */
export type InputFiles = Pick<Files, 'read'>;

/** What stands for stdin where the path of a file may stand. */
export const STDIN_NAME = '-';
const STDIN = 0;
const STDOUT = 1;

/**
 * Reads and writes the files that a command line names. It refuses to write a file that is read, and to write two outputs to one
 * file, whatever paths and links lead there. The order does not matter.
 */
export class Files {
  readonly #surroundings: FileSurroundings;
  /** Keys of the files that were read, each with the path as typed. */
  readonly #inputs = new Map<string, string>();
  /** Keys of the files to write, each with the option that names the file. */
  readonly #outputs = new Map<string, string>();
  /** Outputs with something to discard. */
  readonly #opened = new Set<OutputFile>();
  #leaveEnd = () => {};
  #stdin: Buffer | null = null;
  /** What came through pipes, by device and inode. */
  readonly #piped = new Map<string, Buffer>();

  constructor(surroundings: FileSurroundings = NO_PROCESS) {
    this.#surroundings = surroundings;
  }

  /**
   * The first bytes of a file, a pipe or a device; `-` is stdin.
   * @throws InputError when it cannot be read, or is to be written
   */
  read(file: string, maxBytes: number): Buffer {
    if (file === STDIN_NAME) return this.#stdinBytes().subarray(0, maxBytes);
    return this.#withOpened(file, (descriptor) => this.#bytesOf(descriptor, maxBytes));
  }

  /**
   * All bytes of a file or a pipe of which a text can be made; `-` is stdin.
   * @throws InputError when it cannot be read, or is to be written
   */
  readWhole(file: string): Buffer {
    if (file === STDIN_NAME) return wholeOf(file, this.#stdinBytes());
    return this.#withOpened(file, (descriptor) => {
      checkEnds(file, descriptor);
      return wholeOf(file, readUpTo(descriptor, WHOLE_MAX_BYTES + 1));
    });
  }

  /**
   * The bytes of a file or a pipe as they come; `-` is stdin.
   * @throws InputError when it cannot be read, or is to be written
   */
  async *stream(file: string): AsyncIterable<Uint8Array> {
    try {
      yield* file === STDIN_NAME ? this.#stdinChunks() : this.#chunksOf(file);
    } catch (error) {
      throw readFault(file, error);
    }
  }

  /**
   * Something to write to.
   * @param where what names it on the command line
   * @returns `null` where it is stdout
   * @throws InputError when it cannot be written, was read, or is another output, too
   */
  output(where: string, file: string): OutputFile | null {
    if (file === '') throw inputFault(where, 'the path of a file', 'nothing');
    if (isStdout(file)) return null;
    return new OutputFile(where, file, {
      claim: (place) => this.#claim(where, file, place),
      begin: (output) => this.#begin(output),
      end: (output) => this.#end(output),
    });
  }

  /** @throws InputError when stdout goes to a file that was read */
  checkStdout(): void {
    for (const key of stdoutKeys()) {
      const input = this.#inputs.get(key);
      if (input !== undefined) throw readBefore('stdout', input);
    }
  }

  /** Gives up all outputs that are not finished: their files stay what they were. */
  discard(): void {
    for (const output of this.#opened) output.discard();
  }

  #begin(output: OutputFile): void {
    if (this.#opened.size === 0) this.#leaveEnd = this.#surroundings.beforeEnd(() => this.discard());
    this.#opened.add(output);
  }

  #end(output: OutputFile): void {
    this.#opened.delete(output);
    if (this.#opened.size === 0) this.#leaveEnd();
  }

  #stdinChunks(): AsyncIterable<Uint8Array> {
    this.#noteStdin();
    return this.#surroundings.readStdin();
  }

  /** Stdin can be read once, but a command may look at its file twice. */
  #stdinBytes(): Buffer {
    this.#noteStdin();
    this.#stdin ??= this.#bytesOf(STDIN, WHOLE_MAX_BYTES + 1);
    return this.#stdin;
  }

  /** The same holds for what comes through any pipe, by whatever names. */
  #bytesOf(descriptor: number, maxBytes: number): Buffer {
    const stats = fstatSync(descriptor, { bigint: true });
    if (stats.isFile()) return readUpTo(descriptor, maxBytes);
    const pipe = `${stats.dev}:${stats.ino}`;
    const bytes = this.#piped.get(pipe) ?? readUpTo(descriptor, maxBytes);
    this.#piped.set(pipe, bytes);
    return bytes.subarray(0, maxBytes);
  }

  #noteStdin(): void {
    this.#noteRead('stdin', keysOfStats(fstatSync(STDIN, { bigint: true })));
  }

  #chunksOf(file: string): AsyncIterable<Uint8Array> {
    const descriptor = this.#openToRead(file);
    checkEnds(file, descriptor);
    return createReadStream(file, { fd: descriptor });
  }

  #withOpened<T>(file: string, read: (descriptor: number) => T): T {
    try {
      const descriptor = this.#openToRead(file);
      try {
        return read(descriptor);
      } finally {
        closeSync(descriptor);
      }
    } catch (error) {
      throw readFault(file, error);
    }
  }

  #openToRead(file: string): number {
    const descriptor = openSync(file, 'r');
    try {
      const stats = fstatSync(descriptor, { bigint: true });
      this.#noteRead(file, [...keysOfStats(stats), ...keysOf(placeOf(file))]);
      return descriptor;
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  }

  #noteRead(file: string, keys: readonly string[]): void {
    for (const key of keys) {
      const where = this.#outputs.get(key);
      if (where !== undefined) throw readBefore(where, file);
      this.#inputs.set(key, file);
    }
  }

  #claim(where: string, file: string, place: Place): void {
    for (const key of keysOf(place)) {
      const input = this.#inputs.get(key);
      if (input !== undefined) throw readBefore(where, input);
      // Replacing the file that stdout goes to would lose what is written there.
      const isStdout = place.kind === 'file' && stdoutKeys().includes(key);
      const other = isStdout ? 'stdout' : (this.#outputs.get(key) ?? where);
      if (other !== where) throw inputFault(where, `another file than ${other}`, describeFound(file));
    }
    for (const key of keysOf(place)) this.#outputs.set(key, where);
  }
}

function readBefore(where: string, input: string): InputError {
  return inputFault(where, 'another file than those read', input);
}

/** What a file that stdout goes to is known by. */
function stdoutKeys(): string[] {
  return keysOfStats(fstatSync(STDOUT, { bigint: true }));
}

function isStdout(file: string): boolean {
  if (file === '-') return true;
  try {
    const place = placeOf(file);
    return place.kind === 'descriptor' && place.descriptor === STDOUT;
  } catch {
    return false;
  }
}

/** Other devices may never end. */
const ENDING_DEVICES = ['/dev/null', '/dev/stdin'];

/** @throws InputError when a file is a device that may never end */
function checkEnds(file: string, descriptor: number): void {
  if (!fstatSync(descriptor).isCharacterDevice() || ENDING_DEVICES.includes(file)) return;
  throw inputFault(file, 'a file or a pipe', 'a device');
}

/** A text can be made of that many bytes. */
const WHOLE_MAX_BYTES = constants.MAX_STRING_LENGTH;

function wholeOf(file: string, bytes: Buffer): Buffer {
  if (bytes.length <= WHOLE_MAX_BYTES) return bytes;
  throw inputFault(file, 'a file of at most half a gigabyte', 'more');
}

function readUpTo(descriptor: number, maxBytes: number): Buffer {
  const chunks: Buffer[] = [];
  for (let left = maxBytes; left > 0; ) {
    const chunk = Buffer.alloc(Math.min(left, CHUNK_BYTES));
    const length = readSync(descriptor, chunk);
    if (length === 0) break;
    chunks.push(chunk.subarray(0, length));
    left -= length;
  }
  return Buffer.concat(chunks);
}

const CHUNK_BYTES = 65_536;

const READ_FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'a file that may not be read',
  EPERM: 'a file that may not be read',
  EISDIR: 'a directory',
  ENOTDIR: 'a path through something that is not a directory',
  ENAMETOOLONG: 'a path that is too long',
  ELOOP: 'a loop of symbolic links',
};

/** An error of the system becomes one of the input; other errors stay what they are. */
function readFault(file: string, error: unknown): unknown {
  const code = systemCode(error);
  if (code === null) return error;
  return inputFault(file, 'a file that can be read', READ_FAULTS[code] ?? `the error ${code}`);
}

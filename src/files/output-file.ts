import { InputError, messageOf, systemCode, WriteFault } from '../errors.js';
import { type Place, placeOf } from './place.js';
import { type Content, checkWritable, NoFileBeside, openSink, type Sink, writeWhole } from './sink.js';

/** What an output needs of the other files of the command line. */
export interface OutputSurroundings {
  /** @throws InputError where the place is that of a file that was read or of another output */
  readonly claim: (place: Place) => void;
  /** Called when the output has something to discard. */
  readonly begin: (output: OutputFile) => void;
  /** Called when it no longer has. */
  readonly end: (output: OutputFile) => void;
}

/** Something to write to that the user has named. A file is replaced as a whole when the output is finished, or stays what it was. */
export class OutputFile {
  readonly #where: string;
  readonly #file: string;
  readonly #surroundings: OutputSurroundings;
  #sink: Sink | null = null;

  /**
   * @param where what names the file on the command line
   * @throws InputError when it cannot be written
   */
  constructor(where: string, file: string, surroundings: OutputSurroundings) {
    this.#where = where;
    this.#file = file;
    this.#surroundings = surroundings;
    this.#opening(() => checkWritable(this.#claimedPlace()));
  }

  /**
   * Puts something in place of the file.
   * @throws InputError when it cannot be opened
   * @throws WriteFault when that fails; a file is then what it was before
   */
  replace(content: Content): void {
    this.write(content);
    this.finish();
  }

  /**
   * Adds to what will be in the file.
   * @returns whether somebody still reads it
   * @throws InputError when it cannot be opened
   * @throws WriteFault when writing fails; a file is then what it was before
   */
  write(content: Content): boolean {
    const { descriptor } = this.#opened();
    return this.#writing(() => writeWhole(descriptor, content));
  }

  /**
   * Puts what was written in place of the file.
   * @throws InputError when it cannot be opened
   * @throws WriteFault when that fails; a file is then what it was before
   */
  finish(): void {
    const sink = this.#opened();
    this.#writing(() => {
      // Links may have changed since it was opened.
      this.#claimedPlace();
      sink.finish();
    });
    this.#forget();
  }

  /** Leaves a file as it was before. */
  discard(): void {
    this.#sink?.discard();
    this.#forget();
  }

  #claimedPlace(): Place {
    const place = placeOf(this.#file);
    this.#surroundings.claim(place);
    return place;
  }

  #opened(): Sink {
    if (this.#sink !== null) return this.#sink;
    this.#sink = this.#opening(() => openSink(this.#claimedPlace()));
    this.#surroundings.begin(this);
    return this.#sink;
  }

  #forget(): void {
    this.#sink = null;
    this.#surroundings.end(this);
  }

  #opening<T>(open: () => T): T {
    try {
      return open();
    } catch (error) {
      const code = systemCode(error);
      if (code === null) throw error;
      if (SYSTEM_FAULTS.includes(code)) throw this.#fault(error);
      const [reason] = messageOf(error).split(',');
      const found = `${this.#file} (${reason})`;
      const problem = { where: this.#where, expected: 'a file that can be written', found };
      throw new InputError([error instanceof NoFileBeside ? { ...problem, hint: IN_PLACE } : problem]);
    }
  }

  #writing<T>(write: () => T): T {
    try {
      return write();
    } catch (error) {
      this.discard();
      throw systemCode(error) === null ? error : this.#fault(error);
    }
  }

  #fault(error: unknown): WriteFault {
    // What follows is the name of a file that is no longer there.
    const [reason] = messageOf(error).split(" '");
    return new WriteFault(`could not write ${this.#file}: ${reason}`);
  }
}

/** Errors of opening that say nothing about the path. */
const SYSTEM_FAULTS = ['ENOSPC', 'EDQUOT', 'EIO', 'EMFILE', 'ENFILE'];

const IN_PLACE =
  'A file is replaced as a whole by a new one made in its folder, which is not possible there. To write it in place: > FILE';

import { looksRelevant } from './line-kinds.js';
import type { LogLine } from './log-lines.js';

const TEXT_FIELD = /^\s*"(?:[^"\\]|\\.)*"\s*:\s*"(.*)"\s*,?\s*$/;
const OTHER_FIELD = /^\s*"(?:[^"\\]|\\.)*"\s*:\s*[^\s{[]/;

/** Loggers keep a message as it came beside what they made of it: tells which fields of JSON over several lines repeat another. */
export class ObjectFields {
  /** What the fields of an object have said. */
  #told: string[] = [];

  /** Whether the next line has to be seen whatever it holds. */
  get wantsNext(): boolean {
    return this.#told.length > 0;
  }

  /** Whether a line is a field with a message that another field of its object has told. */
  repeats({ text }: LogLine): boolean {
    const [, value] = TEXT_FIELD.exec(text) ?? [];
    if (value === undefined) {
      if (this.#told.length > 0 && !OTHER_FIELD.test(text)) this.#told = [];
      return false;
    }
    if (!looksRelevant(value)) return false;
    if (this.#told.some((told) => told.includes(value) || value.includes(told))) return true;
    this.#told.push(value);
    return false;
  }
}

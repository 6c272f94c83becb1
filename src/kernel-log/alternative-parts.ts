import { looksRelevant } from './line-kinds.js';
import type { LogLine } from './log-lines.js';

const ALTERNATIVE = /^content-type:\s*multipart\/alternative\b/i;
const BOUNDARY = /\bboundary=(?:"([^"]+)"|([^\s;"]+))/i;
const PART_TYPE = /^content-type:\s*(\S+?);?(?:\s|$)/i;
/** A mail among several. */
const MAIL = /^From \S+ /;

/** Mails say the same as text and as HTML: tells which of these parts are to be read. */
export class AlternativeParts {
  /** The boundary of the parts; `null` outside of them, empty while the header has not named it. */
  #boundary: string | null = null;
  #type = '';
  /** The part that has said something. */
  #read: string | null = null;

  /** Whether the next line has to be seen whatever it holds. */
  get wantsNext(): boolean {
    return this.#boundary !== null;
  }

  /** Whether a line is of a part whose content another one has told. */
  repeats({ text }: LogLine): boolean {
    if (ALTERNATIVE.test(text)) [this.#boundary, this.#type, this.#read] = ['', '', null];
    if (this.#boundary === null) return false;
    if (this.#boundary === '') this.#readHeader(text);
    else if (text.startsWith(`--${this.#boundary}--`) || MAIL.test(text)) this.#boundary = null;
    else {
      this.#type = PART_TYPE.exec(text)?.[1] ?? this.#type;
      if (this.#read !== null) return this.#type !== this.#read && this.#type.startsWith('text/');
      if (looksRelevant(text)) this.#read = this.#type;
    }
    return false;
  }

  #readHeader(text: string): void {
    const [, quoted, bare] = BOUNDARY.exec(text) ?? [];
    // Without a boundary the header is over with the first empty line.
    this.#boundary = quoted ?? bare ?? (text.trim() === '' ? null : '');
  }
}

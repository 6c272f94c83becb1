import type { LogLine } from './log-lines.js';

const HEADER = /^[\s>]*content-transfer-encoding:\s*"?(quoted-printable|base64)\b/i;
const BASE64_LINE = /^[\s>]*([A-Za-z0-9+/]{2,}={0,2})\s*$/;
/** Where a part of a mail, or a mail among several, ends. */
const PART_END = /^--\S|^From \S+ |^[\s>]*content-transfer-encoding:/i;
const LINE_FEED = 10;
/** Far above any line; a longer one goes on as if it began there. */
const LINE_MAX_BYTES = 16_384;

/** Undoes the encodings in which mails carry their text, where a header names them. */
export class TransferDecoder {
  #encoding: 'none' | 'quoted-printable' | 'base64' = 'none';
  #isInHeader = false;
  /** What has been decoded of a line that is not over. */
  #open: { readonly number: number; bytes: Buffer } | null = null;
  readonly #decoder = new TextDecoder();

  /** Whether the next line has to be read whatever it holds. */
  get wantsNext(): boolean {
    return this.#encoding !== 'none';
  }

  *read(line: LogLine): Generator<LogLine> {
    const [, named] = HEADER.exec(line.text) ?? [];
    if (this.#encoding === 'none' && named === undefined) {
      yield line;
      return;
    }
    if (named !== undefined || PART_END.test(line.text)) {
      yield* this.finish();
      this.#encoding = named === undefined ? 'none' : encodingOf(named);
      this.#isInHeader = true;
      yield line;
    } else if (this.#isInHeader) {
      this.#isInHeader = line.text.trim() !== '';
      yield line;
    } else if (this.#encoding === 'base64') yield* this.#readBase64(line);
    else yield* this.#readQuotedPrintable(line);
  }

  /** What is left when no further line can belong to it; it is not known to be whole. */
  *finish(): Generator<LogLine> {
    const open = this.#open;
    this.#open = null;
    if (open !== null && open.bytes.length > 0) yield this.#line(open.number, open.bytes, 'end of log');
  }

  *#readBase64(line: LogLine): Generator<LogLine> {
    const [, digits] = BASE64_LINE.exec(line.text) ?? [];
    if (digits === undefined) {
      yield* this.finish();
      yield line;
      return;
    }
    let rest = Buffer.concat([this.#open?.bytes ?? Buffer.alloc(0), Buffer.from(digits, 'base64')]);
    let number = this.#open?.number ?? line.number;
    for (let end = rest.indexOf(LINE_FEED); end >= 0; end = rest.indexOf(LINE_FEED)) {
      yield this.#line(number, rest.subarray(0, end), 'line end');
      rest = rest.subarray(end + 1);
      number = line.number;
    }
    if (rest.length > LINE_MAX_BYTES) {
      yield this.#line(number, rest, 'piece');
      rest = Buffer.alloc(0);
    }
    this.#open = { number, bytes: rest };
  }

  *#readQuotedPrintable(line: LogLine): Generator<LogLine> {
    const isSoft = /=[ \t]*$/.test(line.text);
    const bytes = Buffer.concat([this.#open?.bytes ?? Buffer.alloc(0), unquoted(line.text)]);
    const number = this.#open?.number ?? line.number;
    if (isSoft && bytes.length <= LINE_MAX_BYTES) {
      this.#open = { number, bytes };
      return;
    }
    this.#open = null;
    yield this.#line(number, bytes, isSoft ? 'piece' : line.end);
  }

  #line(number: number, bytes: Buffer, end: LogLine['end']): LogLine {
    return { number, text: this.#decoder.decode(bytes).replace(/\r+$/, ''), width: bytes.length, end };
  }
}

function encodingOf(name: string): 'quoted-printable' | 'base64' {
  return name.toLowerCase() === 'base64' ? 'base64' : 'quoted-printable';
}

function unquoted(text: string): Buffer {
  const plain = text.replace(/[ \t]+$/, '').replace(/=$/, '');
  const parts = plain.split(/((?:=[0-9A-Fa-f]{2})+)/);
  return Buffer.concat(
    parts.map((part, i) => (i % 2 === 0 ? Buffer.from(part) : Buffer.from(part.replaceAll('=', ''), 'hex'))),
  );
}

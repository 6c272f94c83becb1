/** A line of a log, or a piece of one that is longer than any a kernel prints. */
export interface LogLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  /** How many bytes it has. */
  readonly width: number;
  /** How it ends: by a line end, as a piece that the next one continues, or with the log. */
  readonly end: 'line end' | 'piece' | 'end of log';
}

/** What a line that is read has, unless it follows on one. The kernel prints these as they stand here. */
const TRIGGERS = [
  ...['RMP', 'SNP', 'Memory @', 'tsc', 'TSC', 'Linux version', '-- Boot', '-- Reboot'],
  ...['dropped', 'Missed ', 'uppressed', 'messages lost', 'overrun', 'repeated '],
  ...['lockup', 'LOCKUP', 'stall', 'CSD lock', 'blocked for'],
  ...['ransfer-', 'RANSFER-', 'ultipart/', '"MESSAGE"'],
];

/** Longer lines come in pieces. */
const PIECE_MAX_BYTES = 16_384;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** Lines of equal width that are the longest of a log say that it was cut there. */
const CUT_LINES_MIN = 3;

/** Cuts bytes in UTF-8 into lines and passes over those that cannot matter, in memory that does not grow with the log. */
export class LogLines {
  readonly #decoder = new TextDecoder();
  #carried = Buffer.alloc(0);
  #number = 1;
  /** Whether a line end that is only a carriage return may be followed by the line feed that belongs to it. */
  #isLineOpen = false;
  #widest = 0;
  #widestLines = 0;
  /** The width of the widest line that was not passed over. */
  #widestRead = 0;
  /** Whether the next line is wanted whatever it holds. */
  wantsNext = false;

  /** Lines begun so far. */
  get count(): number {
    return this.#isLineOpen || this.#carried.length > 0 ? this.#number : this.#number - 1;
  }

  /** The column at which all lines were cut, if some program has done so; else `null`. */
  get cutWidth(): number | null {
    return this.#widestLines >= CUT_LINES_MIN && this.#widestRead <= this.#widest ? this.#widest : null;
  }

  *push(chunk: Buffer): Generator<LogLine> {
    const bytes = this.#carried.length === 0 ? chunk : Buffer.concat([this.#carried, chunk]);
    const search = new TriggerSearch(bytes.toString('latin1'));
    const ends = new LineEnds(bytes);
    let from = 0;
    for (let at = ends.after(from); at !== null; at = ends.after(from)) {
      const next = ends.next;
      if (this.wantsNext || search.isBefore(from, at)) yield this.#line(bytes, from, at, 'line end');
      else this.#passOver(at - from);
      this.#number++;
      this.#isLineOpen = false;
      from = next;
    }
    while (bytes.length - from > PIECE_MAX_BYTES) {
      const at = characterStart(bytes, from + PIECE_MAX_BYTES);
      if (this.wantsNext || search.isBefore(from, at + OVERLAP_BYTES))
        yield this.#line(bytes, from, at, 'piece');
      this.#isLineOpen = true;
      from = at;
    }
    this.#carried = Buffer.from(bytes.subarray(from));
  }

  *finish(): Generator<LogLine> {
    const bytes = this.#carried;
    if (bytes.length === 0) return;
    const isEnded = bytes.at(-1) === CARRIAGE_RETURN;
    const at = isEnded ? bytes.length - 1 : bytes.length;
    if (this.wantsNext || new TriggerSearch(bytes.toString('latin1')).isBefore(0, at))
      yield this.#line(bytes, 0, at, isEnded ? 'line end' : 'end of log');
  }

  #line(bytes: Buffer, from: number, to: number, end: LogLine['end']): LogLine {
    const text = this.#decoder.decode(bytes.subarray(from, to));
    this.#widestRead = Math.max(this.#widestRead, to - from);
    return { number: this.#number, text, width: to - from, end };
  }

  #passOver(width: number): void {
    if (width > this.#widest) [this.#widest, this.#widestLines] = [width, 0];
    if (width === this.#widest) this.#widestLines++;
  }
}

/** The ends of lines: a line feed, carriage returns and a line feed, or a carriage return alone. */
class LineEnds {
  readonly #bytes: Buffer;
  #feed = -1;
  #carriage = -1;
  /** Where the line after the end found last begins. */
  next = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Where the line that begins at `from` ends; `null` where that is not to be seen yet. */
  after(from: number): number | null {
    const { length } = this.#bytes;
    if (this.#feed < from) this.#feed = placeOf(this.#bytes.indexOf(LINE_FEED, from), length);
    if (this.#carriage < from) this.#carriage = placeOf(this.#bytes.indexOf(CARRIAGE_RETURN, from), length);
    const at = Math.min(this.#feed, this.#carriage);
    let next = at;
    while (this.#bytes[next] === CARRIAGE_RETURN) next++;
    // The line feed of a carriage return may be yet to come.
    if (next >= length) return null;
    this.next = this.#bytes[next] === LINE_FEED ? next + 1 : next;
    return at;
  }
}

function placeOf(found: number, length: number): number {
  return found < 0 ? length : found;
}

/** A trigger may be cut in two where a long line is. */
const OVERLAP_BYTES = 16;

/** No character is cut in two. */
function characterStart(bytes: Buffer, at: number): number {
  let start = at;
  while (((bytes[start] ?? 0) & 0xc0) === 0x80 && at - start < 4) start--;
  return start;
}

/** Where the next trigger of each kind is; places only grow. */
class TriggerSearch {
  readonly #text: string;
  readonly #next: number[];
  #nearest = -1;

  constructor(text: string) {
    this.#text = text;
    this.#next = TRIGGERS.map(() => -1);
  }

  /** Whether one begins from `from` on, before `to`. */
  isBefore(from: number, to: number): boolean {
    if (this.#nearest < from) this.#advance(from);
    return this.#nearest < to;
  }

  #advance(from: number): void {
    let nearest = Number.POSITIVE_INFINITY;
    for (const [i, trigger] of TRIGGERS.entries()) {
      let at = this.#next[i] ?? -1;
      if (at < from) {
        const found = this.#text.indexOf(trigger, from);
        at = found < 0 ? Number.POSITIVE_INFINITY : found;
        this.#next[i] = at;
      }
      nearest = Math.min(nearest, at);
    }
    this.#nearest = nearest;
  }
}

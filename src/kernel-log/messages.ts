import type { LineEnding } from './cut-lines.js';
import {
  type FactName,
  type LineFacts,
  type LineKind,
  looksRelevant,
  type Recognized,
} from './line-kinds.js';
import { type Prefix, readPrefix } from './log-prefix.js';
import {
  headBegunAtEnd,
  JOINT,
  type Match,
  matchMessage,
  mayFollowNumber,
  nextHead,
} from './message-pattern.js';
import type { PlainLine } from './plain-lines.js';

/** Where a message stands. */
export interface Place extends Prefix {
  /** Of the line it begins in, from 1. */
  readonly line: number;
  /** The text of that line. */
  readonly text: string;
  /** How often it is quoted. */
  readonly depth: number;
}

/** A message that is understood, in whole or in part. */
export interface FoundMessage extends Place, Recognized {
  /** How often it was printed: more than once where a logger counts repetitions. */
  readonly times: number;
  /** How many characters of a line it has where it is whole; else 0. */
  readonly reach: number;
  /** How its line ends where its last figure ends with the line; else `null`. */
  readonly ending: LineEnding | null;
  /** What is said of the rest where it is not all there. */
  readonly lacks: FoundNote | null;
}

/** A line, or a part of one, that cannot be used, and why. */
export interface FoundNote extends Place {
  readonly reason: string;
  /** How its line ends where that was cut off within a message; else `null`. */
  readonly cut: LineEnding | null;
  /** Whether it is one of many lines of a sweep, which lacks it then. */
  readonly isOfSweep: boolean;
}

export type Found = FoundMessage | FoundNote;

/** A list of the CPUs of a large host takes many lines, other messages a few. */
const TEXT_MAX_LENGTH = 65_536;
const BREAKS_MAX = 5;

/** A message in the text of a line, or of several as long as it may go on in the next. */
interface Open {
  readonly line: PlainLine;
  readonly last: PlainLine;
  readonly text: string;
  /** Where in the text the message begins. */
  readonly at: number;
  readonly match: Match;
  readonly place: Place;
  readonly times: number;
  /** The widths of the lines before the last one. */
  readonly widths: readonly number[];
}

/** Finds messages by their own words, whatever stands in front of them and wherever lines were broken. */
export class MessageFinder {
  #open: Open | null = null;
  /** A line that ends where its message would begin. */
  #lead: PlainLine | null = null;
  /** A line that ends within the first words of its message. */
  #begun: PlainLine | null = null;
  /** Widths of lines that were broken within a word. */
  readonly brokenWidths = new Set<number>();

  /** Whether the next line has to be read whatever it holds. */
  get wantsNext(): boolean {
    return this.#open !== null || this.#begun !== null;
  }

  *read(plain: PlainLine): Generator<Found> {
    const own = withoutSoftBreak(plain);
    const line = continued(this.#begun, own);
    if (line === own) yield* this.#closeBegun();
    else this.#begun = null;
    const open = this.#open;
    if (open !== null) {
      if (NOTHING.test(line.text) && !listMayGoOn(open, line.text)) {
        const isCutOff = line.end === 'end of log' && !/[}\]]\s*$/.test(line.text);
        if (isCutOff) this.#open = { ...open, last: line };
        return;
      }
      this.#open = null;
      const joined = joinedTo(open, line);
      if (joined !== null) {
        if (!isBrokenAtSpace(open, joined)) this.brokenWidths.add(open.last.width);
        yield* this.#take(joined);
        return;
      }
      yield closed(open, line);
    }
    yield* this.#scan(line, line.text, 0, '');
    this.#lead = LEAD.test(line.text) ? line : null;
    if (this.#open === null && headBegunAtEnd(line.text) !== null) this.#begun = line;
  }

  /** What is left when no further line can belong to it. */
  *finish(): Generator<Found> {
    const open = this.#open;
    this.#open = null;
    if (open !== null) yield closed(open, null);
    yield* this.#closeBegun();
  }

  *#closeBegun(): Generator<Found> {
    if (this.#begun !== null) yield note(placeOf(this.#begun, this.#begun.text, ''), 'cut off');
    this.#begun = null;
  }

  *#scan(line: PlainLine, text: string, from: number, host: string): Generator<Found> {
    if (from === 0 && REMARK.test(text)) {
      yield* remark(line, text);
      return;
    }
    for (let at = nextHead(text, from); at !== null; at = nextHead(text, at + 1)) {
      const match = matchMessage(text, at);
      if (match === null || isMention(match)) continue;
      const front = text.slice(from, at);
      const lead = this.#lead;
      const isLed = lead !== null && lead.number === line.number - 1 && /^[\s>|]*$/.test(front);
      const place = placeOf(line, isLed ? lead.text : front, host);
      yield* this.#take({ line, last: line, text, at, match, place, times: timesIn(front), widths: [] });
      return;
    }
    if (from === 0 && looksRelevant(text)) yield note(placeOf(line, text, host), 'not understood');
  }

  /** A message, and what stands behind it in its line. */
  *#take(open: Open): Generator<Found> {
    const { match, last, text, place } = open;
    if (isUnfinished(match)) {
      this.#open = { ...open, text: text.trimEnd() };
      return;
    }
    yield foundIn(open);
    yield* this.#scan(
      { ...last, text: text.slice(text.lastIndexOf(JOINT) + 1) },
      text,
      match.end,
      place.host,
    );
  }
}

/** What stands in front of a message whose words were moved to the next line. */
const LEAD = /(?:SEV-SNP|kernel):\s*$/;

/** Lines that only space out, quote or bracket those with text. */
const NOTHING = /^[^\p{L}\p{N}]*$/u;

/** Whether a list of CPUs may go on with the mark or, if it has gone on already, the digits in front of a line. */
function listMayGoOn({ match, line, widths }: Open, next: string): boolean {
  if (match.facts.list === undefined) return false;
  const rest = next.replace(QUOTES, '');
  if (LIST_GOES_ON.test(rest)) return true;
  // Its own line and the next may both begin with a date.
  const begins = (text: string) => text.slice(0, 4).replace(/\d/g, '0');
  return widths.length > 0 && /^\d/.test(rest) && begins(rest) !== begins(line.text.replace(QUOTES, ''));
}

/** A line with the one before, if that ends within the first words of a message and this has the rest of them. */
function continued(begun: PlainLine | null, line: PlainLine): PlainLine {
  const at = begun === null ? null : headBegunAtEnd(begun.text);
  if (begun === null || at === null) return line;
  const more = line.text.replace(QUOTES, '');
  const texts = [`${begun.text}${more}`, `${begun.text} ${more}`];
  const text = texts.find((one) => nextHead(one, at) === at);
  return text === undefined ? line : { ...line, number: begun.number, text };
}

/** What quoted-printable and shells put where they break a line. */
const SOFT_BREAK = /[=\\]$/;

function withoutSoftBreak(line: PlainLine): PlainLine {
  const text = line.text.trimEnd();
  return SOFT_BREAK.test(text) ? { ...line, text: text.slice(0, -1), end: 'piece' } : line;
}

/** People comment logs, and comment lines out. */
const REMARK = /^[\s>|]*#(?:[\s!#]|$)/;

function* remark(line: PlainLine, text: string): Generator<Found> {
  const at = nextHead(text, 0);
  const facts = at === null ? undefined : matchMessage(text, at)?.facts;
  if ((facts?.ns ?? facts?.cycles ?? facts?.localNs) !== undefined)
    yield note(placeOf(line, '', ''), 'a remark, since its line begins with #');
}

/** The first words of a message alone are none. */
function isMention({ state, facts, uncertain }: Match): boolean {
  return state === 'broken' && uncertain.length === 0 && Object.keys(facts).length === 0;
}

function isUnfinished({ state }: Match): boolean {
  return state === 'open' || state === 'line end';
}

/** A message with one more line; `null` where that is no part of it. */
function joinedTo(open: Open, line: PlainLine): Open | null {
  const { match, at, widths, last, text: before } = open;
  const more = line.text.replace(QUOTES, '');
  const isList = match.facts.list !== undefined || match.uncertain.includes('list');
  // Where a figure ends a message, more digits may be anything.
  if (match.state === 'line end' && !isList) return null;
  if (isList ? !LIST.test(more) : widths.length >= BREAKS_MAX) return null;
  const text = `${before}${JOINT}${more}`;
  const joined = text.length > TEXT_MAX_LENGTH ? null : matchMessage(text, at);
  if (joined === null || joined.end <= before.length + 1 || joined.state === 'broken') return null;
  const added = text.slice(before.length + 1, joined.end);
  // The word that also begins the line of the message stands in front of all of them.
  const [first = ''] = /^\w+/.exec(open.line.text.replace(QUOTES, '')) ?? [];
  if (first === added.trim()) return null;
  // A number at the beginning of a line that goes on may be part of what stands in front of the next message.
  if (/^\d+$/.test(added) && joined.state === 'whole') return null;
  return { ...open, last: line, text, match: joined, widths: [...widths, last.width] };
}

/** Whether the line that a message was joined to may have ended where a word does. */
function isBrokenAtSpace(before: Open, { text, at, match }: Open): boolean {
  const length = before.text.length;
  const spaced = matchMessage(`${before.text} ${text.slice(length + 1)}`, at);
  return spaced !== null && spaced.end >= match.end;
}

const QUOTES = /^(?:\s*[>|])*\s*/;
const LIST_GOES_ON = /^(?:,|-\w)/;
const LIST = /^(?:none|[\d,\s-]+)$/;

/** What an open message tells when the next line is no part of it. */
function closed(open: Open, next: PlainLine | null): Found {
  const { match, last } = open;
  if (match.state !== 'line end') return foundIn(open);
  if (last.end !== 'line end') return foundIn(open, LAST_MAY_BE_CUT);
  const isDoubtful = next !== null && mayGoOn(open, next.text);
  return foundIn(open, isDoubtful ? 'its last figure may go on in the next line' : null);
}

const LAST_MAY_BE_CUT = 'its line has no end, so its last figure may be cut off';

/** Whether a line may begin with the rest of the figure at the end of the line before. */
function mayGoOn(open: Open, nextText: string): boolean {
  const { line, text, match } = open;
  const next = nextText.replace(TAGS, '');
  if (listMayGoOn(open, next)) return true;
  const rest = restAfterNumber(next);
  // Where lines are numbered, the line before has a number in front, too.
  if (rest !== null && (rest.trim() === '' || restAfterNumber(line.text) === null)) return true;
  if (nextHead(next, 0) !== null) return false;
  if (ONLY_NUMBERS.test(next) || WORD_WITH_NUMBER.test(next)) return true;
  const found = (match.facts.size === undefined ? NUMBER_AT_END : HEX_AT_END).exec(next);
  const words = found?.[1]?.match(/\p{L}{2,}/gu) ?? [];
  return found !== null && words.every((word) => text.includes(word));
}

const TAGS = /<\/?[a-z][^<>]{0,40}>/gi;
/** A number or a stamp, and more digits behind it. */
const ONLY_NUMBERS = /^[^\p{L}\d]*\d[^\p{L}]*[^\p{L}\d]\d+[\s,-]*$/u;
/** A word with a number in it, or a number and one word. */
const WORD_WITH_NUMBER = /^\W*(?:\w*\d\w*|\d+\s+\p{L}+)\W*$/u;
const NUMBER_AT_END = /^(.*[^\w.,:-])?\d[\d,-]*\W*$/;
const HEX_AT_END = /^(.*\W)?[\da-f]+\W*$/i;

/** What follows a number at the beginning of a line that may be the end of a message; `null` where none stands there. */
function restAfterNumber(text: string): string | null {
  const [, rest] = /^\W*\d+(.*)$/.exec(text) ?? [];
  return rest !== undefined && (mayFollowNumber(rest) || NO_PART_OF_STAMP.test(rest)) ? rest : null;
}

/** What follows the first number of a line directly, unless both are of a date or a time. */
const NO_PART_OF_STAMP = /^(?![-:.,/]\d)\S/;

/** What is certain of a message, and a note where that is not all of it. */
function foundIn(open: Open, doubt: string | null = null): Found {
  const { match, place, times, last } = open;
  const { kind, state, uncertain } = match;
  const facts = doubt === null ? match.facts : withoutLast(match);
  const isWhole = doubt === null && (state === 'whole' || state === 'line end');
  const hasFigure = [facts.ns, facts.cycles, facts.localNs].some((figure) => figure !== undefined);
  if (isWhole) {
    const ending = figureEndOf(open);
    const reach = ending === null && open.widths.length === 0 ? match.end - match.at : 0;
    const { line, text, depth, stamp, host } = place;
    // One literal: an object that grows from a spread takes several times the memory.
    return { line, text, depth, stamp, host, kind, facts, times, reach, ending, lacks: null };
  }
  const isCut = state === 'open' && match.end - match.at > CUT_LENGTH_MIN;
  const reason =
    doubt ?? (isCut ? cutReason(uncertain) : hasFigure ? 'not understood to its end' : 'not understood');
  const lacks: FoundNote = {
    ...note(place, reason),
    cut: isCut && last.end === 'line end' ? lineEndOf(open) : null,
    isOfSweep: ONE_OF_MANY.includes(kind),
  };
  return hasFigure ? { ...place, kind, facts, times, reach: 0, ending: null, lacks } : lacks;
}

/** How the line ends with which a message ends. */
function lineEndOf({ last, text, at, widths }: Open): LineEnding {
  const reach = widths.length > 0 ? Number.POSITIVE_INFINITY : text.length - at;
  return { width: last.width, reach, breakWidth: null };
}

/** How lines end that end with a figure; `null` where none does. */
function figureEndOf(open: Open): LineEnding | null {
  const { figureBreak, isFigureLast } = open.match;
  const end = isFigureLast ? lineEndOf(open) : null;
  if (figureBreak === null) return end;
  const breaks = open.text.slice(0, figureBreak).split(JOINT).length - 1;
  const { width = null, reach = 0 } = end ?? {};
  return { width, reach, breakWidth: open.widths[breaks] ?? null };
}

/** Kinds of which a sweep has many lines. */
const ONE_OF_MANY: readonly LineKind[] = ['instruction-cycles', 'max-cycle-on-cpu', 'cpu'];
/** Less may be a mention. */
const CUT_LENGTH_MIN = 15;

function cutReason(uncertain: readonly FactName[]): string {
  return uncertain.some((name) => name.startsWith('address'))
    ? 'cut off: its address may have had more digits'
    : 'cut off';
}

/** The facts of a message but for the one that ends it. */
function withoutLast({ facts }: Match): LineFacts {
  return Object.fromEntries(Object.entries(facts).slice(0, -1));
}

function note(place: Place, reason: string): FoundNote {
  return { ...place, reason, cut: null, isOfSweep: false };
}

function placeOf(line: PlainLine, front: string, host: string): Place {
  const prefix = readPrefix(front.slice(front.lastIndexOf(JOINT) + 1));
  return {
    line: line.number,
    text: line.shown,
    depth: depthOf(line.text),
    stamp: prefix.stamp || line.stamp,
    host: prefix.host || line.host || host,
  };
}

/** No mail is quoted more often. */
const DEPTH_MAX = 20;

/** The marks of quotation in front of a line. */
function depthOf(text: string): number {
  const [marks = ''] = /^(?:\s*>)*/.exec(text) ?? [];
  return Math.min(DEPTH_MAX, marks.replace(/\s/g, '').length);
}

/** How often a message was printed: some loggers count repetitions. */
function timesIn(front: string): number {
  const [, times] = /message repeated (\d{1,6}) times: \[[^\]]*(?:\[[^\]]*\][^\]]*)?$/.exec(front) ?? [];
  return times === undefined ? 1 : Number(times);
}

import type { LogLine } from './log-lines.js';
import { readPrefix } from './log-prefix.js';

/** A line as it would be seen: without colours, markup and the wrapping of containers. */
export interface PlainLine extends LogLine {
  /** What a container says of host and time; empty where it says nothing. */
  readonly host: string;
  readonly stamp: string;
  /** The same text with the control characters that are replaced in it. */
  readonly shown: string;
}

/** What a line has that has anything of all this. */
const MAY_BE_DRESSED = /[^\t -~]|["<&^\\]|#033|ESC|\[[\d;]*m/;
/** Escape sequences that only colour, as they are and as programs write them out. */
const COLOURS =
  /(?:\p{Cc}|\u241b|\^\[|#033|\\033|\\x1b|\\u001b|\\e|<1b>|\bESC)\[[0-9;:]*[mK]|\[(?:\d{1,3}(?:;\d{1,3})*)?m(?![a-z])/giu;
const CONTROLS = /(?!\t)\p{Cc}/gu;
const INLINE_TAGS =
  /<\/?(?:span|b|i|u|s|em|strong|mark|font|code|tt|a|small|big|kbd|samp|wbr)(?:\s[^<>]*)?>/gi;
const BLOCK_TAGS =
  /<\/?(?:br|pre|p|div|td|th|tr|li|ul|ol|table|tbody|body|html|blockquote)(?:\s[^<>]*)?\/?>/i;
const ENTITIES: Readonly<Record<string, string>> = {
  ...{ lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", nbsp: '\u00a0' },
};

/** What is seen of a line: usually one, of markup and JSON one or more. */
export function plainLines(line: LogLine): PlainLine[] {
  const { number, text, width, end } = line;
  if (!MAY_BE_DRESSED.test(text)) return [{ number, text, width, end, host: '', stamp: '', shown: text }];
  return contentsOf(line).flatMap((part) => withoutMarkup(part));
}

function contentsOf(line: LogLine): PlainLine[] {
  const { text } = line;
  const plain = { ...line, host: '', stamp: '', shown: text };
  if (!JSON_FIELD.test(text)) return [plain];
  const [, front = '', object] = /^(.*?)(\{.*\})[,\]\s]*$/.exec(text) ?? [];
  // Of an object over several lines each has a field.
  const [, field] = ONE_FIELD.exec(text) ?? [];
  const value = parseObject(field === undefined ? (object ?? '') : `{${field}}`);
  if (value === null) {
    const [first = '', ...others] = fieldsOf(text);
    const { host, stamp } = readPrefix(first);
    return [plain, ...others.map((one) => ({ ...plain, text: one, host, stamp }))].map((part, i) =>
      i === 0 ? { ...part, text: first } : part,
    );
  }
  const hints = hintsIn(value);
  const prefix = readPrefix(front);
  const closest = { host: hints.host || prefix.host, stamp: hints.stamp || prefix.stamp };
  return textsIn(value, closest).flatMap((part) => linesOf(line, part));
}

const JSON_FIELD = /"[^"\\]*"\s*:\s*["\d{[tfn-]/;
const ONE_FIELD = /^\s*("[^"\\]*"\s*:\s*(?:".*"|[\d.eE+-]+|true|false|null)),?\s*$/;

/** The texts of fields of JSON that is not whole, and what stands in front of them. */
function fieldsOf(text: string): string[] {
  return text.split(/(?:"[^"\\]*"\s*:\s*)(?=")/).map((part) => {
    // What stands behind a closing mark and is no part of JSON may be the rest of the value.
    const [, value] = /^"((?:\\.|[^"\\])*)(?:"\s*(?:[,}\]]|$)|$)/.exec(part) ?? [];
    return value === undefined ? part : value.replaceAll('\\"', '"').replace(/(?:\\[rn])+$/, '');
  });
}

function parseObject(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

interface Hints {
  readonly host: string;
  readonly stamp: string;
}

const HOST_NAMES = ['_HOSTNAME', 'hostname', 'host', 'node_name', 'nodeName'];

/** Host and time as the journal and dmesg name them. */
function hintsIn(value: object): Hints {
  const fields = new Map<string, unknown>(Object.entries(value));
  const host = HOST_NAMES.map((name) => fields.get(name)).find((one) => typeof one === 'string');
  const microseconds = ['_SOURCE_MONOTONIC_TIMESTAMP', '__MONOTONIC_TIMESTAMP'].map((name) =>
    fields.get(name),
  );
  const monotonic = microseconds.map(String).find((one) => /^\d{1,18}$/.test(one));
  const time = fields.get('time');
  const seconds = typeof time === 'number' && fields.has('msg') ? time.toFixed(6) : '';
  return {
    host: typeof host === 'string' ? host : '',
    stamp: monotonic === undefined ? seconds : secondsText(monotonic),
  };
}

/** Fields that hold what was logged; of an object that has one, no other text is of it. */
const MESSAGE_NAMES = /^(?:@?message|msg|log|line|text|body|content|_raw|textPayload|entry)$/i;

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

/** Microseconds as a kernel prints them in front of a message. */
function secondsText(microseconds: string): string {
  const digits = microseconds.padStart(7, '0');
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

/** A text in a value, with what is said of it where it stands. */
interface TextIn extends Hints {
  readonly text: string;
  /** Whether it is of an element of a list, so that equal ones are several. */
  readonly isListed: boolean;
}

function textsIn(value: unknown, hints: Hints): TextIn[] {
  if (typeof value === 'string') return [{ ...hints, text: value, isListed: false }];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) {
    // The journal writes a message that is no UTF-8 as its bytes.
    const isBytes = value.length > 0 && value.every((one) => Number.isInteger(one) && one >= 0 && one < 256);
    if (isBytes) return [{ ...hints, text: Buffer.from(value).toString('utf8'), isListed: false }];
    return value.flatMap((one) => textsIn(one, hints)).map((one) => ({ ...one, isListed: true }));
  }
  const own = hintsIn(value);
  const closer = { host: own.host || hints.host, stamp: own.stamp || hints.stamp };
  const fields = Object.entries(value);
  const hasMessage = fields.some(([name, one]) => MESSAGE_NAMES.test(name) && isText(one));
  const texts = fields.flatMap(([name, one]) =>
    hasMessage && !MESSAGE_NAMES.test(name) && isText(one) ? [] : textsIn(one, closer),
  );
  return withoutCopies(texts);
}

/** Loggers keep a message as it came beside what they made of it; the longest has all of it. */
function withoutCopies(texts: readonly TextIn[]): TextIn[] {
  const own = texts.filter(({ isListed }) => !isListed);
  return texts.filter(
    (one, i) =>
      one.isListed ||
      !own.some((other) =>
        other.text.length === one.text.length
          ? other.text === one.text && texts.indexOf(other) < i
          : other.text.includes(one.text.trim()),
      ),
  );
}

function linesOf(line: LogLine, { text, host, stamp }: TextIn): PlainLine[] {
  const lines = text.replace(/(?:\r*\n|\r)$/, '').split(/\r*\n|\r/);
  return lines.map((one) => ({
    ...{ number: line.number, width: one.length, text: one, end: 'line end', host, stamp, shown: one },
  }));
}

function withoutMarkup(line: PlainLine): PlainLine[] {
  const shown = line.text.replace(COLOURS, '');
  if (!shown.includes('<') && !shown.includes('&')) return [{ ...line, text: withoutControls(shown), shown }];
  const parts = shown.replace(INLINE_TAGS, '').split(BLOCK_TAGS);
  return parts.map((part, i) => {
    const end = i === parts.length - 1 ? line.end : 'line end';
    const content = withoutEntities(part);
    return { ...line, end, text: withoutControls(content), shown: content };
  });
}

/** What moves the cursor or is no character parts what stands on its sides. */
function withoutControls(text: string): string {
  return text.replace(CONTROLS, '\ufffd');
}

function withoutEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,6})|#x([0-9a-f]{1,6})|([a-z]{2,6}));/gi, (entity, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? entity;
    const code = Number.parseInt(decimal ?? hex, decimal === undefined ? 16 : 10);
    return code > 31 && code <= 0x10ffff ? String.fromCodePoint(code) : ' ';
  });
}

import { hashWords } from '../../src/random.js';
import { PREFIXES } from './prefixes.js';

/** One sweep as it was: every figure that was printed of it. */
export interface TrueSweep {
  readonly ns: number;
  readonly regions: number;
  readonly average: number | null;
  readonly largest: number | null;
  readonly smallest: number | null;
  /** Cycles of instructions printed one by one. */
  readonly instructions: readonly number[];
}

export interface RandomLog {
  readonly bytes: Buffer;
  readonly ghz: number;
  readonly sweeps: readonly TrueSweep[];
  /** Whether nothing of it was lost, nor broken within a word, so that all has to be found. */
  readonly isGentle: boolean;
  /** Whether lines of it are gone, so that nobody can know how many there were. */
  readonly lacksLines: boolean;
  /** Whether its lines say when they were printed, or nothing of it was lost. */
  readonly tellsOrder: boolean;
  /** What was done to it, for messages. */
  readonly story: string;
}

/** What gets into text on its way: breaks, spaces, marks and rubbish. */
const FRAGMENTS = [
  ...['\n', '\n> ', '=\n', '\\\n', '\r', '\r\n', '\n    ', '\n\n', '\n17: ', '\n+'],
  ...[
    ' ',
    '\t',
    '\u00a0',
    '\u202f',
    '\u2009',
    '\u200b',
    '\u00ad',
    '\ufeff',
    '\0',
    '\b',
    '\u001b[5C',
    '\u001b[m',
  ],
  ...[
    ',',
    '.',
    "'",
    '_',
    '-',
    '\u2013',
    '\u2026',
    '...',
    '[...]',
    '"',
    '`',
    '|',
    '\\',
    '=',
    '=20',
    '%20',
    '/',
    ':',
    ';',
    '(',
    ')',
  ],
  ...['<b>', '</b>', '<br>', '<br/>', '<wbr>', '</td><td>', '&nbsp;', '&#8203;', '&amp;', '&#10;'],
  ...['k', 'M', 'e', 'x', 'ns', ' million', ' # ', ' -> ', ' (', '[   10.080295] hello ', 'SEV-SNP: ', '**'],
];

/** Text with a fragment where nobody wanted it. */
function edited(text: string, dice: Dice): { readonly text: string; readonly fragment: string } {
  const fragment = dice.pick(FRAGMENTS, '\n');
  const at = placeToEdit(text, dice);
  return { text: text.slice(0, at) + fragment + text.slice(at), fragment };
}

/** Edits matter most where figures are, and where lines end. */
function placeToEdit(text: string, dice: Dice): number {
  const kind = dice.roll(10);
  const pattern = kind < 6 ? /(?:cycles|time|-|Detected)\s(?:0x)?[\d.]/g : /\n/g;
  const places = kind < 9 ? [...text.matchAll(pattern)] : [];
  const near = places[dice.roll(Math.max(1, places.length))];
  if (near === undefined) return dice.roll(text.length + 1);
  const at = near.index + dice.roll(24) - (kind < 6 ? 0 : 8);
  return Math.max(0, Math.min(text.length, at));
}

/** Draws that are the same for the same seed. */
class Dice {
  readonly #seed: number;
  #count = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** A whole number below `sides`. */
  roll(sides: number): number {
    this.#count++;
    return hashWords([this.#count], this.#seed) % sides;
  }

  between(low: number, high: number): number {
    return low + this.roll(high - low + 1);
  }

  pick<T>(list: readonly T[], otherwise: T): T {
    return list[this.roll(list.length)] ?? otherwise;
  }

  happens(percent: number): boolean {
    return this.roll(100) < percent;
  }
}

const NOISE = [
  'usb 1-1: new high-speed USB device number 2 using xhci_hcd',
  'EXT4-fs (nvme0n1p2): mounted filesystem 83680 with ordered data mode. Quota mode: none.',
  'systemd[1]: Started 17 services',
  'microcode: updated early: 0xa0011d1 -> 0xa0011d5, date = 2025-11-05',
  'e820: remove [mem 0x000a0000-0x000fffff] usable, which is a long line so that something is longer than the messages that are looked for',
  'CPU feature check: rmpopt',
];

const hex = (value: number) => `0x${value.toString(16).padStart(16, '0')}`;

/**
 * A log made of known sweeps: written, broken, quoted, cut and encoded in ways that depend on nothing but the seed.
 * @param isEdited whether there is rubbish in it besides
 */
export function randomLog(seed: number, isEdited = false): RandomLog {
  const dice = new Dice(seed);
  const ghz = dice.pick([1.9, 2, 2.45, 3.1], 2);
  const printsBefore = dice.happens(30);
  const sweeps = Array.from({ length: dice.between(1, 4) }, () => randomSweep(dice));
  const name = dice.pick(Object.keys(PREFIXES), 'dmesg');
  const prefix = PREFIXES[name] ?? '';
  let seconds = dice.between(5, 400);
  let lines: string[] = [];
  const write = (message: string) => {
    seconds += dice.between(5, 40) / 1000;
    lines.push(prefixed(prefix, seconds) + message);
  };
  const noise = () => {
    if (dice.happens(40)) write(dice.pick(NOISE, ''));
  };
  write(`tsc: Detected ${(1000 * ghz).toFixed(3)} MHz processor`);
  for (const sweep of sweeps) {
    seconds += dice.between(20, 300);
    noise();
    for (const message of messagesOf(sweep, printsBefore, dice)) write(message);
    noise();
  }
  write(dice.pick(NOISE, ''));
  let tellsOrder = /232\.789187|,232789187|10:00:00|1773223200/.test(prefix) && !prefix.includes('Boot');
  const story = [`prefix ${name}`, printsBefore ? 'totals last' : 'totals first'];
  let isGentle = true;
  let lacksLines = false;
  const did = (what: string, gently: boolean) => {
    story.push(what);
    isGentle &&= gently;
  };
  lines = lines.flatMap((line) => line.split('\n'));
  const shape = dice.roll(10);
  if (shape === 0 || shape === 1) {
    const width = dice.between(30, 130);
    lines = lines.flatMap((line) => hardWrapped(line, width));
    did(`wrapped at ${width}`, false);
    // What says when a line was printed may be in another line.
    tellsOrder &&= width > prefix.length + 20;
    if (dice.happens(20)) {
      lines = lines.filter((line) => /RMPOPT|tsc/.test(line));
      did('searched', false);
    }
  } else if (shape === 2) {
    const width = dice.between(50, 130);
    lines = lines.flatMap((line) => softWrapped(line, width));
    tellsOrder &&= width > prefix.length + 20;
    did(`filled at ${width}`, prefix.length < 40 && width > prefix.length + 40);
  } else if (shape === 3) {
    const width = dice.between(40, 150);
    lines = lines.map((line) => line.slice(0, width));
    did(`cut at column ${width}`, false);
  } else if (shape === 4) {
    lines = lines.filter(() => !dice.happens(25));
    did('lines dropped', false);
    lacksLines = true;
  }
  if (dice.happens(25)) {
    const mark = dice.pick(['> ', '>> ', '    ', '| ', '>'], '> ');
    lines = lines.map((line) => mark + line);
    did(`quoted with "${mark}"`, true);
  }
  if (isEdited) {
    let text = lines.join('\n');
    for (let count = dice.between(1, 3); count > 0; count--) {
      const after = edited(text, dice);
      text = after.text;
      did(`with ${JSON.stringify(after.fragment)}`, false);
    }
    lines = text.split('\n');
    lacksLines = true;
    tellsOrder = false;
  }
  const encoding = dice.pick(Object.keys(ENCODINGS), 'plain');
  let bytes = ENCODINGS[encoding]?.(lines, dice) ?? Buffer.from('');
  did(encoding, true);
  if (dice.happens(15)) {
    bytes = bytes.subarray(0, dice.roll(bytes.length));
    lacksLines = true;
    did(`cut at byte ${bytes.length}`, false);
  }
  return {
    bytes,
    ghz,
    sweeps,
    isGentle,
    lacksLines,
    tellsOrder,
    story: story.join(', '),
  };
}

function randomSweep(dice: Dice): TrueSweep {
  const smallest = dice.between(1000, 9000);
  const average = dice.between(10_000, 99_000);
  const largest = dice.between(100_000, 9_999_999);
  const has = dice.happens(70);
  return {
    ns: dice.between(10_000_000, 999_999_999),
    regions: dice.pick([8, 64, 1038, 2048], 8),
    average: has ? average : null,
    largest: has && dice.happens(80) ? largest : null,
    smallest: has && dice.happens(80) ? smallest : null,
    instructions:
      has || dice.happens(60)
        ? []
        : Array.from({ length: dice.between(1, 6) }, () => dice.between(1000, 99_999)),
  };
}

function messagesOf(sweep: TrueSweep, printsBefore: boolean, dice: Dice): string[] {
  const total = `RMPOPT execution time ${sweep.ns} ns for physical address range ${hex(0)} - ${hex(sweep.regions * 2 ** 30)} on all cpus`;
  const during = sweep.instructions.map((cycles) => `RMPOPT instruction cycles ${cycles}`);
  const others = [
    sweep.average === null ? '' : `RMPOPT average cycles ${sweep.average}`,
    sweep.largest === null ? '' : `RMPOPT largest cycles ${sweep.largest}`,
    sweep.smallest === null ? '' : `RMPOPT smallest cycles ${sweep.smallest}`,
  ].filter((message) => message !== '');
  if (dice.happens(50)) others.reverse();
  return printsBefore ? [...during, ...others, total] : [...during, total, ...others];
}

function prefixed(prefix: string, seconds: number): string {
  const stamp = seconds.toFixed(6);
  const clock = new Date(Date.UTC(2026, 2, 11, 10) + 1000 * seconds).toISOString();
  return prefix
    .replaceAll('232.789187', stamp.padStart(10))
    .replaceAll('232789187', stamp.replace('.', ''))
    .replaceAll('10:00:00', clock.slice(11, 19))
    .replaceAll('1773223200', String(1_773_223_200 + Math.floor(seconds)));
}

function hardWrapped(line: string, width: number): string[] {
  const parts: string[] = [];
  for (let at = 0; at < line.length || at === 0; at += width) parts.push(line.slice(at, at + width));
  return parts;
}

function softWrapped(line: string, width: number): string[] {
  const parts: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const at = rest.lastIndexOf(' ', width);
    if (at <= 0) break;
    parts.push(rest.slice(0, at));
    rest = rest.slice(at + 1);
  }
  return [...parts, rest];
}

const joined = (lines: readonly string[], end: string) =>
  Buffer.from(lines.map((line) => line + end).join(''));

const ENCODINGS: Readonly<Record<string, (lines: readonly string[], dice: Dice) => Buffer>> = {
  plain: (lines) => joined(lines, '\n'),
  'plain, too': (lines) => joined(lines, '\n'),
  CRLF: (lines) => joined(lines, '\r\n'),
  'CR CR LF': (lines) => joined(lines, '\r\r\n'),
  CR: (lines) => joined(lines, '\r'),
  'UTF-16, little end first': (lines) => utf16(joined(lines, '\r\n')),
  'UTF-16, big end first': (lines) => utf16(joined(lines, '\n')).swap16(),
  'quoted-printable': (lines, dice) => {
    const text = lines.map((line) => quotedPrintable(line, dice.between(40, 76))).join('\n');
    return Buffer.from(`Subject: a log\nContent-Transfer-Encoding: quoted-printable\n\n${text}\n`);
  },
  base64: (lines) => {
    const digits = joined(lines, '\n').toString('base64').replace(/.{76}/g, '$&\n');
    return Buffer.from(`Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n${digits}\n`);
  },
  HTML: (lines) => {
    const escaped = (line: string) => line.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
    return joined(['<pre>', ...lines.map(escaped), '</pre>'], '\n');
  },
  'HTML with breaks': (lines) =>
    joined(
      lines.map((line) => `${line.replaceAll('<', '&lt;')}<br/>`),
      '\n',
    ),
  'JSON, a journal': (lines) =>
    joined(
      lines.map((line) => JSON.stringify({ MESSAGE: line, PRIORITY: '6' })),
      '\n',
    ),
  'JSON, docker': (lines) =>
    joined(
      lines.map((line) => JSON.stringify({ log: `${line}\n`, stream: 'stdout' })),
      '\n',
    ),
  'JSON, all of it': (lines) =>
    Buffer.from(JSON.stringify({ dmesg: lines.map((msg, i) => ({ pri: 6, time: i, msg })) })),
  'JSON, indented': (lines) =>
    Buffer.from(JSON.stringify({ dmesg: lines.map((msg) => ({ pri: 6, msg })) }, null, 3)),
  'in colours': (lines) =>
    joined(
      lines.map((line) => line.replace(/cycles|time/g, '\u001b[01;31m\u001b[K$&\u001b[m\u001b[K')),
      '\n',
    ),
};

function utf16(utf8: Buffer): Buffer {
  return Buffer.from(`\ufeff${utf8.toString('utf8')}`, 'utf16le');
}

function quotedPrintable(line: string, width: number): string {
  const units = [...Buffer.from(line)].map((byte) =>
    byte === 61 || byte < 32 || byte > 126
      ? `=${byte.toString(16).toUpperCase().padStart(2, '0')}`
      : String.fromCharCode(byte),
  );
  let [text, column] = ['', 0];
  for (const unit of units) {
    if (column + unit.length >= width) [text, column] = [`${text}=\n`, 0];
    text += unit;
    column += unit.length;
  }
  return text;
}

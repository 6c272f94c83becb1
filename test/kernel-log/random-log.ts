import { hashWords } from '../../src/random.js';
import { PREFIXES } from './prefixes.js';

/** One sweep as it was: every figure that was printed of it. */
export interface TrueSweep {
  /** The rate of the clock of its host. */
  readonly ghz: number;
  readonly ns: number;
  readonly regions: number;
  readonly average: number | null;
  readonly largest: number | null;
  readonly smallest: number | null;
  /** Cycles of instructions printed one by one. */
  readonly issued: readonly number[];
  /** Running maxima of one instruction, which grow. */
  readonly maxima: readonly number[];
  /** The CPUs of the first regions in the table that was printed after it. */
  readonly table: readonly string[];
}

export interface RandomLog {
  readonly bytes: Buffer;
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

interface Edited {
  readonly text: string;
  /** Whether its lines are cut off. */
  readonly areEndsGone: boolean;
}

function lineAt(text: string, at: number): string {
  const end = text.indexOf('\n', at);
  return text.slice(text.lastIndexOf('\n', at - 1) + 1, end < 0 ? text.length : end);
}

/** Text with a fragment where nobody wanted it. */
function edited({ text, areEndsGone }: Edited, dice: Dice): Edited & { readonly fragment: string } {
  const at = placeToEdit(text, dice);
  // Of a log whose lines are cut off, those that show it stay as they are: without them nobody can know.
  if (areEndsGone && /execution time|tsc:/.test(lineAt(text, at))) return { text, areEndsGone, fragment: '' };
  const picked = dice.pick(FRAGMENTS, '\n');
  // One more digit in an address that is printed without leading zeros makes another address.
  const isInAddress = /0xe[0-9a-f\n> |+-]*$/.test(text.slice(Math.max(0, at - 40), at));
  const fragment = picked === 'e' && isInAddress ? 'x' : picked;
  return { text: text.slice(0, at) + fragment + text.slice(at), areEndsGone, fragment };
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

export const hex = (value: number) => `0x${value.toString(16).padStart(16, '0')}`;

/** A log on its way from the host to the reader. */
class Draft {
  lines: string[] = [];
  isGentle = true;
  lacksLines = false;
  tellsOrder = true;
  areEndsGone = false;
  readonly story: string[] = [];
  readonly dice: Dice;

  constructor(dice: Dice) {
    this.dice = dice;
  }

  did(what: string, isGentle = false): void {
    this.story.push(what);
    this.isGentle &&= isGentle;
  }
}

/**
 * A log made of known sweeps: written, broken, quoted, cut and encoded in ways that depend on nothing but the seed.
 * @param isEdited whether there is rubbish in it besides
 */
export function randomLog(seed: number, isEdited = false): RandomLog {
  const dice = new Dice(seed);
  const draft = new Draft(dice);
  const sweeps = write(draft);
  const { length } = draft.lines[0] ?? '';
  const frontLength = length - 'tsc: Detected 2000.000 MHz processor'.length;
  const isTwice = dice.happens(15);
  damage(draft, frontLength, isTwice);
  if (isTwice) damage(draft, frontLength, isTwice);
  quote(draft);
  if (isEdited) addRubbish(draft);
  const bytes = encoded(draft);
  const { isGentle, lacksLines, tellsOrder, story } = draft;
  return { bytes, sweeps, isGentle, lacksLines, tellsOrder, story: story.join(', ') };
}

/** Prints what one host did, or two. */
function write(draft: Draft): TrueSweep[] {
  const { dice } = draft;
  const printsBefore = dice.happens(30);
  draft.did(printsBefore ? 'totals last' : 'totals first', true);
  const name = dice.pick(Object.keys(PREFIXES), 'dmesg');
  const prefix = PREFIXES[name] ?? '';
  draft.did(`prefix ${name}`, true);
  draft.tellsOrder = /232\.789187|,232789187|10:00:00|1773223200/.test(prefix) && !prefix.includes('Boot');
  const first = hostLog(prefix, printsBefore, dice);
  const others: HostLog[] = [];
  if (/ host-a kernel: (?:\[ |SEV)/.test(prefix) && dice.happens(30)) {
    others.push(hostLog(prefix.replaceAll('host-a', 'host-b'), printsBefore, dice));
    draft.did('two hosts', true);
  }
  const written = [first, ...others].flatMap(({ lines }) => lines).sort((a, b) => a.seconds - b.seconds);
  draft.lines = written.flatMap(({ text }) => text.split('\n'));
  return [first, ...others].flatMap(({ sweeps }) => sweeps);
}

interface HostLog {
  readonly sweeps: readonly TrueSweep[];
  readonly lines: readonly { readonly seconds: number; readonly text: string }[];
}

function hostLog(prefix: string, printsBefore: boolean, dice: Dice): HostLog {
  const ghz = dice.pick([1.9, 2, 2.45, 3.1], 2);
  const sweeps = Array.from({ length: dice.between(1, 4) }, () => randomSweep(ghz, dice));
  const lines: { seconds: number; text: string }[] = [];
  let seconds = dice.between(5, 400);
  const print = (message: string) => {
    seconds += dice.between(5, 40) / 1000;
    lines.push({ seconds, text: prefixed(prefix, seconds) + message });
  };
  const noise = () => {
    if (dice.happens(40)) print(dice.pick(NOISE, ''));
  };
  print(`tsc: Detected ${(1000 * ghz).toFixed(3)} MHz processor`);
  for (const sweep of sweeps) {
    seconds += dice.between(20, 300);
    noise();
    for (const message of messagesOf(sweep, printsBefore, dice)) print(message);
    noise();
  }
  print(dice.pick(NOISE, ''));
  return { sweeps, lines };
}

/**
 * Wraps it, fills it, cuts it, or drops lines of it.
 * @param keepsTotals whether lines with totals stay: without them nobody can know that others are cut off
 */
function damage(draft: Draft, frontLength: number, keepsTotals: boolean): void {
  const { dice } = draft;
  const shape = dice.roll(10);
  if (shape < 2) {
    const width = dice.between(30, 130);
    draft.lines = draft.lines.flatMap((line) => hardWrapped(line, width));
    draft.did(`wrapped at ${width}`);
    // What says when a line was printed may be in another line.
    draft.tellsOrder &&= width > frontLength + 20;
    if (dice.happens(20)) {
      draft.lines = draft.lines.filter((line) => /RMPOPT|tsc|Memory @/.test(line));
      draft.did('searched');
      draft.areEndsGone = true;
    }
  } else if (shape === 2) {
    const width = dice.between(50, 130);
    draft.lines = draft.lines.flatMap((line) => softWrapped(line, width));
    draft.tellsOrder &&= width > frontLength + 20;
    // A list, or in narrower ones a figure, may end where the longest lines do, as if they were cut off there.
    const hasList = draft.lines.some((line) => line.includes('Memory @'));
    draft.did(`filled at ${width}`, frontLength < 40 && width > frontLength + 60 && !hasList);
  } else if (shape === 3) {
    const width = dice.between(40, 150);
    draft.lines = draft.lines.map((line) => line.slice(0, width));
    draft.did(`cut at column ${width}`);
    draft.areEndsGone = true;
  } else if (shape === 4) {
    draft.lines = draft.lines.filter(
      (line) => !dice.happens(25) || (keepsTotals && /execution time/.test(line)),
    );
    draft.did('lines dropped');
    draft.lacksLines = true;
  }
}

function quote(draft: Draft): void {
  const { dice } = draft;
  if (!dice.happens(30)) return;
  const mark = dice.pick(['> ', '>> ', '    ', '| ', '>'], '> ');
  const quoted = draft.lines.map((line) => mark + line);
  const isAnswer = mark.startsWith('>') && draft.isGentle && dice.happens(20);
  draft.lines = isAnswer ? [...draft.lines, 'On Wed, a reader wrote:', ...quoted] : quoted;
  // That a line stands in the log twice is noted.
  draft.did(`quoted with "${mark}"${isAnswer ? ' in an answer' : ''}`, !isAnswer);
}

function addRubbish(draft: Draft): void {
  const { areEndsGone } = draft;
  let text = draft.lines.join('\n');
  for (let count = draft.dice.between(1, 3); count > 0; count--) {
    const after = edited({ text, areEndsGone }, draft.dice);
    text = after.text;
    draft.did(`with ${JSON.stringify(after.fragment)}`);
  }
  draft.lines = text.split('\n');
  draft.lacksLines = true;
  draft.tellsOrder = false;
}

function encoded(draft: Draft): Buffer {
  const { dice, lines } = draft;
  const encoding = dice.pick(Object.keys(ENCODINGS), 'plain');
  draft.did(encoding, true);
  const bytes = ENCODINGS[encoding]?.(lines, dice) ?? Buffer.from('');
  // Of those that show that lines are cut off, none may be left.
  if (!dice.happens(15) || draft.areEndsGone) return bytes;
  const length = dice.roll(bytes.length);
  draft.lacksLines = true;
  draft.did(`cut at byte ${length}`);
  return bytes.subarray(0, length);
}

const LISTS = ['none', '0-1023', '0-8,10-15', '0,2,4,6,8,10,12,14,16,18,20,22,24,26,28,30,128-255,1000'];

function randomSweep(ghz: number, dice: Dice): TrueSweep {
  const smallest = dice.between(1000, 9000);
  const average = dice.between(10_000, 99_000);
  const largest = dice.between(100_000, 9_999_999);
  const has = dice.happens(70);
  const areListed = !has && dice.happens(40);
  const maximum = dice.between(1000, 99_999);
  return {
    ghz,
    ns: dice.between(10_000_000, 999_999_999),
    regions: dice.pick([8, 64, 1038, 2048], 8),
    average: has ? average : null,
    largest: has && dice.happens(80) ? largest : null,
    smallest: has && dice.happens(80) ? smallest : null,
    issued: areListed ? Array.from({ length: dice.between(1, 6) }, () => dice.between(1000, 99_999)) : [],
    maxima: !has && !areListed ? Array.from({ length: dice.between(1, 4) }, (_, i) => maximum * (i + 1)) : [],
    table: dice.happens(20) ? Array.from({ length: 4 }, () => dice.pick(LISTS, 'none')) : [],
  };
}

function messagesOf(sweep: TrueSweep, printsBefore: boolean, dice: Dice): string[] {
  const { maxima, average, largest, smallest } = sweep;
  const total = `RMPOPT execution time ${sweep.ns} ns for physical address range ${hex(0)} - ${hex(sweep.regions * 2 ** 30)} on all cpus`;
  const during = [
    ...sweep.issued.map((cycles) => `RMPOPT instruction cycles ${cycles}`),
    ...maxima.map(
      (cycles, i) =>
        `RMPOPT max cycle on cpu ${32 * i}, addr 0xeb40000000, cycles ${cycles}, prev largest ${maxima[i - 1] ?? 0}`,
    ),
  ];
  const others = [
    average === null ? '' : `RMPOPT average cycles ${average}`,
    largest === null ? '' : `RMPOPT largest cycles ${largest}`,
    smallest === null ? '' : `RMPOPT smallest cycles ${smallest}`,
  ].filter((message) => message !== '');
  if (dice.happens(50)) others.reverse();
  const table = sweep.table.map((list, gib) => `Memory @${String(gib).padStart(3)}GB: CPU(s): ${list}`);
  return [...during, ...(printsBefore ? [...others, total] : [total, ...others]), ...table];
}

function prefixed(prefix: string, seconds: number): string {
  const stamp = seconds.toFixed(6);
  const clock = new Date(Date.UTC(2026, 2, 11, 10) + 1000 * seconds).toISOString();
  return prefix
    .replaceAll('232.789187', stamp.padStart(10))
    .replaceAll('123456789.000001', (123_456_789 + seconds).toFixed(6))
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

import { describeFound, UnreadableValue } from './errors.js';

export const PAGE_BYTES = 4096;
export const GIB_BYTES = 2 ** 30;

const BYTES_PER_UNIT = { k: 2 ** 10, m: 2 ** 20, g: GIB_BYTES, t: 2 ** 40 } as const;

/**
 * Reads a size: digits, an optional fraction, and a binary unit (`4k 2M 1GiB 2T`). Bare K/M/G/T are binary, as in the
 * kernel. Decimal units and sizes without a unit are refused, because they would be off by 2–10 % unnoticed.
 * @param example sizes to name where the text is none
 * @returns bytes, a whole number; how large it may be is for the caller to say
 * @throws UnreadableValue
 */
export function parseSizeBytes(text: string, example = '4k, 2MiB or 100GiB'): number {
  const notASize = (hint?: string) =>
    new UnreadableValue(`a size such as ${example}`, describeFound(text), hint);
  const match = /^(\d{1,15}(?:\.\d{1,9})?)\s*([a-z]*)$/i.exec(text.trim());
  const [, digits, unitText] = match ?? [];
  if (digits === undefined || unitText === undefined) throw notASize(decimalCommaHint(text));
  if (unitText === '') throw notASize(`a size needs a unit: did you mean ${digits}GiB or ${digits}MiB?`);
  const [, bare] = /^([kmgt])i$/i.exec(unitText) ?? [];
  if (bare !== undefined) throw notASize(`did you mean ${digits}${bare.toUpperCase()}iB?`);
  const [, unit, suffix] = /^([kmgt])(i?b)?$/i.exec(unitText) ?? [];
  if (unit === undefined) throw notASize();
  if (suffix?.toLowerCase() === 'b') {
    throw notASize(
      `${unitText} is ambiguous (decimal or binary): did you mean ${digits}${unit.toUpperCase()}iB?`,
    );
  }
  const bytes = Number(digits) * BYTES_PER_UNIT[unit.toLowerCase() as keyof typeof BYTES_PER_UNIT];
  if (bytes === 0) throw notASize('A size is more than 0.');
  if (!Number.isInteger(bytes)) throw notASize('It is not a whole number of bytes.');
  return bytes;
}

/** What to type for a number with a decimal comma; nothing for any other text. */
export function decimalCommaHint(text: string): string | undefined {
  if (!/^\s*\d+,\d+\D*$/.test(text)) return undefined;
  return `A decimal point is a dot: did you mean ${text.trim().replace(',', '.')}?`;
}

/** The most memory a machine may have: far above any host, low enough that a slip of the keyboard ends at once. */
const MEMORY_MAX_BYTES = 2 ** 48;

/**
 * Reads the memory of a host: a whole number of GiB, from 1 GiB to 256 TiB.
 * @returns bytes
 * @throws UnreadableValue
 */
export function parseMemoryBytes(text: string): number {
  const bytes = parseSizeBytes(text, '2TiB or 1038GiB');
  if (bytes % GIB_BYTES !== 0) {
    throw new UnreadableValue(
      'a whole number of GiB',
      describeFound(text),
      'RMPOPT works on whole 1 GiB regions.',
    );
  }
  if (bytes > MEMORY_MAX_BYTES) throw new UnreadableValue('at most 256TiB', describeFound(text));
  return bytes;
}

/** A size as its largest whole binary unit: 2199023255552 is `2 TiB`, 2200096997376 is `2049 GiB`. */
export function formatBytes(bytes: number): string {
  for (const [unit, size] of [
    ['TiB', BYTES_PER_UNIT.t],
    ['GiB', BYTES_PER_UNIT.g],
    ['MiB', BYTES_PER_UNIT.m],
  ] as const) {
    if (bytes >= size && bytes % size === 0) return `${bytes / size} ${unit}`;
  }
  return `${bytes / BYTES_PER_UNIT.k} KiB`;
}

/** A size as `parseSizeBytes` reads it: `2TiB`. */
export function sizeText(bytes: number): string {
  return formatBytes(bytes).replace(' ', '');
}

/**
 * Reads a plain integer from `min` to `max`.
 * @throws UnreadableValue
 */
export function parseCount(text: string, min: number, max: number): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw new UnreadableValue(`a whole number from ${min} to ${max}`, describeFound(text));
}

export const SECOND_NS = 1_000_000_000;

const NS_PER_UNIT = {
  ns: 1,
  us: 1_000,
  ms: 1_000_000,
  s: SECOND_NS,
  min: 60 * SECOND_NS,
  h: 3600 * SECOND_NS,
  d: 86_400 * SECOND_NS,
} as const;
type TimeUnit = keyof typeof NS_PER_UNIT;
const TIME_UNITS = Object.keys(NS_PER_UNIT).join('|');

/**
 * Reads a duration: digits, an optional fraction, and a unit (`30ns 250us 1.5ms 10s 5min 1h 2d`).
 * @param maxNs the longest that is accepted
 * @returns whole nanoseconds
 * @throws UnreadableValue
 */
export function parseDurationNs(text: string, maxNs: number): number {
  // Both the micro sign and the Greek letter stand for micro.
  const plain = text.trim().replace(/[\u00b5\u03bc]s$/, 'us');
  const [, digits, unit] = new RegExp(`^(\\d{1,15}(?:\\.\\d{1,9})?)\\s*(${TIME_UNITS})$`).exec(plain) ?? [];
  if (digits === undefined || unit === undefined) {
    const hint = /^[\d.]+$/.test(text.trim())
      ? `a duration needs a unit: did you mean ${text.trim()}s?`
      : decimalCommaHint(text);
    throw new UnreadableValue('a duration such as 10s, 1.5ms or 5min', describeFound(text), hint);
  }
  const ns = Math.round(Number(digits) * NS_PER_UNIT[unit as TimeUnit]);
  if (ns <= maxNs) return ns;
  throw new UnreadableValue(`at most ${durationText(maxNs)}`, describeFound(text));
}

/** A duration as `parseDurationNs` reads it, in its largest whole unit: 90 s is `90s`, two minutes are `2min`. */
export function durationText(ns: number): string {
  const [unit, size] = Object.entries(NS_PER_UNIT).findLast(([, size]) => ns >= size && ns % size === 0) ?? [
    's',
    SECOND_NS,
  ];
  return `${ns / size}${unit}`;
}

/** Whole picoseconds; costs are rounded here, once, when they enter. */
export function picoseconds(ns: number): number {
  return Math.round(ns * 1000);
}

/** Whole nanoseconds from picoseconds, half up; in integers, since a quotient this large may round up. */
export function nanoseconds(ps: number): number {
  const rest = ps % 1000;
  return (ps - rest) / 1000 + (rest >= 500 ? 1 : 0);
}

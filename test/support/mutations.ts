import { parse, stringify } from 'yaml';

/** Numbers of a sequence that a seed decides. */
export class Draws {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 up to, but not including, a bound. */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32) * bound);
  }

  of<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError('there is nothing to draw from');
    return item;
  }
}

/** What a terminal would act on: colour, title, C1, right-to-left override, zero-width space, line separator. */
const ACTING_TEXT = '\u001b[31mred\u001b]0;title\u0007\u009b2J\u202eabc\u200b\u2028z';

/** Values that no place or few places of a file expect. */
const STRANGE: readonly unknown[] = [
  ...[null, true, 0, -1, 0.5, -0.5, 1, 2, 1e308, 1e-300, 2 ** 53, -(2 ** 53), 4_294_967_296, 100_000],
  ...[
    '',
    'NaN',
    'NaN %',
    'null',
    'x',
    '-1',
    '0',
    '1e9',
    '__proto__',
    'constructor',
    '=1+1',
    '\ud800',
    ' ',
    '\n',
  ],
  ...[
    '0GiB',
    '1GiB',
    '256TiB',
    '8191PiB',
    '3GB',
    '4k',
    '1ns',
    '0s',
    '24h',
    '99999d',
    '2x8x32x2',
    '65536x1x1x1',
  ],
  ...[
    '64x8x32x2',
    '1x1x1x1',
    'full',
    'sweep',
    'state',
    'all',
    'none',
    'shared',
    'immediate',
    'total',
    'local',
  ],
  ...[ACTING_TEXT, 'long '.repeat(2000), [], {}, [[]], [null], { a: 1 }, { __proto__: null, toString: 1 }],
];

type Place = { readonly holder: unknown[] | Record<string, unknown>; readonly key: string };

/** The places of a value that hold something, down to so many levels. */
function placesOf(value: unknown, levels = 12): Place[] {
  if (typeof value !== 'object' || value === null || levels === 0) return [];
  const holder = value as unknown[] | Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [
    { holder, key },
    ...placesOf(valueAt({ holder, key }), levels - 1),
  ]);
}

function valueAt({ holder, key }: Place): unknown {
  return Array.isArray(holder) ? holder[Number(key)] : holder[key];
}

function put({ holder, key }: Place, value: unknown): void {
  if (Array.isArray(holder)) holder[Number(key)] = value;
  else Object.defineProperty(holder, key, { value, enumerable: true, writable: true, configurable: true });
}

const STRUCTURAL: readonly ((place: Place, draws: Draws, others: readonly Place[]) => void)[] = [
  ({ holder, key }) => {
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
  },
  (place, draws) => put(place, draws.of(STRANGE)),
  (place, draws) => put(place, draws.of(STRANGE)),
  (place, draws, others) => put(place, structuredClone(valueAt(draws.of(others)))),
  // A value of its own kind leads further than one of another.
  (place, draws, others) => {
    const kind = typeof valueAt(place);
    const alike = others.filter((other) => typeof valueAt(other) === kind);
    put(place, structuredClone(valueAt(draws.of(alike))));
  },
  (place, draws) => {
    const value = valueAt(place);
    if (typeof value === 'number') put(place, draws.of([0, 1, value + 1, value - 1, value * 2, value * 1e6]));
    else if (typeof value === 'string' && /\d/.test(value)) {
      put(
        place,
        value.replace(/\d+/, (digits) => String(draws.of([0, 1, Number(digits) + 1, 1000 * Number(digits)]))),
      );
    } else put(place, draws.of(STRANGE));
  },
  (place, draws) => {
    const copies = draws.of([1, 3, 40, 2000]);
    if (Array.isArray(place.holder))
      place.holder.push(...Array.from({ length: copies }, () => valueAt(place)));
    else put({ ...place, key: `${place.key}2` }, valueAt(place));
  },
  (place, draws) =>
    put(place, draws.of([10, 300, 20_000]) === 10 ? nested(10) : nested(draws.of([40, 3000]))),
  (place, draws) => {
    const value = valueAt(place);
    const factor = draws.of([-1, 0, 0.5, 2, 1000, 1e9, 1e18]);
    if (typeof value === 'number') put(place, value * factor);
    else if (typeof value === 'string')
      put(
        place,
        value.replace(/\d+/, (digits) => String(Number(digits) * factor)),
      );
  },
  (place, draws) => {
    if (Array.isArray(place.holder)) place.holder.sort(() => draws.below(3) - 1);
    else
      put(
        { ...place, key: draws.of(['', 'x', '__proto__', ACTING_TEXT, place.key.toUpperCase()]) },
        valueAt(place),
      );
  },
];

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

const BYTES: readonly ((bytes: Buffer, at: number, draws: Draws) => Buffer)[] = [
  (bytes, at, draws) => {
    bytes[at] = draws.below(256);
    return bytes;
  },
  (bytes, at, draws) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + draws.below(40))]),
  (bytes, at) => bytes.subarray(0, at),
  (bytes, at, draws) => {
    const chunk = bytes.subarray(at, at + 1 + draws.below(200));
    return Buffer.concat([
      bytes.subarray(0, at),
      ...Array.from({ length: draws.of([2, 9]) }, () => chunk),
      bytes.subarray(at),
    ]);
  },
  (bytes, at, draws) => {
    const inserted = draws.of([
      '\0',
      '\r',
      '\t',
      '\u00a0',
      '\ufeff',
      '\u001b[2J',
      '---\n',
      '...\n',
      '&a ',
      '*a ',
      '!!x ',
      '"',
      "'",
    ]);
    return insert(bytes, at, inserted);
  },
  (bytes, at, draws) =>
    insert(
      bytes,
      at,
      draws.of(['{', '}', '[', ']', ',', ':', '- ', '#', '%YAML 1.1\n---\n', '9'.repeat(400), '🙂']),
    ),
  (bytes, at, draws) =>
    insert(bytes, at, draws.of(['[', '{"a":', '- ', '? ']).repeat(draws.of([3, 60, 5000]))),
  (bytes) => Buffer.from(bytes.toString('utf8'), 'utf16le'),
  (bytes) => Buffer.from(`\ufeff${bytes.toString('utf8')}`, 'utf16le'),
  (bytes) => Buffer.from(bytes.toString('utf8').replaceAll('\n', '\r')),
];

function insert(bytes: Buffer, at: number, text: string): Buffer {
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(text), bytes.subarray(at)]);
}

/** A file with up to three things changed in it, in its values or in its bytes. */
export function mutant(text: string, isJson: boolean, draws: Draws): Buffer {
  let bytes: Buffer = Buffer.from(draws.below(3) > 0 ? changedValue(text, isJson, draws) : text);
  const isByBytes = bytes.toString('utf8') === text || draws.below(10) === 0;
  for (let left = isByBytes ? 1 + draws.below(3) : 0; left > 0; left--) {
    bytes = draws.of(BYTES)(bytes, draws.below(bytes.length + 1), draws);
  }
  return bytes;
}

function changedValue(text: string, isJson: boolean, draws: Draws): string {
  const value = isJson ? JSON.parse(text) : parse(text);
  try {
    for (let left = draws.of([1, 1, 1, 2, 3]); left > 0; left--) {
      const places = placesOf(value);
      if (places.length > 0) draws.of(STRUCTURAL)(draws.of(places), draws, places);
    }
    return isJson || draws.below(8) === 0 ? JSON.stringify(value) : stringify(value);
  } catch {
    // Too deep to be copied or written this way.
    return text;
  }
}

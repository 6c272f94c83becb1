import { describeFound, UnreadableValue } from '../errors.js';

/** The range of a timed sweep under a hypothesis, as a calibration found it with all its draws; in nanoseconds. */
export interface KnownRange {
  /** Of what it depends on: see `rangeKey` of measure. */
  readonly key: string;
  /** For people: the scenario, the strategy and the state. */
  readonly sweep: string;
  /** A switch that splits the draws in two, and its value in these: `failureShared=true`; else empty. */
  readonly switches: string;
  /** Phases whose range is what was assumed of costs, since no figure has narrowed it: `local`; else empty. */
  readonly assumed: string;
  /** How many draws it is over. */
  readonly draws: number;
  readonly local: Band;
  readonly remote: Band;
  readonly total: Band;
}

/** Where nine in ten measurements should fall, and their middle; in nanoseconds. */
export interface Band {
  readonly lowNs: number;
  readonly medianNs: number;
  readonly highNs: number;
}

const NAMES = [
  'key',
  'sweep',
  'switches',
  'assumed',
  'draws',
  ...['local', 'remote', 'total'].flatMap((phase) => [`${phase}Low`, `${phase}Median`, `${phase}High`]),
];

const NUMBERS = NAMES.length - 4;
const NOTHING = '-';

/**
 * Reads ranges as a machine file holds them: a line of names, then a line of values per sweep.
 * @throws UnreadableValue
 */
export function parseKnownRanges(text: string): KnownRange[] {
  const [head = '', ...lines] = text
    .trim()
    .split('\n')
    .map((line) => line.trim());
  if (head !== NAMES.join(' '))
    throw new UnreadableValue(`a first line ${NAMES.join(' ')}`, describeFound(head));
  return lines.map((line) => {
    const [key = '', sweep = '', ...others] = line.split(/\s+/);
    const [switches, assumed] = others.slice(0, 2).map((text) => (text === NOTHING ? '' : text));
    const cells = others.slice(2);
    const numbers = cells.map(Number);
    const isWhole = numbers.every((number) => number >= 0 && Number.isSafeInteger(number));
    if (numbers.length !== NUMBERS || !isWhole) {
      const expected = `four words and ${NUMBERS} whole numbers in every line after the first`;
      throw new UnreadableValue(expected, describeFound(line));
    }
    const band = (from: number): Band => {
      const [lowNs, medianNs, highNs] = numbers.slice(from);
      return { lowNs, medianNs, highNs };
    };
    const bands = { local: band(1), remote: band(4), total: band(7) };
    return { key, sweep, switches, assumed, draws: numbers[0], ...bands };
  });
}

/** The text `parseKnownRanges` reads. */
export function formatKnownRanges(ranges: readonly KnownRange[]): string {
  const lines = ranges.map(({ key, sweep, switches, assumed, draws, ...bands }) => [
    ...[key, sweep, switches || NOTHING, assumed || NOTHING, draws],
    ...[bands.local, bands.remote, bands.total].flatMap((band) => [band.lowNs, band.medianNs, band.highNs]),
  ]);
  return [NAMES, ...lines].map((cells) => `${cells.join(' ')}\n`).join('');
}

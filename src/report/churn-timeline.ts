import type { ChurnDocument, ChurnRow, RegimeKey } from '../run-document/churn-document.js';
import { type Block, drawing, prose } from './blocks.js';
import { isOfRegime, regimeName } from './churn-regimes.js';
import { exactDuration } from './figures.js';

/** Characters of the strip at most: more would show no more. */
const STRIP_COLUMNS_MAX = 72;
/** The bars beside it, and a number. */
const MARGIN_COLUMNS = 9;
/** From nothing to the most there was, in equal steps. */
const LEVELS = ' .:-=+*#%@';

/** A value that holds from a moment on. */
interface Point {
  readonly atNs: number;
  readonly value: number;
}

/** What happened when, a character per stretch of time. */
export function churnTimeline(document: ChurnDocument, asked: readonly ChurnRow[]): Block[] {
  const durationNs = asked[0]?.durationNs ?? 0;
  if (document.events.length === 0 || durationNs === 0) return [];
  const note = `Over time, exits and sweeps are counted (+ for ten and more); of the others there is the most in each stretch, from none to all that stands at the right as "${LEVELS.trim()}". Waiting are free regions that are not optimized.`;
  return [prose(note), drawing(({ columns }) => strip(document, asked, durationNs, columns))];
}

function strip(
  { events, sweeps, waiting }: ChurnDocument,
  asked: readonly ChurnRow[],
  durationNs: number,
  columns: number,
): string {
  const labels = ['guests', 'pinned regions', 'exits', ...asked.map((row) => regimeName(row, asked))];
  const labelColumns = Math.max(...labels.map((label) => label.length));
  const stretches = Math.min(STRIP_COLUMNS_MAX, columns - labelColumns - MARGIN_COLUMNS);
  const stepNs = durationNs / stretches;
  const ofEvents = (column: 'guests' | 'pinnedRegions') =>
    levels(
      events.map((event) => ({ atNs: event.atNs, value: event[column] })),
      stepNs,
      stretches,
    );
  const exits = events.flatMap((event) => Array<number>(event.exits).fill(event.atNs));
  const lines: StripLine[] = [
    { label: 'guests', ...ofEvents('guests') },
    { label: 'pinned regions', ...ofEvents('pinnedRegions') },
    { label: 'exits', ...counts(exits, stepNs, stretches) },
    ...asked.flatMap((row): StripLine[] => {
      const isOwn = (key: RegimeKey) => isOfRegime(key, row);
      const starts = sweeps.filter(isOwn).map(({ startNs }) => startNs);
      const points = waiting
        .filter(isOwn)
        .map(({ atNs, waitingRegions }) => ({ atNs, value: waitingRegions }));
      return [
        { label: regimeName(row, asked), ...counts(starts, stepNs, stretches) },
        { label: '  waiting', ...levels(points, stepNs, stretches) },
      ];
    }),
  ];
  const end = exactDuration(durationNs).padStart(stretches - '0 s'.length);
  return [
    `${' '.repeat(labelColumns + 2)}0 s${end}`,
    ...lines.map(({ label, text, most }) => `${label.padEnd(labelColumns)} |${text}| ${most}`),
  ].join('\n');
}

interface StripLine {
  readonly label: string;
  readonly text: string;
  /** The most there was at once; of things counted, all of them. */
  readonly most: number;
}

/** The highest level of each stretch. */
function levels(points: readonly Point[], stepNs: number, stretches: number): Omit<StripLine, 'label'> {
  const highest = Array<number>(stretches).fill(0);
  for (const [i, { atNs, value }] of points.entries()) {
    const from = Math.floor(atNs / stepNs);
    const until = Math.min(
      stretches - 1,
      Math.floor((points[i + 1]?.atNs ?? Number.POSITIVE_INFINITY) / stepNs),
    );
    for (let column = from; column <= until; column++) {
      highest[column] = Math.max(highest[column] ?? 0, value);
    }
  }
  const most = Math.max(...highest);
  const level = (value: number) => (most === 0 ? 0 : Math.ceil((value / most) * (LEVELS.length - 1)));
  return { text: highest.map((value) => LEVELS.charAt(level(value))).join(''), most };
}

/** How many moments fall into each stretch. */
function counts(moments: readonly number[], stepNs: number, stretches: number): Omit<StripLine, 'label'> {
  const found = Array<number>(stretches).fill(0);
  for (const atNs of moments) {
    const column = Math.floor(atNs / stepNs);
    found[column] = (found[column] ?? 0) + 1;
  }
  const sign = (count: number) => (count === 0 ? ' ' : count > 9 ? '+' : String(count));
  return { text: found.slice(0, stretches).map(sign).join(''), most: moments.length };
}

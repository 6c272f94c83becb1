import type { ChurnDocument, ChurnRow, RegimeKey } from '../run-document/churn-document.js';
import { isOfRegime, regimeName } from './churn-regimes.js';
import { exactDuration } from './figures.js';
import { type Layout, paragraph } from './layout.js';

/** Characters of the strip; with label and maximum it stays within a mail's width. */
const STRIP_COLUMNS = 60;
/** From nothing to the most there was, in equal steps. */
const LEVELS = ' .:-=+*#%@';

/** A value that holds from a moment on. */
interface Point {
  readonly atNs: number;
  readonly value: number;
}

/** What happened when, a character per stretch of time. */
export function churnTimeline(document: ChurnDocument, asked: readonly ChurnRow[], layout: Layout): string[] {
  const { events, sweeps, waiting } = document;
  const durationNs = asked[0]?.durationNs ?? 0;
  if (events.length === 0 || durationNs === 0) return [];
  const stepNs = durationNs / STRIP_COLUMNS;
  const ofEvents = (column: 'guests' | 'pinnedRegions') =>
    levels(
      events.map((event) => ({ atNs: event.atNs, value: event[column] })),
      stepNs,
    );
  const lines: StripLine[] = [
    { label: 'guests', ...ofEvents('guests') },
    { label: 'pinned regions', ...ofEvents('pinnedRegions') },
    {
      label: 'exits',
      ...counts(
        events.flatMap(({ atNs, exits }) => Array(exits).fill(atNs)),
        stepNs,
      ),
    },
    ...asked.flatMap((row): StripLine[] => {
      const isOwn = (key: RegimeKey) => isOfRegime(key, row);
      const points = waiting
        .filter(isOwn)
        .map(({ atNs, waitingRegions }) => ({ atNs, value: waitingRegions }));
      const starts = sweeps.filter(isOwn).map(({ startNs }) => startNs);
      return [
        { label: regimeName(row, asked), ...counts(starts, stepNs) },
        { label: '  waiting', ...levels(points, stepNs) },
      ];
    }),
  ];
  const width = Math.max(...lines.map(({ label }) => label.length));
  const strip = lines.map(({ label, text, most }) => `${label.padEnd(width)} |${text}| ${most}`);
  const note = `Over time, ${exactDuration(Math.round(stepNs))} a character: exits and sweeps counted (+ for ten and more), the others from none to their most, at the right, as "${LEVELS}". Waiting are regions free and not optimized.`;
  return [`${paragraph(note, layout)}\n\n${strip.join('\n')}`];
}

interface StripLine {
  readonly label: string;
  readonly text: string;
  /** The most there was at once; of things counted, all of them. */
  readonly most: number;
}

/** The highest level of each stretch. */
function levels(points: readonly Point[], stepNs: number): Omit<StripLine, 'label'> {
  const highest = Array<number>(STRIP_COLUMNS).fill(0);
  for (const [i, { atNs, value }] of points.entries()) {
    const from = Math.floor(atNs / stepNs);
    const until = Math.min(
      STRIP_COLUMNS - 1,
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
function counts(moments: readonly number[], stepNs: number): Omit<StripLine, 'label'> {
  const found = Array<number>(STRIP_COLUMNS).fill(0);
  for (const atNs of moments) {
    const column = Math.floor(atNs / stepNs);
    found[column] = (found[column] ?? 0) + 1;
  }
  const sign = (count: number) => (count === 0 ? ' ' : count > 9 ? '+' : String(count));
  return { text: found.slice(0, STRIP_COLUMNS).map(sign).join(''), most: moments.length };
}

import type { ChurnDocument, ChurnRow } from '../run-document/churn-document.js';
import { type Block, drawing } from './blocks.js';
import { isOfRegime, regimeName } from './churn-regimes.js';
import { exactDuration } from './figures.js';
import { paragraph } from './layout.js';

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
  const note = `Over time. Exits, sweeps and regions missed by them are counted (+ for ten and more). Of guests and regions there is the mean of each stretch, from none to the most at the right as "${LEVELS.trim()}". Converting: guests that have ended and still hold memory. Waiting: free regions that are not optimized, on one scale for all.`;
  return [
    drawing(
      (layout) => `${paragraph(note, layout)}\n\n${strip(document, asked, durationNs, layout.columns)}`,
    ),
  ];
}

function strip(
  { events, assigned, sweeps, waiting }: ChurnDocument,
  asked: readonly ChurnRow[],
  durationNs: number,
  columns: number,
): string {
  const hasConversions = events.some(({ converting }) => converting > 0);
  const labels = ['guests', 'assigned regions', 'exits', ...asked.map((row) => regimeName(row, asked))];
  const labelColumns = Math.max(...labels.map((label) => label.length));
  const stretches = Math.min(STRIP_COLUMNS_MAX, columns - labelColumns - MARGIN_COLUMNS);
  const stepNs = durationNs / stretches;
  const ofEvents = (column: 'guests' | 'converting') => {
    const points = events.map((event) => ({ atNs: event.atNs, value: event[column] }));
    return levels(means(points, stepNs, stretches));
  };
  const pins = assigned.map(({ atNs, assignedRegions }) => ({ atNs, value: assignedRegions }));
  const waits = asked.map((row) => {
    const own = waiting.filter((point) => isOfRegime(point, row));
    return means(
      own.map(({ atNs, waitingRegions }) => ({ atNs, value: waitingRegions })),
      stepNs,
      stretches,
    );
  });
  const mostWaiting = Math.max(...waits.map(({ most }) => most));
  const exits = events.flatMap((event) => Array<number>(event.exits).fill(event.atNs));
  const lines: StripLine[] = [
    { label: 'guests', ...ofEvents('guests') },
    { label: 'assigned regions', ...levels(means(pins, stepNs, stretches)) },
    { label: 'exits', ...counts(exits, stepNs, stretches) },
    ...(hasConversions ? [{ label: 'converting', ...ofEvents('converting') }] : []),
    ...asked.flatMap((row, i): StripLine[] => {
      const own = sweeps.filter((sweep) => isOfRegime(sweep, row));
      const starts = own.map(({ startNs }) => startNs);
      const missed = own.flatMap((sweep) => Array<number>(sweep.missedRegions).fill(sweep.startNs));
      const waited = waits[i] ?? { byStretch: [], most: 0 };
      return [
        { label: regimeName(row, asked), ...counts(starts, stepNs, stretches) },
        ...(missed.length > 0 ? [{ label: '  missed', ...counts(missed, stepNs, stretches) }] : []),
        { label: '  waiting', ...levels(waited, mostWaiting) },
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

/** The mean of each stretch, and the most there was. */
function means(points: readonly Point[], stepNs: number, stretches: number): Means {
  const sums = Array<number>(stretches).fill(0);
  for (const [i, { atNs, value }] of points.entries()) {
    const untilNs = Math.min(points[i + 1]?.atNs ?? Number.POSITIVE_INFINITY, stretches * stepNs);
    for (let fromNs = atNs; fromNs < untilNs; ) {
      const column = Math.floor(fromNs / stepNs);
      const endNs = Math.min(untilNs, (column + 1) * stepNs);
      sums[column] = (sums[column] ?? 0) + value * (endNs - fromNs);
      fromNs = endNs > fromNs ? endNs : untilNs;
    }
  }
  return {
    byStretch: sums.map((sum) => sum / stepNs),
    most: points.reduce((most, { value }) => Math.max(most, value), 0),
  };
}

interface Means {
  readonly byStretch: readonly number[];
  readonly most: number;
}

/** @param full what the densest character stands for */
function levels({ byStretch, most }: Means, full = most): Omit<StripLine, 'label'> {
  const level = (value: number) => (full === 0 ? 0 : Math.ceil((value / full) * (LEVELS.length - 1)));
  return { text: byStretch.map((value) => LEVELS.charAt(level(value))).join(''), most };
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

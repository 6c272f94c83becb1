import type { BreakdownRow } from '../run-document/columns.js';
import { type Block, drawing } from './blocks.js';
import { duration, percentField } from './figures.js';
import {
  besideMark,
  type FieldColumn,
  fieldsOf,
  gridWidth,
  type Layout,
  paragraph,
  renderFitting,
} from './layout.js';
import { markOf } from './marks.js';
import { naming, type ReportedSweep } from './sweeps.js';

/** Where the time of each phase went, as bars of one scale, so that lengths compare from state to state. */
export function phaseBars(sweeps: readonly ReportedSweep[]): Block[] {
  const nameOf = naming(sweeps);
  const phases = sweeps
    .flatMap(({ total, breakdowns }) => breakdowns.map((row) => ({ name: nameOf(total), row })))
    .map(({ name, row }): TimedPhase => {
      return { name, row, elapsedNs: PARTS.reduce((sum, { ns }) => sum + ns(row), 0) };
    })
    .filter(({ elapsedNs }) => elapsedNs > 0);
  return phases.length === 0 ? [] : [drawing((layout) => drawBars(phases, layout))];
}

interface TimedPhase {
  readonly name: string;
  readonly row: BreakdownRow;
  readonly elapsedNs: number;
}

interface Part {
  readonly mark: 'sending' | 'executing' | 'queued' | 'loop';
  readonly head: string;
  readonly says: string;
  readonly color: 'yellow' | 'green' | 'red' | 'blue';
  readonly ns: (row: BreakdownRow) => number;
}

/** In the order in which they follow each other in a round. */
const PARTS: readonly Part[] = [
  { mark: 'sending', head: 'sending', says: 'sending', color: 'yellow', ns: ({ sendingNs }) => sendingNs },
  {
    mark: 'executing',
    head: 'executing',
    says: 'executing RMPOPT',
    color: 'green',
    ns: ({ executingNs }) => executingNs,
  },
  {
    mark: 'queued',
    head: 'queued',
    says: 'queued behind others',
    color: 'red',
    ns: ({ queuedNs }) => queuedNs,
  },
  { mark: 'loop', head: 'loop', says: 'loop overhead', color: 'blue', ns: ({ loopNs }) => loopNs },
];

/** The loop itself takes next to nothing, but its costs can be set to anything. */
const LOOP_SHARE_TOLD = 0.005;

/** The parts that get a column, and characters if they are long enough; the loop only where it is a part of some phase. */
function partsTold(phases: readonly TimedPhase[]): Part[] {
  const isTold = ({ mark, ns }: Part) =>
    mark !== 'loop' || phases.some(({ row, elapsedNs }) => ns(row) >= LOOP_SHARE_TOLD * elapsedNs);
  return PARTS.filter(isTold);
}

function longestNs(phases: readonly TimedPhase[]): number {
  return phases.reduce((longest, { elapsedNs }) => Math.max(longest, elapsedNs), 0);
}

/** A bar that is to show parts needs some room. */
const BAR_WIDTH_MIN = 16;

function drawBars(phases: readonly TimedPhase[], layout: Layout): string {
  const parts = partsTold(phases);
  const withBar = (bar: (phase: TimedPhase) => string): FieldColumn<TimedPhase>[] => [
    { head: 'state', align: 'left', field: ({ name }) => name, label: 'name' },
    { head: 'phase', align: 'left', field: ({ row: { phase } }) => phase, label: 'part' },
    ...parts.map(({ head, ns }): FieldColumn<TimedPhase> => {
      const field = ({ row, elapsedNs }: TimedPhase) => percentField(ns(row), elapsedNs);
      return { head, align: 'right', field };
    }),
    { head: '', align: 'left', field: bar },
  ];
  const leastBar = withBar(() => '-'.repeat(BAR_WIDTH_MIN));
  const room = layout.columns - gridWidth(leastBar, fieldsOf(leastBar, phases));
  const width = BAR_WIDTH_MIN + Math.max(0, room);
  const nsPerMark = longestNs(phases) / width;
  const drawn = withBar((phase) => drawBar(phase, parts, nsPerMark, layout));
  return `${legend(phases, parts, nsPerMark, layout)}\n\n${renderFitting(drawn, phases, layout)}`;
}

/** The bounds between the parts are rounded, not the parts, so that bars are as long as their times. */
function drawBar(
  { row, elapsedNs }: TimedPhase,
  parts: readonly Part[],
  nsPerMark: number,
  layout: Layout,
): string {
  if (isTrace(elapsedNs, nsPerMark)) return markOf('trace', layout);
  let sumNs = 0;
  return parts
    .map(({ mark, color, ns }, i) => {
      const start = Math.round(sumNs / nsPerMark);
      sumNs = i === parts.length - 1 ? elapsedNs : sumNs + ns(row);
      const length = Math.round(sumNs / nsPerMark) - start;
      return length === 0 ? '' : layout.chalk[color](markOf(mark, layout).repeat(length));
    })
    .join('');
}

function isTrace(elapsedNs: number, nsPerMark: number): boolean {
  return Math.round(elapsedNs / nsPerMark) === 0;
}

/** What the characters are, and what one of them stands for. */
function legend(
  phases: readonly TimedPhase[],
  parts: readonly Part[],
  nsPerMark: number,
  layout: Layout,
): string {
  const told = parts.map(({ mark, says, color }) =>
    besideMark(layout.chalk[color](markOf(mark, layout)), says),
  );
  const trace = phases.some(({ elapsedNs }) => isTrace(elapsedNs, nsPerMark))
    ? `, ${besideMark(markOf('trace', layout), 'less than half of it')}`
    : '';
  return paragraph(
    `Where the time went: ${told.join(', ')}; a character is ${duration(nsPerMark)}${trace}.`,
    layout,
  );
}

import { milliseconds } from './figures.js';
import { type CellColumn, cellsOf, gridWidth, type Layout, renderGrid } from './layout.js';
import { markOf } from './marks.js';

/**
 * How many of the remote CPUs were how long busy.
 * @param busyNs of each, at least one
 */
export function drawHistogram(busyNs: readonly number[], layout: Layout): string {
  const bins = binsOf(busyNs);
  const most = bins.reduce((largest, { count }) => Math.max(largest, count), 0);
  const columns = (bar: (bin: Bin) => string): CellColumn<Bin>[] => [
    { head: 'busy', align: 'right', cell: ({ label }) => label },
    { group: 'remote', head: 'CPUs', align: 'right', cell: ({ count }) => String(count) },
    { head: '', align: 'left', cell: bar },
  ];
  const withoutBar = columns(() => '');
  const room = layout.columns - gridWidth(withoutBar, cellsOf(withoutBar, bins));
  const perMark = most / Math.min(BAR_WIDTH_MAX, room);
  const drawn = columns(({ count }) => drawBar(count, perMark, layout));
  return renderGrid(drawn, cellsOf(drawn, bins), layout);
}

/** Longer bars are no easier to compare. */
const BAR_WIDTH_MAX = 60;

function drawBar(count: number, perMark: number, layout: Layout): string {
  const length = Math.round(count / perMark);
  if (length > 0) return markOf('count', layout).repeat(length);
  return count > 0 ? markOf('trace', layout) : '';
}

interface Bin {
  readonly label: string;
  readonly count: number;
}

const BINS_WANTED = 10;

/** Bins of one round width, from that of the fastest CPU to that of the slowest; one of CPUs that are all alike. */
function binsOf(busyNs: readonly number[]): Bin[] {
  const leastNs = busyNs.reduce((least, ns) => Math.min(least, ns));
  const mostNs = busyNs.reduce((most, ns) => Math.max(most, ns));
  if (milliseconds(leastNs) === milliseconds(mostNs)) {
    return [{ label: milliseconds(mostNs), count: busyNs.length }];
  }
  const widthNs = roundWidthNs((mostNs - leastNs) / BINS_WANTED);
  const first = Math.floor(leastNs / widthNs);
  const counts = Array.from({ length: Math.floor(mostNs / widthNs) - first + 1 }, () => 0);
  for (const ns of busyNs) {
    const bin = Math.floor(ns / widthNs) - first;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const text = (bin: number) => boundText((first + bin) * widthNs, widthNs);
  return counts.map((count, bin) => ({ label: `${text(bin)}-${text(bin + 1)}`, count }));
}

/** The least of 1, 2, 5, 10, 20, 50, ... ns that is not below. */
function roundWidthNs(ns: number): number {
  const magnitude = 10 ** Math.max(0, Math.floor(Math.log10(ns)));
  return ([1, 2, 5].find((factor) => factor * magnitude >= ns) ?? 10) * magnitude;
}

/** A bound in milliseconds with as many decimals as bounds need to be told apart. */
function boundText(ns: number, widthNs: number): string {
  return (ns / 1e6).toFixed(Math.max(0, 6 - Math.floor(Math.log10(widthNs))));
}

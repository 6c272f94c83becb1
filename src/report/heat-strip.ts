import { groupBy } from '../group-by.js';
import type { CpuRow } from '../run-document/columns.js';
import { milliseconds } from './figures.js';
import { besideMark, type Layout, paragraph } from './layout.js';
import { markOf, scaleMarks } from './marks.js';

/**
 * Every CPU as a character that says how long it was busy: lines per NUMA node, gaps between L3 groups, and beside each
 * line the slowest remote CPU of it.
 * @param cpus a row per CPU
 * @param scaleNs the longest time of the scale, at least that of the slowest remote CPU
 */
export function drawHeatStrip(cpus: readonly CpuRow[], scaleNs: number, layout: Layout): string {
  const sides = sideWidths(cpus);
  const gap = ' '.repeat(layout.columns < WIDE_COLUMNS ? 1 : 2);
  const stripWidth = layout.columns - sides.l3 - sides.cpu - sides.busy - 3 * gap.length;
  const nodes = [...groupBy(cpus, ({ node }) => node)]
    .sort(([a], [b]) => a - b)
    .map(([node, rows]) => ({ node, rows, lines: linesOf(rows, stripWidth) }));
  const drawnWidth = nodes
    .flatMap(({ lines }) => lines)
    .reduce((most, line) => Math.max(most, widthOf(line)), 0);
  const strip = (line: StripLine) => {
    const first = String(line[0]?.[0]?.l3 ?? '').padStart(sides.l3);
    const groups = line.map((group) => drawGroup(group, scaleNs, layout)).join(' ');
    const side = `${' '.repeat(drawnWidth - widthOf(line))}${gap}${besideLine(line, sides, gap)}`;
    return `${layout.chalk.dim(first)}${gap}${groups}${layout.chalk.dim(side.trimEnd())}`;
  };
  const drawn = nodes.flatMap(({ node, rows, lines }) => [
    paragraph(`node ${node}, ${rows.length === 1 ? 'CPU' : 'CPUs'} ${cpuRanges(rows)}`, layout, 2),
    ...lines.map(strip),
  ]);
  return drawn.join('\n');
}

/**
 * What the characters of strips and the figures beside them mean; of the marks those that can be there.
 * @param cpus a row per CPU of all strips
 */
export function stripLegend(cpus: readonly CpuRow[], scaleNs: number, layout: Layout): string {
  const marks = scaleMarks(layout);
  const steps = marks.map((mark, i) => {
    const upTo = milliseconds((scaleNs * (i + 1)) / marks.length);
    return besideMark(inItsColor(mark, mark, layout), upTo);
  });
  const isAnyIdle = cpus.some((row) => isRemote(row) && row.instructions === 0);
  const told = [
    ...(scaleNs > 0 ? [`Busy up to ${steps.join(', ')} ms`] : []),
    ...(isAnyIdle ? [besideMark(markOf('idle', layout), 'no RMPOPT')] : []),
    besideMark(inItsColor(LOCAL_MARK, LOCAL_MARK, layout), 'the local CPU, which spins throughout'),
  ];
  return paragraph(
    `A character is a CPU, a gap parts L3 groups. Left of a line stands its first group, right its slowest remote CPU. ${told.join('; ')}.`,
    layout,
  );
}

/** From here on there is room for wider gaps. */
const WIDE_COLUMNS = 100;

/** The columns beside the strips: number of the first L3 group of a line, of its slowest CPU, and what that was busy. */
interface SideWidths {
  readonly l3: number;
  readonly cpu: number;
  readonly busy: number;
}

function sideWidths(cpus: readonly CpuRow[]): SideWidths {
  const widest = (rows: readonly CpuRow[], text: (row: CpuRow) => string) =>
    rows.reduce((most, row) => Math.max(most, text(row).length), 0);
  const remote = cpus.filter(isRemote);
  return {
    l3: widest(cpus, ({ l3 }) => String(l3)),
    cpu: widest(remote, ({ cpu }) => String(cpu)),
    busy: widest(remote, ({ busyNs }) => milliseconds(busyNs)),
  };
}

/** Of a sweep all but the CPU that runs the loop. */
export function isRemote({ role }: CpuRow): boolean {
  return role === 'remote';
}

/** The groups of a line, each CPU by CPU. */
type StripLine = readonly (readonly CpuRow[])[];

/** As many whole L3 groups on a line as fit, the same number on each; a group that is too wide for one takes several. */
function linesOf(rows: readonly CpuRow[], width: number): StripLine[] {
  const groups = [...groupBy(rows, ({ l3 }) => l3)]
    .sort(([a], [b]) => a - b)
    .map(([, group]) => group.toSorted((a, b) => a.cpu - b.cpu));
  const widest = groups.reduce((most, group) => Math.max(most, group.length), 0);
  if (widest > width) return groups.flatMap((group) => evenly(group, width).map((part) => [part]));
  return evenly(groups, Math.floor((width + 1) / (widest + 1)));
}

/** Items in as few parts as hold at most so many each, all but the last of one size. */
function evenly<T>(items: readonly T[], most: number): T[][] {
  const size = Math.ceil(items.length / Math.ceil(items.length / most));
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}

function widthOf(line: StripLine): number {
  return line.reduce((sum, group) => sum + group.length + 1, -1);
}

function slowestOf(cpus: readonly CpuRow[]): CpuRow | undefined {
  return cpus
    .filter(isRemote)
    .reduce<CpuRow | undefined>(
      (most, row) => (most === undefined || row.busyNs > most.busyNs ? row : most),
      undefined,
    );
}

function besideLine(line: StripLine, { cpu, busy }: SideWidths, gap: string): string {
  const slowest = slowestOf(line.flat());
  if (slowest === undefined) return '';
  return `${String(slowest.cpu).padStart(cpu)}${gap}${milliseconds(slowest.busyNs).padStart(busy)}`;
}

/** The local CPU spins from start to end, so its time would dwarf the scale of the others. */
const LOCAL_MARK = 'L';

function drawGroup(group: readonly CpuRow[], scaleNs: number, layout: Layout): string {
  const marks = group.map((row) => markOfCpu(row, scaleNs, layout)).join('');
  // Runs of one mark share their colour codes, since a thousand CPUs would have thousands of them.
  return marks.replace(/(.)\1*/gu, (run, mark: string) => inItsColor(run, mark, layout));
}

function markOfCpu({ role, busyNs, instructions }: CpuRow, scaleNs: number, layout: Layout): string {
  if (role !== 'remote') return LOCAL_MARK;
  if (instructions === 0) return markOf('idle', layout);
  const marks = scaleMarks(layout);
  const level = scaleNs === 0 ? 1 : Math.max(1, Math.ceil((marks.length * busyNs) / scaleNs));
  return marks[level - 1] ?? '';
}

/** From little to much. */
const SCALE_COLORS = ['green', 'green', 'green', 'yellow', 'yellow', 'yellow', 'red', 'red'] as const;

function inItsColor(text: string, mark: string, layout: Layout): string {
  if (mark === LOCAL_MARK) return layout.chalk.cyan(text);
  const color = SCALE_COLORS[scaleMarks(layout).indexOf(mark)];
  return color === undefined ? text : layout.chalk[color](text);
}

/** CPU numbers as the kernel writes lists: `0-255,512-767`. */
function cpuRanges(rows: readonly CpuRow[]): string {
  const numbers = rows.map(({ cpu }) => cpu).sort((a, b) => a - b);
  const ranges: { first: number; last: number }[] = [];
  for (const number of numbers) {
    const range = ranges.at(-1);
    if (range !== undefined && range.last === number - 1) range.last = number;
    else ranges.push({ first: number, last: number });
  }
  return ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}

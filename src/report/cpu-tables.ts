import { groupBy } from '../group-by.js';
import type { CpuRow } from '../run-document/columns.js';
import { percentile } from '../run-document/statistics.js';
import { type Block, drawing, prose, table, title } from './blocks.js';
import { CPU_GROUPINGS, type CpuGrouping } from './cpu-groups.js';
import { milliseconds, threeDigits } from './figures.js';
import { drawHeatStrip, isRemote, stripLegend } from './heat-strip.js';
import { drawHistogram } from './histogram.js';
import type { CellColumn } from './layout.js';
import { listNames } from './names.js';
import type { ReportedSweep } from './sweeps.js';

/** A sweep with what it is called. */
export interface NamedSweep {
  readonly name: string;
  readonly sweep: ReportedSweep;
}

/** The CPUs of every sweep of which they are told: each as a character, how many were how long busy, and a table. */
export function cpuBlocks(sweeps: readonly NamedSweep[], by: CpuGrouping): Block[] {
  const told = sweeps.filter(({ sweep }) => sweep.cpus.length > 0);
  if (told.length === 0) return [];
  const totals = told.flatMap(({ sweep }) => totalRows(sweep));
  const scaleNs = totals.filter(isRemote).reduce((most, { busyNs }) => Math.max(most, busyNs), 0);
  return [
    ...(totals.some(isRemote) ? [aboutRanking(told)] : []),
    drawing((layout) => stripLegend(totals, scaleNs, layout)),
    ...told.flatMap((one) => blocksOf(one, by, scaleNs)),
  ];
}

/** Who waits for whom follows from an order that is assumed. */
function aboutRanking(sweeps: readonly NamedSweep[]): Block {
  const orders = sweeps.flatMap(({ sweep: { machine } }) =>
    machine.parameters.filter(({ name }) => name === 'arrivalOrder').map(({ value }) => String(value)),
  );
  return prose(
    `Which CPU waits longest, and how unevenly CPUs wait, hinges on the order in which those of a round are served, which nobody has measured: here arrivalOrder is ${listNames([...new Set(orders)])}; cpu is the order of the IPI mask, rotate starts each region with another CPU. A ranking of CPU numbers is no result.`,
  );
}

function blocksOf({ name, sweep }: NamedSweep, by: CpuGrouping, scaleNs: number): Block[] {
  const rows = totalRows(sweep);
  const remoteNs = rows.filter(isRemote).map(({ busyNs }) => busyNs);
  return [
    title(`SIMULATED, each CPU in ${name}, times in ms`),
    drawing((layout) => drawHeatStrip(rows, scaleNs, layout)),
    ...(remoteNs.length === 0 ? [] : [drawing((layout) => drawHistogram(remoteNs, layout))]),
    by === 'cpu' ? table(CPU_COLUMNS, cpuLines(sweep)) : table(groupColumns(by), cpuGroups(rows, by)),
  ];
}

function totalRows({ cpus }: ReportedSweep): CpuRow[] {
  return cpus.filter(({ phase }) => phase === 'total');
}

/** A CPU with its busy times by phase. */
interface CpuLine {
  readonly row: CpuRow;
  readonly localNs: number;
  readonly remoteNs: number;
}

function cpuLines(sweep: ReportedSweep): CpuLine[] {
  const busyNs = (phase: string) =>
    new Map(sweep.cpus.filter((row) => row.phase === phase).map((row) => [row.cpu, row.busyNs]));
  const [local, remote] = [busyNs('local'), busyNs('remote')];
  return totalRows(sweep).map((row) => ({
    row,
    localNs: local.get(row.cpu) ?? 0,
    remoteNs: remote.get(row.cpu) ?? 0,
  }));
}

/** Every CPU on a line of its own, by number. */
const CPU_COLUMNS: readonly CellColumn<CpuLine>[] = [
  { head: 'cpu', align: 'right', cell: ({ row: { cpu } }) => String(cpu), label: 'part' },
  { head: 'core', align: 'right', cell: ({ row: { core } }) => String(core), dispensable: 3 },
  { head: 'l3', align: 'right', cell: ({ row: { l3 } }) => String(l3) },
  { head: 'node', align: 'right', cell: ({ row: { node } }) => String(node) },
  { head: 'role', align: 'left', cell: ({ row: { role } }) => role },
  { group: 'busy in phase', head: 'local', align: 'right', cell: ({ localNs }) => milliseconds(localNs) },
  { group: 'busy in phase', head: 'remote', align: 'right', cell: ({ remoteNs }) => milliseconds(remoteNs) },
  {
    group: 'of the',
    head: 'sweep',
    align: 'right',
    cell: ({ row: { peggedShare } }) => `${(100 * peggedShare).toFixed(1)} %`,
  },
  {
    group: 'longest',
    head: 'stretch',
    align: 'right',
    cell: ({ row: { longestNs } }) => milliseconds(longestNs),
  },
  {
    group: 'RMPOPTs',
    head: 'issued',
    align: 'right',
    cell: ({ row: { instructions } }) => String(instructions),
    dispensable: 1,
  },
  {
    group: 'RMPOPTs',
    head: 'CF = 1',
    align: 'right',
    cell: ({ row: { optimized } }) => String(optimized),
    dispensable: 2,
  },
];

/** CPUs of one core, L3 group or node that have one role. */
interface CpuGroup {
  readonly number: number;
  readonly node: number;
  readonly role: string;
  readonly cpus: readonly CpuRow[];
  /** Ascending. */
  readonly busyNs: readonly number[];
}

/** The local CPU spins, so it stands apart from the others of its group. */
function cpuGroups(rows: readonly CpuRow[], by: CpuGrouping): CpuGroup[] {
  const groups = groupBy(rows, (row) => `${CPU_GROUPINGS[by](row)} ${row.role}`);
  return [...groups.values()]
    .flatMap((cpus) => {
      const [first] = cpus;
      if (first === undefined) return [];
      const { node, role } = first;
      const busyNs = cpus.map((row) => row.busyNs).sort((a, b) => a - b);
      return [{ number: CPU_GROUPINGS[by](first), node, role, cpus, busyNs }];
    })
    .sort((a, b) => a.number - b.number);
}

function groupColumns(by: CpuGrouping): CellColumn<CpuGroup>[] {
  const busy = (head: string, share: number): CellColumn<CpuGroup> => {
    const cell = ({ busyNs }: CpuGroup) => milliseconds(percentile(busyNs, share));
    return { group: 'busy, by CPU', head, align: 'right', cell };
  };
  const node: CellColumn<CpuGroup> = {
    head: 'node',
    align: 'right',
    cell: (group) => String(group.node),
    dispensable: 3,
  };
  return [
    { head: by, align: 'right', cell: ({ number }) => String(number), label: 'part' },
    ...(by === 'node' ? [] : [node]),
    { head: 'role', align: 'left', cell: ({ role }) => role, label: 'part' },
    { head: 'CPUs', align: 'right', cell: ({ cpus }) => String(cpus.length) },
    busy('fastest', 0),
    busy('median', 0.5),
    busy('slowest', 1),
    { group: 'interrupts', head: 'per CPU', align: 'right', cell: interruptsPerCpu },
    {
      group: 'longest',
      head: 'stretch',
      align: 'right',
      cell: ({ cpus }) => milliseconds(cpus.reduce((most, { longestNs }) => Math.max(most, longestNs), 0)),
    },
    {
      group: 'pegged',
      head: 'CPUs',
      align: 'right',
      cell: ({ cpus }) => threeDigits(sumOf(cpus, 'peggedShare')),
    },
    {
      group: 'RMPOPTs',
      head: 'issued',
      align: 'right',
      cell: ({ cpus }) => String(sumOf(cpus, 'instructions')),
      dispensable: 1,
    },
    {
      group: 'RMPOPTs',
      head: 'CF = 1',
      align: 'right',
      cell: ({ cpus }) => String(sumOf(cpus, 'optimized')),
      dispensable: 2,
    },
  ];
}

function interruptsPerCpu({ cpus }: CpuGroup): string {
  const counts = cpus.map(({ interrupts }) => interrupts).sort((a, b) => a - b);
  const [least, most] = [percentile(counts, 0), percentile(counts, 1)];
  return least === most ? String(most) : `${least}-${most}`;
}

function sumOf(cpus: readonly CpuRow[], column: 'peggedShare' | 'instructions' | 'optimized'): number {
  return cpus.reduce((sum, row) => sum + row[column], 0);
}

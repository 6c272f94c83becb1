import { groupBy } from '../group-by.js';
import type { CpuRow } from '../run-document/columns.js';
import { type Block, prose, table, title } from './blocks.js';
import { CPU_GROUPINGS, type CpuGrouping } from './cpu-groups.js';
import { duration } from './figures.js';
import type { FieldColumn } from './layout.js';
import type { ReportedSweep } from './sweeps.js';

/** A sweep with what it is called. */
export interface NamedSweep {
  readonly name: string;
  readonly sweep: ReportedSweep;
}

/** A table of the CPUs, or of groups of them, for every sweep of which they are told. */
export function cpuBlocks(sweeps: readonly NamedSweep[], by: CpuGrouping): Block[] {
  const told = sweeps.filter(({ sweep }) => sweep.cpus.length > 0);
  if (told.length === 0) return [];
  const areRemote = told.some(({ sweep }) => totalRows(sweep).some(({ role }) => role === 'remote'));
  return [...(areRemote ? [ABOUT_ORDER] : []), ...told.flatMap((one) => blocksOf(one, by))];
}

/** How long a CPU waits follows from an order that is assumed. */
const ABOUT_ORDER = prose(
  'Longest in RMPOPT: the longest time of one interrupt inside RMPOPT. It depends on the order in which CPUs are served (arrivalOrder), which nobody has measured: low and high are the smaller and the larger time of two orders, by CPU number and starting at another CPU for each region. --csv has the whole time of each CPU in RMPOPT.',
);

function blocksOf({ name, sweep }: NamedSweep, by: CpuGrouping): Block[] {
  const rows = totalRows(sweep);
  return [
    title(`SIMULATED, CPUs in state ${name}`),
    by === 'cpu' ? table(CPU_COLUMNS, rows) : table(groupColumns(by), cpuGroups(rows, by)),
  ];
}

function totalRows({ cpus }: ReportedSweep): CpuRow[] {
  return cpus.filter(({ phase }) => phase === 'total');
}

/** Every CPU on a line of its own, by number. */
const CPU_COLUMNS: readonly FieldColumn<CpuRow>[] = [
  { head: 'cpu', align: 'right', field: ({ cpu }) => String(cpu), label: 'part' },
  { head: 'core', align: 'right', field: ({ core }) => String(core), dispensable: 3 },
  { head: 'l3', align: 'right', field: ({ l3 }) => String(l3) },
  { head: 'node', align: 'right', field: ({ node }) => String(node) },
  { head: 'role', align: 'left', field: ({ role }) => role },
  { head: 'interrupts', align: 'right', field: ({ interrupts }) => String(interrupts) },
  {
    group: 'longest in RMPOPT',
    head: 'low',
    align: 'right',
    field: ({ interrupts, longestLowNs }) => interruptTime(interrupts, longestLowNs),
  },
  {
    group: 'longest in RMPOPT',
    head: 'high',
    align: 'right',
    field: ({ interrupts, longestHighNs }) => interruptTime(interrupts, longestHighNs),
  },
  {
    group: 'RMPOPTs',
    head: 'issued',
    align: 'right',
    field: ({ issued }) => String(issued),
    dispensable: 1,
  },
  {
    group: 'RMPOPTs',
    head: 'optimized',
    align: 'right',
    field: ({ optimized }) => String(optimized),
    dispensable: 2,
  },
];

/** CPUs of one core, L3 group or node that have one role. */
interface CpuGroup {
  readonly number: number;
  readonly node: number;
  readonly role: string;
  readonly cpus: readonly CpuRow[];
}

/** The local CPU spins, so it stands apart from the others of its group. */
function cpuGroups(rows: readonly CpuRow[], by: CpuGrouping): CpuGroup[] {
  const groups = groupBy(rows, (row) => `${CPU_GROUPINGS[by](row)} ${row.role}`);
  return [...groups.values()]
    .flatMap((cpus) => {
      const [first] = cpus;
      if (first === undefined) return [];
      const { node, role } = first;
      return [{ number: CPU_GROUPINGS[by](first), node, role, cpus }];
    })
    .sort((a, b) => a.number - b.number);
}

function groupColumns(by: CpuGrouping): FieldColumn<CpuGroup>[] {
  const node: FieldColumn<CpuGroup> = {
    head: 'node',
    align: 'right',
    field: (group) => String(group.node),
    dispensable: 3,
  };
  return [
    { head: by, align: 'right', field: ({ number }) => String(number), label: 'part' },
    ...(by === 'node' ? [] : [node]),
    { head: 'role', align: 'left', field: ({ role }) => role, label: 'part' },
    { head: 'CPUs', align: 'right', field: ({ cpus }) => String(cpus.length) },
    { group: 'interrupts', head: 'per CPU', align: 'right', field: interruptsPerCpu },
    longest('low', (least, { longestLowNs }) => Math.min(least, longestLowNs)),
    longest('high', (most, { longestHighNs }) => Math.max(most, longestHighNs)),
    {
      group: 'RMPOPTs',
      head: 'issued',
      align: 'right',
      field: ({ cpus }) => String(sumOf(cpus, 'issued')),
      dispensable: 1,
    },
    {
      group: 'RMPOPTs',
      head: 'optimized',
      align: 'right',
      field: ({ cpus }) => String(sumOf(cpus, 'optimized')),
      dispensable: 2,
    },
  ];
}

/** Over the CPUs of a group. */
function longest(head: 'low' | 'high', fold: (ns: number, row: CpuRow) => number): FieldColumn<CpuGroup> {
  const field = ({ cpus }: CpuGroup) => {
    const interrupts = cpus.reduce((most, row) => Math.max(most, row.interrupts), 0);
    return interruptTime(interrupts, cpus.reduce(fold, cpus[0]?.longestLowNs ?? 0));
  };
  return { group: 'longest in RMPOPT', head, align: 'right', field };
}

/** Who is not interrupted has no longest one. */
function interruptTime(interrupts: number, ns: number): string {
  return interrupts === 0 ? '-' : duration(ns);
}

function interruptsPerCpu({ cpus }: CpuGroup): string {
  const counts = cpus.map(({ interrupts }) => interrupts);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? String(most) : `${least}-${most}`;
}

function sumOf(cpus: readonly CpuRow[], column: 'issued' | 'optimized'): number {
  return cpus.reduce((sum, row) => sum + row[column], 0);
}

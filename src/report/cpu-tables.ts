import { milliseconds } from './figures.js';
import { type Layout, paragraph, renderGrid, type TableColumn } from './layout.js';
import { type ReportedSweep, stateName } from './sweeps.js';

/** A table for every sweep of which CPUs are told. */
export function cpuTables(sweeps: readonly ReportedSweep[], layout: Layout): string[] {
  return sweeps.filter(({ cpus }) => cpus.length > 0).map((sweep) => cpuTable(sweep, layout));
}

const CPU_TABLE_COLUMNS: readonly TableColumn[] = [
  { head: 'cpu', align: 'right' },
  { head: 'core', align: 'right' },
  { head: 'l3', align: 'right' },
  { head: 'node', align: 'right' },
  { head: 'role', align: 'left' },
  { group: 'busy in phase', head: 'local', align: 'right' },
  { group: 'busy in phase', head: 'remote', align: 'right' },
  { group: 'of the', head: 'sweep', align: 'right' },
  { group: 'longest', head: 'stretch', align: 'right' },
  { group: 'RMPOPTs', head: 'issued', align: 'right' },
  { group: 'RMPOPTs', head: 'CF = 1', align: 'right' },
];

/** Every CPU on a line of its own, by number. */
function cpuTable({ total, cpus }: ReportedSweep, layout: Layout): string {
  const busyNs = (phase: string) =>
    new Map(cpus.filter((row) => row.phase === phase).map((row) => [row.cpu, row.busyNs]));
  const [local, remote] = [busyNs('local'), busyNs('remote')];
  const rows = cpus
    .filter(({ phase }) => phase === 'total')
    .map((row) => [
      String(row.cpu),
      String(row.core),
      String(row.l3),
      String(row.node),
      row.role,
      milliseconds(local.get(row.cpu) ?? 0),
      milliseconds(remote.get(row.cpu) ?? 0),
      `${(100 * row.peggedShare).toFixed(1)} %`,
      milliseconds(row.longestNs),
      String(row.instructions),
      String(row.optimized),
    ]);
  const title = layout.chalk.bold(
    `SIMULATED, each CPU in ${stateName(total)} (mapping ${total.mapping}, hypothesis ${total.hypothesis}, ${total.strategy})`,
  );
  const caveat = paragraph(
    'Who waits longest hinges on the order in which CPUs arrive, which nobody has measured: read the distribution, not the ranking of CPU numbers.',
  );
  return `${title}\n${caveat}\n\n${renderGrid(CPU_TABLE_COLUMNS, rows, layout)}`;
}

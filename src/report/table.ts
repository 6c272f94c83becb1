import type { ResultRow } from '../run-document/columns.js';
import type { RunDocument } from '../run-document/run-document.js';
import { renderComparison } from './compare.js';
import { milliseconds, range, threeDigits } from './figures.js';
import {
  type CellColumn,
  type Layout,
  paragraph,
  renderFitting,
  renderGrid,
  type TableColumn,
} from './layout.js';
import { machineLine } from './machine-line.js';
import { type ReportedSweep, reportedSweeps, stateName } from './sweeps.js';
import { explanations } from './words.js';

/** The document for a person: what was simulated, a line per phase, every CPU if asked for, and what the figures say. */
export function renderTable(document: RunDocument, layout: Layout): string {
  if (document.comparisons.length > 0) return renderComparison(document, layout);
  const sweeps = reportedSweeps(document);
  const perCpu = sweeps.filter(({ cpus }) => cpus.length > 0).map((sweep) => cpuTable(sweep, layout));
  const blocks = [
    heading(sweeps, layout),
    phaseTable(sweeps, layout),
    ...perCpu,
    ...explanations(sweeps, document.changes),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function heading(sweeps: readonly ReportedSweep[], { chalk }: Layout): string {
  const machines = distinct(sweeps, machineLine);
  const hypotheses = distinct(sweeps, ({ total }) => total.hypothesis);
  const known = `${hypotheses.length > 1 ? 'hypotheses' : 'hypothesis'} ${hypotheses.join(', ')}`;
  const choices = distinct(sweeps, ({ total: { strategy, threads, variation } }) =>
    [`strategy ${strategy}, threads ${threads}`, variation.replaceAll(';', '; ')].filter(Boolean).join('; '),
  );
  const title = chalk.bold('SIMULATED RMPOPT sweep, times in ms');
  return [title, ...machines, `${known}; ${choices.join(' | ')}`]
    .map((line) => paragraph(line, 2))
    .join('\n');
}

/** A phase of a sweep, as a line of the table. */
interface PhaseLine {
  readonly sweep: ReportedSweep;
  readonly row: ResultRow;
}

interface PhaseColumn extends CellColumn<PhaseLine> {
  /** A column whose cells are all alike says nothing that the heading does not. */
  readonly onlyIfVaried?: true;
}

/** Busy times exist only where some CPU issued RMPOPT. */
const busyCell =
  (column: 'fastestNs' | 'medianNs' | 'p99Ns' | 'slowestNs') =>
  ({ row }: PhaseLine) =>
    row.fastestCpu === null ? '-' : milliseconds(row[column]);

const PHASE_COLUMNS: readonly PhaseColumn[] = [
  { head: 'state', align: 'left', cell: ({ row }) => stateName(row) },
  { head: 'mapping', align: 'left', cell: ({ row }) => row.mapping },
  { head: 'hypothesis', align: 'left', cell: ({ row }) => row.hypothesis, onlyIfVaried: true },
  { head: 'phase', align: 'left', cell: ({ row: { phase } }) => phase },
  { head: 'elapsed', align: 'right', cell: ({ row: { elapsedNs } }) => milliseconds(elapsedNs) },
  {
    head: 'range',
    align: 'right',
    cell: ({ row: { elapsedLowNs, elapsedHighNs } }) =>
      elapsedLowNs === null || elapsedHighNs === null ? '-' : range(elapsedLowNs, elapsedHighNs),
    onlyIfVaried: true,
  },
  { group: 'busy, by CPU', head: 'fastest', align: 'right', cell: busyCell('fastestNs'), dispensable: 3 },
  { group: 'busy, by CPU', head: 'median', align: 'right', cell: busyCell('medianNs') },
  { group: 'busy, by CPU', head: 'p99', align: 'right', cell: busyCell('p99Ns'), dispensable: 2 },
  { group: 'busy, by CPU', head: 'slowest', align: 'right', cell: busyCell('slowestNs') },
  {
    group: 'pegged',
    head: 'CPUs',
    align: 'right',
    cell: ({ row: { peggedCpus } }) => threeDigits(peggedCpus),
  },
  {
    group: 'RMPOPTs',
    head: 'issued',
    align: 'right',
    cell: ({ row: { instructions } }) => String(instructions),
    dispensable: 1,
  },
  { group: 'RMPOPTs', head: 'CF = 1', align: 'right', cell: ({ row: { optimized } }) => String(optimized) },
];

function phaseTable(sweeps: readonly ReportedSweep[], layout: Layout): string {
  const totals = sweeps.map((sweep): PhaseLine => ({ sweep, row: sweep.total }));
  const isTold = ({ onlyIfVaried, cell }: PhaseColumn) =>
    onlyIfVaried !== true || new Set(totals.map(cell)).size > 1;
  const lines = sweeps.flatMap((sweep) =>
    [sweep.local, sweep.remote, sweep.total].map((row): PhaseLine => ({ sweep, row })),
  );
  return renderFitting(PHASE_COLUMNS.filter(isTold), lines, layout);
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
    `SIMULATED, each CPU in ${stateName(total)} (mapping ${total.mapping}, hypothesis ${total.hypothesis})`,
  );
  const caveat = paragraph(
    'Who waits longest hinges on the order in which CPUs arrive, which nobody has measured: read the distribution, not the ranking of CPU numbers.',
  );
  return `${title}\n${caveat}\n\n${renderGrid(CPU_TABLE_COLUMNS, rows, layout)}`;
}

function distinct(sweeps: readonly ReportedSweep[], text: (sweep: ReportedSweep) => string): string[] {
  return [...new Set(sweeps.map(text))];
}

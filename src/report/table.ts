import type { ResultRow } from '../run-document/columns.js';
import type { RunDocument } from '../run-document/run-document.js';
import { renderComparison } from './compare.js';
import { cpuTables } from './cpu-tables.js';
import { milliseconds, range, threeDigits } from './figures.js';
import { type CellColumn, type Layout, paragraph, renderFitting } from './layout.js';
import { machineLine } from './machine-line.js';
import { jitterInHeading, type Column as SpreadColumn, spreadBlocks, typicalRuns } from './spread.js';
import { cellId, type ReportedSweep, reportedSweeps, stateName } from './sweeps.js';
import { explanations } from './words.js';

/** The document for a person: what was simulated, a line per phase, every CPU if asked for, and what the figures say. */
export function renderTable(document: RunDocument, layout: Layout): string {
  if (document.comparisons.length > 0) return renderComparison(document, layout);
  const sweeps = typicalRuns(reportedSweeps(document), cellId);
  const blocks = [
    heading(sweeps, jitterInHeading(document), layout),
    phaseTable(sweeps, layout),
    ...cpuTables(sweeps, layout),
    ...spreadBlocks(document, namingColumns(sweeps), layout),
    ...explanations(sweeps, document.changes),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function heading(sweeps: readonly ReportedSweep[], jitter: string, { chalk }: Layout): string {
  const machines = distinct(sweeps, machineLine);
  const hypotheses = distinct(sweeps, ({ total }) => total.hypothesis);
  const known = `${hypotheses.length > 1 ? 'hypotheses' : 'hypothesis'} ${hypotheses.join(', ')}`;
  const choices = distinct(sweeps, ({ total: { strategy, threads, variation } }) =>
    [`strategy ${strategy}, threads ${threads}`, variation.replaceAll(';', '; ')].filter(Boolean).join('; '),
  );
  const title = chalk.bold('SIMULATED RMPOPT sweep, times in ms');
  const chosen = [known, choices.join(' | '), jitter].filter(Boolean).join('; ');
  return [title, ...machines, chosen].map((line) => paragraph(line, 2)).join('\n');
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

/** What sweeps are told apart by over their runs. */
function namingColumns(sweeps: readonly ReportedSweep[]): SpreadColumn[] {
  const hypothesis: SpreadColumn = { head: 'hypothesis', align: 'left', cell: (row) => row.hypothesis };
  return [
    { head: 'state', align: 'left', cell: stateName },
    { head: 'mapping', align: 'left', cell: ({ mapping }) => mapping },
    ...(distinct(sweeps, ({ total }) => total.hypothesis).length > 1 ? [hypothesis] : []),
  ];
}

function distinct(sweeps: readonly ReportedSweep[], text: (sweep: ReportedSweep) => string): string[] {
  return [...new Set(sweeps.map(text))];
}

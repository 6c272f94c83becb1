import type { ResultRow } from '../run-document/columns.js';
import type { RunDocument } from '../run-document/run-document.js';
import { type Block, type Manner, prose, type Report, type Setting, table } from './blocks.js';
import { comparisonReport } from './compare-report.js';
import { cpuBlocks } from './cpu-tables.js';
import { counted, grouped, milliseconds, range, threeDigits } from './figures.js';
import type { FieldColumn } from './layout.js';
import { machineLine } from './machine-line.js';
import { phaseBars } from './phase-bars.js';
import { markedTime, outsideMarkInWords } from './ranges.js';
import { runSummary } from './run-summary.js';
import { jitterInHeading, spreadBlocks } from './spread.js';
import { hasOneScenario, naming, type ReportedSweep, reportedSweeps, stateName } from './sweeps.js';
import { typicalRuns } from './typical-runs.js';
import { explanations } from './words.js';

/** What people are told of a run or a grid. */
export function sweepsReport(document: RunDocument, manner: Manner): Report {
  const shown = typicalRuns(document);
  return shown.comparisons.length > 0 ? comparisonReport(shown, manner) : runReport(shown, manner);
}

/** A run for a person: what was simulated, a line per phase, where the time went, the CPUs if asked for, and what the figures say. */
function runReport(document: RunDocument, manner: Manner): Report {
  const { by, setting, isVerbose } = manner;
  const sweeps = reportedSweeps(document);
  const nameOf = naming(sweeps);
  const named = sweeps.map((sweep) => ({ name: nameOf(sweep.total), sweep }));
  return {
    title: titleOf(sweeps),
    heading: heading(sweeps, jitterInHeading(document)),
    blocks: [
      ...runSummary(sweeps, document, manner),
      ...cpuBlocks(named, by),
      ...spreadBlocks(document, setting),
      ...(isVerbose
        ? [...phaseTable(sweeps, setting), ...phaseBars(sweeps), ...explanations(sweeps, document)]
        : []),
    ],
  };
}

function titleOf(sweeps: readonly ReportedSweep[]): string {
  const sizes = distinct(
    sweeps,
    ({ total, machine }) => `${counted(total.regions, 'region')} of 1 GiB, ${counted(machine.cores, 'core')}`,
  );
  return sizes.length === 1
    ? `SIMULATED RMPOPT sweep: ${sizes[0]}; times in ms`
    : 'SIMULATED RMPOPT sweeps, times in ms';
}

/** The host and how it is swept, in a line where all sweeps have that in common. */
function heading(sweeps: readonly ReportedSweep[], jitter: string): string[] {
  const machines = distinct(sweeps, ({ machine }) => machine.name);
  const hypotheses = distinct(sweeps, ({ total }) => total.hypothesis);
  const known = `${hypotheses.length > 1 ? 'hypotheses' : 'hypothesis'} ${hypotheses.join(', ')}`;
  const choices = distinct(sweeps, ({ total: { strategy, threads, variation } }) =>
    [`${strategy}, ${threads} threads`, ...variation.split(';').filter(Boolean)].join(', '),
  );
  const scenario = hasOneScenario(sweeps) ? `scenario ${sweeps[0]?.total.scenario}, ` : '';
  const rest = [choices.join(' | '), known, ...(jitter === '' ? [] : [jitter])].join(', ');
  return machines.length === 1
    ? [`${scenario}machine ${machines[0]}, ${rest}`]
    : [...distinct(sweeps, machineLine), `${scenario}${rest}`];
}

/** A phase of a sweep, as a line of the table. */
interface PhaseLine {
  readonly sweep: ReportedSweep;
  readonly row: ResultRow;
}

interface PhaseColumn extends FieldColumn<PhaseLine> {
  /** Whether it says anything; a column that says what the heading says does not. */
  readonly isTold?: (lines: readonly PhaseLine[]) => boolean;
}

const rangeField = ({ row: { elapsedLowNs, elapsedHighNs } }: PhaseLine) =>
  elapsedLowNs === null || elapsedHighNs === null ? '-' : range(elapsedLowNs, elapsedHighNs);

/** Where all totals have one range, the words have it. */
function areRangesVaried(lines: readonly PhaseLine[]): boolean {
  return new Set(lines.filter(({ row }) => row.phase === 'total').map(rangeField)).size > 1;
}

/** Times in RMPOPT exist only where some CPU issued one. */
const inRmpoptField =
  (column: 'inRmpoptMeanNs' | 'inRmpoptLowNs' | 'inRmpoptHighNs') =>
  ({ row }: PhaseLine) => {
    const ns = row[column];
    return row.issued === 0 || ns === null ? '-' : milliseconds(ns);
  };

/** Random costs in one order of service say nothing of the other. */
function areExtremesKnown(lines: readonly PhaseLine[]): boolean {
  return lines.some(({ row }) => row.inRmpoptLowNs !== null);
}

const PHASE_COLUMNS: readonly PhaseColumn[] = [
  { head: 'state', align: 'left', field: ({ row }) => stateName(row), label: 'name' },
  { head: 'mapping', align: 'left', field: ({ row }) => row.mapping, label: 'name' },
  {
    head: 'hypothesis',
    align: 'left',
    field: ({ row }) => row.hypothesis,
    isTold: (lines) => new Set(lines.map(({ row }) => row.hypothesis)).size > 1,
    label: 'name',
  },
  { head: 'phase', align: 'left', field: ({ row: { phase } }) => phase, label: 'part' },
  { head: 'elapsed', unit: 'ms', align: 'right', field: ({ row }) => milliseconds(row.elapsedNs) },
  { head: 'range', unit: 'ms', align: 'right', field: rangeField, isTold: areRangesVaried },
  { group: 'in RMPOPT', head: 'mean', unit: 'ms', align: 'right', field: inRmpoptField('inRmpoptMeanNs') },
  {
    group: 'in RMPOPT',
    head: 'low',
    unit: 'ms',
    align: 'right',
    field: inRmpoptField('inRmpoptLowNs'),
    isTold: areExtremesKnown,
    dispensable: 2,
  },
  {
    group: 'in RMPOPT',
    head: 'high',
    unit: 'ms',
    align: 'right',
    field: inRmpoptField('inRmpoptHighNs'),
    isTold: areExtremesKnown,
    dispensable: 3,
  },
  {
    group: 'pegged',
    head: 'CPUs',
    align: 'right',
    field: ({ row: { peggedCpus } }) => threeDigits(peggedCpus),
  },
  {
    group: 'RMPOPTs',
    head: 'issued',
    align: 'right',
    field: ({ row: { issued } }) => grouped(issued),
    dispensable: 1,
  },
  {
    group: 'RMPOPTs',
    head: 'CF = 1',
    align: 'right',
    field: ({ row: { optimized } }) => grouped(optimized),
    dispensable: 4,
  },
];

/** Beside a mark stands the range that it is about. */
const MARKED_COLUMNS: readonly PhaseColumn[] = PHASE_COLUMNS.map((column) => {
  if (column.head === 'elapsed') return { ...column, field: ({ row }) => markedTime(row) };
  return column.head === 'range' ? { ...column, isTold: () => true } : column;
});

function phaseTable(sweeps: readonly ReportedSweep[], setting: Setting): Block[] {
  const lines = sweeps.flatMap((sweep) =>
    [sweep.local, sweep.remote, sweep.total].map((row): PhaseLine => ({ sweep, row })),
  );
  const columns = setting === 'screen' ? PHASE_COLUMNS : MARKED_COLUMNS;
  const marks = setting === 'screen' ? [] : outsideMarkInWords(lines.map(({ row }) => row)).map(prose);
  const told = columns.filter(({ isTold }) => isTold?.(lines) ?? true);
  return [table(told, lines), ...marks];
}

function distinct(sweeps: readonly ReportedSweep[], text: (sweep: ReportedSweep) => string): string[] {
  return [...new Set(sweeps.map(text))];
}

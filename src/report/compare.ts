import type { ComparisonRow, DisturbanceRow } from '../run-document/columns.js';
import type { RunDocument } from '../run-document/run-document.js';
import { formatBytes } from '../units.js';
import { comparisonInWords } from './compare-words.js';
import { cpuTables } from './cpu-tables.js';
import { duration, milliseconds, percent, range, ratioText } from './figures.js';
import { type CellColumn, type Layout, paragraph, renderFitting } from './layout.js';
import { machineLine } from './machine-line.js';
import { jitterInHeading, type Column as SpreadColumn, spreadBlocks, typicalRuns } from './spread.js';
import { cellId, type ReportedSweep, reportedSweeps, stateName } from './sweeps.js';

/** A sweep of a grid with what it is compared by. */
export interface ComparedSweep {
  readonly sweep: ReportedSweep;
  readonly total: ComparisonRow;
  readonly disturbance: DisturbanceRow;
  /** What it is called in sentences. */
  readonly name: string;
}

/** A grid for a person: a line per sweep, what explains the ratios, and what the other CPUs notice. */
export function renderComparison(document: RunDocument, layout: Layout): string {
  const varied = variedColumns(document.comparisons);
  const totals = document.comparisons.filter(({ phase }) => phase === 'total');
  const everyRun = reportedSweeps(document).map((sweep, i): ComparedSweep => {
    const [total, disturbance] = [totals[i], document.disturbances[i]];
    if (total === undefined || disturbance === undefined) throw new Error('a grid misses rows of a sweep');
    return { sweep, total, disturbance, name: nameOf(total, varied) };
  });
  const run = typicalRun(everyRun);
  const sweeps = everyRun.filter(({ total }) => total.run === run);
  const blocks = [
    heading(sweeps, varied, jitterInHeading(document), layout),
    ratioTable(sweeps, varied, layout),
    ...disturbances(sweeps, varied, layout),
    ...cpuTables(
      sweeps.map(({ sweep }) => sweep),
      layout,
    ),
    ...spreadBlocks(document, namesOfSpread(varied, document.comparisons), layout),
    ...comparisonInWords(
      sweeps,
      document.missing,
      varied.some(({ head }) => head === 'hypothesis'),
    ),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** The run that is shown of every cell, so that ratios are those of the times beside them: the median one of the baseline. */
function typicalRun(sweeps: readonly ComparedSweep[]): number {
  const ofBaseline = sweeps.filter(({ total }) => total.isBaseline === 'yes');
  const own = ofBaseline.length > 0 ? ofBaseline : sweeps.slice(0, 1);
  return (
    typicalRuns(
      own.map(({ sweep }) => sweep),
      () => 'baseline',
    )[0]?.total.run ?? 1
  );
}

/** A choice that can differ from cell to cell, as a column and as a part of a name. */
interface ChoiceColumn {
  readonly head: string;
  readonly cell: (row: ComparisonRow) => string;
  /** Whether another column settles it, so that names need not have it. */
  readonly isImplied?: true;
}

const CHOICES: readonly ChoiceColumn[] = [
  { head: 'mapping', cell: ({ mapping }) => mapping },
  { head: 'hypothesis', cell: ({ hypothesis }) => hypothesis },
  { head: 'strategy', cell: ({ strategy }) => strategy },
  { head: 'threads', cell: ({ threads }) => threads },
  { head: 'topology', cell: ({ topology }) => topology },
  { head: 'memory', cell: ({ memoryBytes }) => formatBytes(memoryBytes) },
];

/** The choices that differ, and of variations the parts that do. */
function variedColumns(rows: readonly ComparisonRow[]): ChoiceColumn[] {
  const parts = rows.map(({ variation }) => (variation === '' ? [] : variation.split(';')));
  const common = new Set(
    parts.reduce((kept, one) => kept.filter((part) => one.includes(part)), parts[0] ?? []),
  );
  const own = ({ variation }: ComparisonRow) =>
    variation
      .split(';')
      .filter((part) => !common.has(part))
      .join(' ');
  const variation = { head: 'variation', cell: (row: ComparisonRow) => own(row) || '-' };
  // A choice that the state settles, as the mapping of its scenario, tells no cells apart.
  const isVaried = ({ cell }: ChoiceColumn) => {
    const first = new Map<string, string>();
    return rows.some((row) => {
      const known = first.get(stateName(row)) ?? cell(row);
      first.set(stateName(row), known);
      return known !== cell(row);
    });
  };
  const varied = [...CHOICES, variation].filter(isVaried);
  return varied.map((column) =>
    isSettledBy('strategy', column, varied, rows) ? { ...column, isImplied: true } : column,
  );
}

/** Whether the value of one column is the same wherever another column's is. */
function isSettledBy(
  head: string,
  column: ChoiceColumn,
  varied: readonly ChoiceColumn[],
  rows: readonly ComparisonRow[],
): boolean {
  const settling = varied.find((one) => one.head === head);
  if (settling === undefined || settling === column) return false;
  const pairs = new Set(rows.map((row) => `${settling.cell(row)} ${column.cell(row)}`));
  return pairs.size === new Set(rows.map(settling.cell)).size;
}

function nameOf(row: ComparisonRow, varied: readonly ChoiceColumn[]): string {
  const choices = varied.filter(({ isImplied }) => isImplied !== true).map(({ cell }) => cell(row));
  return [stateName(row), ...choices.filter((text) => text !== '-')].join(' ');
}

/** What all sweeps have in common; what they have not is in the table. */
function heading(
  sweeps: readonly ComparedSweep[],
  varied: readonly ChoiceColumn[],
  jitter: string,
  { chalk }: Layout,
): string {
  const machines = [...new Set(sweeps.map(({ sweep }) => machineLine(sweep)))];
  const [first] = sweeps;
  if (first === undefined) return '';
  const { hypothesis, strategy, threads, variation } = first.total;
  const heads = varied.map(({ head }) => head);
  const common = [
    ...(heads.includes('hypothesis') ? [] : [`hypothesis ${hypothesis}`]),
    ...(heads.includes('strategy') ? [] : [`strategy ${strategy}`]),
    ...(heads.includes('threads') ? [] : [`threads ${threads}`]),
    ...(heads.includes('variation') || variation === '' ? [] : [variation.replaceAll(';', '; ')]),
  ];
  const title = chalk.bold('SIMULATED RMPOPT sweeps compared, times in ms');
  const hosts = heads.filter((head) => head === 'topology' || head === 'memory');
  const shown =
    machines.length > 1
      ? [`machine ${first.sweep.machine.name}, ${hosts.join(' and ') || 'costs'} varied`]
      : machines;
  return [title, ...shown, [...common, jitter].filter(Boolean).join('; ')]
    .filter((line) => line !== '')
    .map((line) => paragraph(line, 2))
    .join('\n');
}

type Column = CellColumn<ComparedSweep>;

const TIMES: readonly Column[] = [
  { head: 'local', align: 'right', cell: ({ sweep }) => milliseconds(sweep.local.elapsedNs), dispensable: 2 },
  {
    head: 'remote',
    align: 'right',
    cell: ({ sweep }) => milliseconds(sweep.remote.elapsedNs),
    dispensable: 2,
  },
  { head: 'total', align: 'right', cell: ({ sweep }) => milliseconds(sweep.total.elapsedNs) },
  {
    head: 'range',
    align: 'right',
    cell: ({ sweep: { total } }) =>
      total.elapsedLowNs === null || total.elapsedHighNs === null
        ? '-'
        : range(total.elapsedLowNs, total.elapsedHighNs),
    dispensable: 1,
  },
  { group: 'to baseline', head: 'ratio', align: 'right', cell: ({ total }) => ratioText(total.ratio) },
  {
    group: 'to baseline',
    head: 'range',
    align: 'right',
    cell: ({ total: { ratioLow, ratioHigh } }) => {
      const [low, high] = [ratioText(ratioLow), ratioText(ratioHigh)];
      return low === high ? low : `${low}-${high}`;
    },
    dispensable: 3,
  },
];

function ratioTable(
  sweeps: readonly ComparedSweep[],
  varied: readonly ChoiceColumn[],
  layout: Layout,
): string {
  return renderFitting([...namingColumns(varied), ...TIMES], sweeps, layout);
}

function namingColumns(varied: readonly ChoiceColumn[]): Column[] {
  return [
    { head: 'state', align: 'left', cell: ({ total }) => stateName(total) },
    ...varied.map(({ head, cell }): Column => ({ head, align: 'left', cell: ({ total }) => cell(total) })),
  ];
}

/** The same columns for rows over runs. */
function namesOfSpread(
  varied: readonly ChoiceColumn[],
  comparisons: readonly ComparisonRow[],
): SpreadColumn[] {
  const rows = new Map(comparisons.map((row) => [cellId(row), row]));
  const columns = varied.map(({ head, cell }): SpreadColumn => {
    const cellOf = (row: ComparisonRow | undefined) => (row === undefined ? '' : cell(row));
    return { head, align: 'left', cell: (spread) => cellOf(rows.get(cellId(spread))) };
  });
  return [{ head: 'state', align: 'left', cell: stateName }, ...columns];
}

/** Choices that change how often and for how long others are interrupted. */
const DISTURBING = ['strategy', 'threads', 'variation'];

const NOTICED: readonly Column[] = [
  {
    group: 'interrupts',
    head: 'per CPU',
    align: 'right',
    cell: ({ disturbance: { interruptsMin, interruptsMax } }) =>
      interruptsMin === interruptsMax ? String(interruptsMax) : `${interruptsMin}-${interruptsMax}`,
    dispensable: 1,
  },
  {
    group: 'interrupts',
    head: 'per s',
    align: 'right',
    // Of a single one a rate says nothing.
    cell: ({ disturbance: { interruptsMax, interruptsPerSecond } }) =>
      interruptsMax < 2 ? '-' : Math.round(interruptsPerSecond).toString(),
    dispensable: 3,
  },
  {
    group: 'longest',
    head: 'stretch',
    align: 'right',
    cell: ({ disturbance }) => duration(disturbance.longestInterruptNs),
  },
  {
    group: 'in RMPOPT',
    head: 'median',
    align: 'right',
    cell: ({ disturbance }) => percent(disturbance.takenMedianShare, 1),
    dispensable: 2,
  },
  {
    group: 'in RMPOPT',
    head: 'most',
    align: 'right',
    cell: ({ disturbance }) => percent(disturbance.takenMaxShare, 1),
  },
];

function disturbances(
  sweeps: readonly ComparedSweep[],
  varied: readonly ChoiceColumn[],
  layout: Layout,
): string[] {
  if (!varied.some(({ head }) => DISTURBING.includes(head))) return [];
  const naming = namingColumns(varied.filter(({ isImplied }) => isImplied !== true));
  const table = renderFitting([...naming, ...NOTICED], sweeps, layout);
  const title = layout.chalk.bold('SIMULATED, what the remote CPUs notice while the sweep runs');
  const note =
    'A stretch is the time in the RMPOPTs of one callback, interrupts off; entering and leaving the callback come on top and are part of what an IPI is priced at.';
  return [`${title}\n${table}`, paragraph(note)];
}

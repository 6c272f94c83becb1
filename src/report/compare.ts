import type { ComparisonRow, DisturbanceRow, MissingRow } from '../run-document/columns.js';
import type { RunDocument } from '../run-document/run-document.js';
import { formatBytes } from '../units.js';
import { counted, duration, milliseconds, percent, range, threeDigits } from './figures.js';
import { gridWidth, type Layout, paragraph, renderGrid, type TableColumn, TEXT_COLUMNS } from './layout.js';
import { machineLine } from './machine-line.js';
import { listNames } from './names.js';
import { type ReportedSweep, reportedSweeps, stateName } from './sweeps.js';

/** A sweep of a grid with what it is compared by. */
interface ComparedSweep {
  readonly sweep: ReportedSweep;
  readonly total: ComparisonRow;
  /** What it is called in sentences. */
  readonly name: string;
}

/** A grid for a person: a line per sweep, what explains the ratios, and what the other CPUs notice. */
export function renderComparison(document: RunDocument, layout: Layout): string {
  const varied = variedColumns(document.comparisons);
  const totals = document.comparisons.filter(({ phase }) => phase === 'total');
  const sweeps = reportedSweeps(document).map((sweep, i): ComparedSweep => {
    const total = totals[i];
    if (total === undefined) throw new Error('a grid misses the comparison of one of its sweeps');
    return { sweep, total, name: nameOf(total, varied) };
  });
  const blocks = [
    heading(sweeps, varied, layout),
    ratioTable(sweeps, varied, layout),
    ...disturbances(document.disturbances, sweeps, varied, layout),
    ...aboutBaseline(sweeps),
    ...missingCells(document.missing),
    ...extremes(sweeps),
    reasons(sweeps),
    ...hingesOnHypothesis(sweeps),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** A choice that can differ from cell to cell, as a column and as a part of a name. */
interface ChoiceColumn {
  readonly head: string;
  readonly cell: (row: ComparisonRow) => string;
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
  return [...CHOICES, variation].filter(({ cell }) => new Set(rows.map(cell)).size > 1);
}

function nameOf(row: ComparisonRow, varied: readonly ChoiceColumn[]): string {
  const choices = varied.map(({ cell }) => cell(row)).filter((text) => text !== '-');
  return [stateName(row), ...choices].join(' ');
}

/** What all sweeps have in common; what they have not is in the table. */
function heading(
  sweeps: readonly ComparedSweep[],
  varied: readonly ChoiceColumn[],
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
  const shown =
    machines.length > 1 ? [`${machines[0]} (and ${counted(machines.length - 1, 'other')})`] : machines;
  return [title, ...shown, common.join('; ')]
    .filter((line) => line !== '')
    .map((line) => paragraph(line, 2))
    .join('\n');
}

interface RatioColumn extends TableColumn {
  readonly cell: (compared: ComparedSweep) => string;
  /** Where the table would be too wide, columns go in this order. */
  readonly dispensable?: 1 | 2;
}

const TIMES: readonly RatioColumn[] = [
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
  { group: 'to baseline', head: 'ratio', align: 'right', cell: ({ total }) => times(total.ratio) },
  {
    group: 'to baseline',
    head: 'range',
    align: 'right',
    cell: ({ total: { ratioLow, ratioHigh } }) => {
      const [low, high] = [times(ratioLow), times(ratioHigh)];
      return low === high ? low : `${low}-${high}`;
    },
  },
];

function ratioTable(
  sweeps: readonly ComparedSweep[],
  varied: readonly ChoiceColumn[],
  layout: Layout,
): string {
  const told: RatioColumn[] = [...namingColumns(varied), ...TIMES];
  const narrower = [0, 1, 2].map((level) => told.filter(({ dispensable = 3 }) => dispensable > level));
  const rowsOf = (columns: readonly RatioColumn[]) =>
    sweeps.map((compared) => columns.map(({ cell }) => cell(compared)));
  const fits = (columns: readonly RatioColumn[]) => gridWidth(columns, rowsOf(columns)) <= TEXT_COLUMNS;
  const columns = narrower.find(fits) ?? narrower.at(-1) ?? told;
  return renderGrid(columns, rowsOf(columns), layout);
}

function namingColumns(varied: readonly ChoiceColumn[]): RatioColumn[] {
  return [
    { head: 'state', align: 'left', cell: ({ total }) => stateName(total) },
    ...varied.map(
      ({ head, cell }): RatioColumn => ({ head, align: 'left', cell: ({ total }) => cell(total) }),
    ),
  ];
}

function times(ratio: number | null): string {
  return ratio === null ? '-' : ratio.toFixed(ratio < 0.1 ? 4 : 2);
}

/** Choices that change how often and for how long others are interrupted. */
const DISTURBING = ['strategy', 'threads', 'variation'];

function disturbances(
  rows: readonly DisturbanceRow[],
  sweeps: readonly ComparedSweep[],
  varied: readonly ChoiceColumn[],
  layout: Layout,
): string[] {
  if (!varied.some(({ head }) => DISTURBING.includes(head))) return [];
  const columns: readonly TableColumn[] = [
    ...namingColumns(varied),
    { group: 'interrupts', head: 'per CPU', align: 'right' },
    { group: 'interrupts', head: 'per s', align: 'right' },
    { group: 'longest', head: 'stretch', align: 'right' },
    { group: 'taken of the sweep', head: 'median', align: 'right' },
    { group: 'taken of the sweep', head: 'most', align: 'right' },
  ];
  const cells = sweeps.map((compared, i) => {
    const row = rows[i];
    if (row === undefined) throw new Error('a grid misses a disturbance row');
    const { interruptsMin, interruptsMax, interruptsPerSecond, longestInterruptNs } = row;
    const perCpu =
      interruptsMin === interruptsMax ? String(interruptsMax) : `${interruptsMin}-${interruptsMax}`;
    return [
      ...namingColumns(varied).map(({ cell }) => cell(compared)),
      perCpu,
      Math.round(interruptsPerSecond).toString(),
      duration(longestInterruptNs),
      percent(row.takenMedianShare, 1),
      percent(row.takenMaxShare, 1),
    ];
  });
  const title = layout.chalk.bold('SIMULATED, what the remote CPUs notice while the sweep runs');
  const note = paragraph(
    'A stretch is the time in the RMPOPTs of one callback, interrupts off; entering and leaving the callback come on top and are part of what an IPI is priced at.',
  );
  return [`${title}\n${renderGrid(columns, cells, layout)}`, note];
}

function aboutBaseline(sweeps: readonly ComparedSweep[]): string[] {
  const baseline = sweeps.find(({ total }) => total.isBaseline === 'yes');
  if (baseline === undefined) return [paragraph('The baseline could not be run, so there are no ratios.')];
  const hasBands = sweeps.some(({ total }) => total.ratioLow !== null);
  const bands = hasBands
    ? ' The range of a ratio holds nine tenths of what the plausible parameter sets give, the same set on both sides.'
    : '';
  const without = sweeps.some(({ total }) => total.ratioLow === null && total.ratio !== null) && hasBands;
  const why = without ? ' Different hypotheses share no sets, so their ratio has none.' : '';
  return [
    paragraph(`The baseline is ${baseline.name}, ${duration(baseline.total.elapsedNs)}.${bands}${why}`),
  ];
}

const LINES_MAX = 12;

function missingCells(missing: readonly MissingRow[]): string[] {
  const lines = missing.map(({ scenario, cell, reason }) =>
    paragraph(`Not run: ${[scenario, cell].filter(Boolean).join(' ')}: ${reason}.`, 2),
  );
  return lines.length === 0 ? [] : [shortened(lines, 'cell').join('\n')];
}

/** The slowest and the fastest: computed, since the fullest host is not the slowest. */
function extremes(sweeps: readonly ComparedSweep[]): string[] {
  const ranked = sweeps.toSorted((a, b) => b.total.elapsedNs - a.total.elapsedNs);
  const [slowest] = ranked;
  const fastest = ranked.at(-1);
  if (slowest === undefined || fastest === undefined || slowest.total.elapsedNs === fastest.total.elapsedNs)
    return [];
  const alike = (of: ComparedSweep) =>
    listNames(sweeps.filter(({ total }) => total.elapsedNs === of.total.elapsedNs).map(({ name }) => name));
  return [
    paragraph(
      `Slowest: ${alike(slowest)}, ${duration(slowest.total.elapsedNs)}. Fastest: ${alike(fastest)}, ${duration(fastest.total.elapsedNs)}.`,
    ),
  ];
}

/** What made sweeps equal or different, once for all that are alike. */
function reasons(sweeps: readonly ComparedSweep[]): string {
  const baseline = sweeps.find(({ total }) => total.isBaseline === 'yes')?.total ?? null;
  const groups = new Map<string, ComparedSweep[]>();
  for (const compared of sweeps) {
    const { elapsedNs, pinnedRegions, pinnedEntries, freeEntries, cleanRegions } = compared.total;
    const { sendingNs, scanningNs, waitingNs } = compared.total;
    const met = [pinnedRegions, pinnedEntries, freeEntries, cleanRegions];
    const key = JSON.stringify([elapsedNs, met, sendingNs, scanningNs, waitingNs]);
    groups.set(key, [...(groups.get(key) ?? []), compared]);
  }
  const lines = [...groups.values()].map((group) => paragraph(groupInWords(group, baseline), 2));
  return shortened(lines, 'group').join('\n');
}

function groupInWords(group: readonly ComparedSweep[], baseline: ComparisonRow | null): string {
  const [first] = group;
  if (first === undefined) return '';
  const alike = group.length > 1 ? ' take the same:' : ':';
  const met = metInWords(first.total);
  const spent = spentInWords(first.total, first.total.isBaseline === 'yes' ? null : baseline);
  return `${listNames(group.map(({ name }) => name))}${alike} ${met}${updatesInWords(group)}. ${spent}`;
}

function metInWords({
  pinnedRegions,
  freeRegions,
  pinnedEntries,
  freeEntries,
  cleanRegions,
}: ComparisonRow): string {
  const free =
    freeRegions === 0
      ? []
      : [`${counted(freeRegions, 'free region')} of ${threeDigits(freeEntries)} entries to scan`];
  const pinned =
    pinnedRegions === 0
      ? []
      : [
          `${counted(pinnedRegions, 'pinned region')} where a scan stops after ${threeDigits(pinnedEntries)} entries`,
        ];
  const clean = cleanRegions === 0 ? [] : [`${cleanRegions} with a result left by an earlier sweep`];
  return listNames([...free, ...pinned, ...clean]);
}

/** RMPUPDATEs are where mappings differ most, and no part of any sweep. */
function updatesInWords(group: readonly ComparedSweep[]): string {
  const updates = group.map(({ total }) => total.rmpUpdates);
  if (updates.every((count) => count === 0)) return '';
  const counts = new Set(updates).size === 1 ? updates.slice(0, 1) : updates;
  return `, after ${listNames(counts.map(String))} RMPUPDATEs, which no sweep pays for`;
}

/** Where the time went, or how that differs from the baseline. */
function spentInWords(row: ComparisonRow, baseline: ComparisonRow | null): string {
  const parts = [
    ['sending', 'sendingNs'],
    ['RMPOPT itself', 'scanningNs'],
    ['waiting for other CPUs', 'waitingNs'],
  ] as const;
  if (baseline === null) {
    return `${sentence(parts.map(([name, column]) => `${name} ${percent(row[column], row.elapsedNs)}`).join(', '))}.`;
  }
  const changes = parts
    .map(([name, column]) => ({ name, ns: row[column] - baseline[column] }))
    .filter(({ ns }) => Math.abs(ns) >= 0.002 * baseline.elapsedNs);
  if (changes.length === 0) return 'Time goes where it goes in the baseline.';
  const told = changes.map(({ name, ns }) => `${ns > 0 ? '+' : '-'}${duration(Math.abs(ns))} ${name}`);
  return `Against the baseline: ${told.join(', ')}.`;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Ratios on which the hypotheses disagree by more than this are told apart. */
const DISAGREEMENT = 1.05;

function hingesOnHypothesis(sweeps: readonly ComparedSweep[]): string[] {
  const baseline = sweeps.find(({ total }) => total.isBaseline === 'yes');
  if (baseline === undefined) return [];
  const lines = sweeps.flatMap(({ sweep, name }) => {
    const ratios = sweep.bands.flatMap(({ hypothesis, totalMedianNs }) => {
      const base = baseline.sweep.bands.find((band) => band.hypothesis === hypothesis)?.totalMedianNs ?? 0;
      return base === 0 ? [] : [{ hypothesis, ratio: totalMedianNs / base }];
    });
    const values = ratios.map(({ ratio }) => ratio);
    if (ratios.length < 2 || Math.max(...values) < DISAGREEMENT * Math.min(...values)) return [];
    return [`${name}: ${ratios.map(({ hypothesis, ratio }) => `${hypothesis} ${times(ratio)}`).join(', ')}`];
  });
  const distinct = [...new Set(lines)];
  if (distinct.length === 0) return [];
  const head = 'Ratios that hinge on which hypothesis holds, by the median of its sets:';
  return [
    [
      head,
      ...shortened(
        distinct.map((line) => paragraph(`${line}.`, 2)),
        'ratio',
      ),
    ].join('\n'),
  ];
}

function shortened(lines: readonly string[], noun: string): string[] {
  const left = lines.length - LINES_MAX;
  return left <= 0
    ? [...lines]
    : [...lines.slice(0, LINES_MAX), `and ${counted(left, `more ${noun}`)}, which JSON has in full.`];
}

import type { BandRow, ComparisonRow, DisturbanceRow, MissingRow } from '../run-document/columns.js';
import type { RunDocument } from '../run-document/run-document.js';
import { formatBytes } from '../units.js';
import { counted, duration, milliseconds, percent, range } from './figures.js';
import { type CellColumn, type Layout, paragraph, renderFitting } from './layout.js';
import { machineLine } from './machine-line.js';
import { listNames } from './names.js';
import { bandsInWords, type ReportedSweep, reportedSweeps, stateName } from './sweeps.js';

/** A sweep of a grid with what it is compared by. */
interface ComparedSweep {
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
  const sweeps = reportedSweeps(document).map((sweep, i): ComparedSweep => {
    const [total, disturbance] = [totals[i], document.disturbances[i]];
    if (total === undefined || disturbance === undefined) throw new Error('a grid misses rows of a sweep');
    return { sweep, total, disturbance, name: nameOf(total, varied) };
  });
  const blocks = [
    heading(sweeps, varied, layout),
    ratioTable(sweeps, varied, layout),
    ...disturbances(sweeps, varied, layout),
    ...aboutBaseline(sweeps),
    ...missingCells(document.missing),
    ...extremes(sweeps),
    reasons(sweeps),
    ...(varied.some(({ head }) => head === 'hypothesis') ? [] : hingesOnHypothesis(sweeps)),
  ];
  return `${blocks.join('\n\n')}\n`;
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
  const isVaried = ({ cell }: ChoiceColumn) =>
    rows.some((row) =>
      rows.some((other) => stateName(other) === stateName(row) && cell(other) !== cell(row)),
    );
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
  return renderFitting([...namingColumns(varied), ...TIMES], sweeps, layout);
}

function namingColumns(varied: readonly ChoiceColumn[]): Column[] {
  return [
    { head: 'state', align: 'left', cell: ({ total }) => stateName(total) },
    ...varied.map(({ head, cell }): Column => ({ head, align: 'left', cell: ({ total }) => cell(total) })),
  ];
}

function times(ratio: number | null): string {
  return ratio === null ? '-' : ratio.toFixed(ratio < 0.1 ? 4 : 2);
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
    cell: ({ disturbance }) => Math.round(disturbance.interruptsPerSecond).toString(),
    dispensable: 3,
  },
  {
    group: 'longest',
    head: 'stretch',
    align: 'right',
    cell: ({ disturbance }) => duration(disturbance.longestInterruptNs),
  },
  {
    group: 'time taken',
    head: 'median',
    align: 'right',
    cell: ({ disturbance }) => percent(disturbance.takenMedianShare, 1),
    dispensable: 2,
  },
  {
    group: 'time taken',
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

/** What made sweeps equal or different: what they met, and where their time went, each once for all that are alike. */
function reasons(sweeps: readonly ComparedSweep[]): string {
  const baseline = sweeps.find(({ total }) => total.isBaseline === 'yes')?.total ?? null;
  const met = groupAlike(sweeps, ({ total }) => `${metInWords(total)}`).map(
    (group) =>
      `${listNames(group.map(({ name }) => name))}: ${metInWords(group[0]?.total)}${updatesInWords(group)}.`,
  );
  const spent = groupAlike(sweeps, ({ total }) => JSON.stringify([total.elapsedNs, ...partsOf(total)])).map(
    (group) => {
      const [first] = group;
      const alike = group.length > 1 ? ' take the same' : '';
      const isBaseline = group.some(({ total }) => total.isBaseline === 'yes');
      return `${listNames(group.map(({ name }) => name))}${alike}: ${spentInWords(first?.total, isBaseline ? null : baseline)}`;
    },
  );
  const list = (head: string, lines: readonly string[]) =>
    [
      head,
      ...shortened(
        lines.map((line) => paragraph(line, 2)),
        'line',
      ),
    ].join('\n');
  return [list('What the sweeps met:', met), list('Where their time went:', spent)].join('\n\n');
}

function groupAlike(
  sweeps: readonly ComparedSweep[],
  key: (sweep: ComparedSweep) => string,
): ComparedSweep[][] {
  const groups = new Map<string, ComparedSweep[]>();
  for (const sweep of sweeps) groups.set(key(sweep), [...(groups.get(key(sweep)) ?? []), sweep]);
  return [...groups.values()];
}

function partsOf({ sendingNs, scanningNs, waitingNs }: ComparisonRow): number[] {
  return [sendingNs, scanningNs, waitingNs];
}

function metInWords(row: ComparisonRow | undefined): string {
  if (row === undefined) return '';
  const { pinnedRegions, freeRegions, pinnedEntriesMin, pinnedEntriesMax, freeEntries, cleanRegions } = row;
  const free =
    freeRegions === 0 ? [] : [`${counted(freeRegions, 'free region')} of ${freeEntries} entries to scan`];
  const stops =
    pinnedEntriesMin === pinnedEntriesMax ? pinnedEntriesMin : `${pinnedEntriesMin} to ${pinnedEntriesMax}`;
  const pinned =
    pinnedRegions === 0
      ? []
      : [`${counted(pinnedRegions, 'pinned region')} where a scan stops after ${stops} entries`];
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
function spentInWords(row: ComparisonRow | undefined, baseline: ComparisonRow | null): string {
  if (row === undefined) return '';
  const parts = [
    ['sending', 'sendingNs'],
    ['RMPOPT itself', 'scanningNs'],
    ['waiting for other CPUs', 'waitingNs'],
  ] as const;
  if (baseline === null) {
    return `${parts.map(([name, column]) => `${percent(row[column], row.elapsedNs)} ${name}`).join(', ')}.`;
  }
  const changes = parts
    .map(([name, column]) => ({ name, ns: row[column] - baseline[column] }))
    .filter(({ ns }) => Math.abs(ns) >= 0.002 * baseline.elapsedNs);
  if (changes.length === 0) return 'where it goes in the baseline.';
  const told = changes.map(({ name, ns }) => `${ns > 0 ? '+' : '-'}${duration(Math.abs(ns))} ${name}`);
  return `${told.join(', ')} against the baseline.`;
}

/** Ratios on which the hypotheses disagree by more than this are told apart. */
const DISAGREEMENT = 1.05;

function hingesOnHypothesis(sweeps: readonly ComparedSweep[]): string[] {
  const baseline = sweeps.find(({ total }) => total.isBaseline === 'yes');
  if (baseline === undefined) return [];
  const names = new Map<string, string[]>();
  for (const { sweep, name } of sweeps) {
    const ratios = sweep.bands.flatMap((band) => {
      const base = matchingBand(baseline.sweep.bands, band);
      return base === undefined ? [] : [{ band, ratio: band.totalMedianNs / base.totalMedianNs }];
    });
    const values = ratios.map(({ ratio }) => ratio);
    if (ratios.length < 2 || Math.max(...values) < DISAGREEMENT * Math.min(...values)) continue;
    const told = bandsInWords(ratios.map(({ band, ratio }) => ({ band, says: times(ratio) })));
    names.set(told, [...(names.get(told) ?? []), name]);
  }
  if (names.size === 0) return [];
  const lines = [...names].map(([told, alike]) => paragraph(`${listNames(alike)}: ${told}.`, 2));
  const head = 'Ratios that hinge on which of these holds, by the median of the sets:';
  return [[head, ...shortened(lines, 'ratio')].join('\n')];
}

/** The range of the baseline under the same hypothesis, and the same switch if that means anything to it. */
function matchingBand(bands: readonly BandRow[], { hypothesis, switches }: BandRow): BandRow | undefined {
  const own = bands.filter((band) => band.hypothesis === hypothesis);
  return own.find((band) => band.switches === switches) ?? own.find((band) => band.switches === '');
}

function shortened(lines: readonly string[], noun: string): string[] {
  const left = lines.length - LINES_MAX;
  return left <= 0
    ? [...lines]
    : [...lines.slice(0, LINES_MAX), `and ${counted(left, `more ${noun}`)}, which JSON has in full.`];
}

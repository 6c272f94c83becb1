import { type DiffDocument, type DiffRow, JITTER_DIFFERENCE } from '../run-document/diff-document.js';
import { stateText } from '../run-document/state-text.js';
import { formatBytes } from '../units.js';
import { type Block, list, type Manner, prose, type Report, table } from './blocks.js';
import { counted, duration, threeDigits } from './figures.js';
import type { FieldColumn } from './layout.js';

const KEY_COLUMNS: readonly { readonly head: string; readonly field: (row: DiffRow) => string }[] = [
  {
    head: 'state',
    field: ({ scenario, state }) => stateText(scenario, state) || '-',
  },
  { head: 'mapping', field: ({ mapping }) => mapping },
  { head: 'hypothesis', field: ({ hypothesis }) => hypothesis },
  { head: 'strategy', field: ({ strategy }) => strategy },
  { head: 'threads', field: ({ threads }) => threads },
  { head: 'topology', field: ({ topology }) => topology },
  { head: 'memory', field: ({ memoryBytes }) => (memoryBytes === null ? '-' : formatBytes(memoryBytes)) },
  { head: 'variation', field: ({ variation }) => variation || '-' },
];

/** What two runs differ in, for a person: hosts and costs first, then times, then other figures that changed. */
export function diffReport(document: DiffDocument, { isVerbose }: Manner): Report {
  const { results, failures, a, b } = document;
  const varied = KEY_COLUMNS.filter(
    ({ head, field }) => head === 'state' || new Set(results.map(field)).size > 1,
  );
  const times = results.filter(({ figure }) => figure === 'elapsedNs');
  const others = results.filter(({ figure, change }) => TOLD.includes(figure) && change !== 0);
  const left = others.length - ROWS_MAX;
  return {
    title: 'Changes of RMPOPT sweeps from a to b',
    heading: [sideInWords('a', a), sideInWords('b', b)],
    blocks: [
      prose(verdicts(document)),
      ...differencesInWords(document),
      ...(times.length === 0 ? [] : [timeTable(times, varied, false)]),
      ...(others.length > 0 && !isVerbose
        ? [prose(`${counted(others.length, 'other figure')} changed; -v shows them.`)]
        : []),
      ...(others.length > 0 && isVerbose
        ? [prose('Other figures that changed:'), timeTable(others.slice(0, ROWS_MAX), varied, true)]
        : []),
      ...(left > 0 && isVerbose ? [prose(`${counted(left, 'more figure')} changed; --json has all.`)] : []),
      ...unmatchedInWords(document),
      ...(failures.length === 0
        ? []
        : [prose(`--fail-on: ${counted(failures.length, 'change')} too large, listed on stderr.`)]),
    ],
  };
}

const ROWS_MAX = 40;

/** Beside elapsedNs; others follow from these, or are neither better nor worse. */
const TOLD = [
  ...['optimized', 'ipis', 'cpuTimeNs', 'inRmpoptMeanNs', 'medianNs', 'slowestNs', 'longestInterruptNs'],
  ...['instructionMeanNs', 'instructionMaxNs'],
];

function sideInWords(name: string, { file, origin, command }: DiffDocument['a']): string {
  return `${name}: ${origin.toUpperCase()}, ${file} (${command.join(' ')})`;
}

function differencesInWords({ differences, a, b }: DiffDocument): Block[] {
  const tools =
    a.tool.version === b.tool.version ? [] : [{ what: 'version', a: a.tool.version, b: b.tool.version }];
  const seeds =
    a.seed === b.seed || a.seed === null || b.seed === null
      ? []
      : [{ what: 'seed', a: String(a.seed), b: String(b.seed) }];
  const all = [...tools, ...seeds, ...differences];
  const simulated = a.origin === 'simulated' && b.origin === 'simulated';
  if (all.length === 0) return simulated ? [prose('Hosts and costs are the same on both sides.')] : [];
  return list(
    all.map((one) => `${one.what}: ${one.a} in a, ${one.b} in b`),
    'Differences in hosts and costs:',
  );
}

function timeTable(
  rows: readonly DiffRow[],
  varied: readonly { readonly head: string; readonly field: (row: DiffRow) => string }[],
  withFigure: boolean,
): Block {
  const columns: FieldColumn<DiffRow>[] = [
    ...varied.map(({ head, field }): FieldColumn<DiffRow> => ({ head, align: 'left', field, label: 'part' })),
    { head: 'phase', align: 'left', field: ({ phase }) => phase, label: 'part' },
    ...(withFigure
      ? [{ head: 'figure', align: 'left' as const, field: ({ figure }: DiffRow) => figure }]
      : []),
    { head: 'a', align: 'right', field: ({ figure, a }) => amount(figure, a) },
    { head: 'b', align: 'right', field: ({ figure, b }) => amount(figure, b) },
    { head: 'change', align: 'right', field: ({ figure, change }) => signed(figure, change), dispensable: 1 },
    {
      head: '%',
      align: 'right',
      field: ({ changePct }) =>
        changePct === null ? '-' : `${changePct > 0 ? '+' : ''}${changePct.toFixed(2)}`,
    },
    { head: 'verdict', align: 'left', field: ({ verdict }) => verdict },
  ];
  return table(columns, rows);
}

function amount(figure: string, value: number): string {
  if (figure.endsWith('Ns')) return duration(value);
  return Number.isInteger(value) ? String(value) : threeDigits(value);
}

function signed(figure: string, change: number): string {
  if (change === 0) return '0';
  return `${change > 0 ? '+' : '-'}${amount(figure, Math.abs(change))}`;
}

const LINES_MAX = 12;

function unmatchedInWords({ unmatched }: DiffDocument): Block[] {
  const lines = unmatched
    .slice(0, LINES_MAX)
    .map(({ side, cell, reason }) => `Not compared: ${cell} (only in ${side}): ${reason}.`);
  const left = unmatched.length - LINES_MAX;
  return list([
    ...lines,
    ...(left > 0 ? [`${counted(left, 'more cell')} not compared; --json has all.`] : []),
  ]);
}

/** The answer: which totals got worse, which better, and the largest change of each kind. */
function verdicts({ results, differences, a, b }: DiffDocument): string {
  const totals = results.filter(({ figure, phase }) => figure === 'elapsedNs' && phase === 'total');
  if (totals.length === 0) return 'No total times to compare.';
  const counts = ['worse', 'better', 'same', 'inconclusive'].flatMap((verdict) => {
    const own = totals.filter((row) => row.verdict === verdict);
    return own.length === 0 ? [] : [`${own.length} ${verdict}${largestIn(own)}`];
  });
  const isUnclear = totals.some(({ verdict }) => verdict === 'inconclusive');
  const why = isUnclear
    ? ' A change is inconclusive if repetitions differ by as much, if costs or hosts differ and the ranges of both sides overlap, or if an imported side was measured only once.'
    : '';
  const isSimulated = a.origin === 'simulated' && b.origin === 'simulated';
  const hint =
    isUnclear && isSimulated && differences.length > 0
      ? ' To see the effect of a cost in the simulation, use compare --vary.'
      : '';
  const random = differences.some(({ what }) => what === JITTER_DIFFERENCE)
    ? ' All are inconclusive, because only one side has random jitter.'
    : '';
  return `Total time in b: ${counts.join(', ')}.${why}${hint}${random}`;
}

/** The largest change of some, in percent, with what it is of. */
function largestIn(rows: readonly DiffRow[]): string {
  const known = rows.filter(({ changePct }) => changePct !== null && changePct !== 0);
  const [largest] = known.toSorted((a, b) => Math.abs(b.changePct ?? 0) - Math.abs(a.changePct ?? 0));
  if (largest === undefined) return '';
  const percentage = largest.changePct ?? 0;
  const change = `${percentage > 0 ? '+' : ''}${percentage.toFixed(1)} %`;
  const name = stateText(largest.scenario, largest.state);
  return ` (${known.length > 1 ? 'largest change: ' : ''}${[name, change].filter(Boolean).join(' ')})`;
}

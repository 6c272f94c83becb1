import {
  DIFF_COLUMNS,
  type DiffDocument,
  type DiffRow,
  JITTER_DIFFERENCE,
} from '../run-document/diff-document.js';
import { stateText } from '../run-document/state-text.js';
import { formatBytes } from '../units.js';
import { toCsv } from './csv.js';
import type { CsvStyle } from './csv-style.js';
import { counted, duration, threeDigits } from './figures.js';
import { type FieldColumn, type Layout, paragraph, renderFitting } from './layout.js';

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
export function renderDiff(document: DiffDocument, layout: Layout): string {
  const { results, failures } = document;
  const varied = KEY_COLUMNS.filter(
    ({ head, field }) => head === 'state' || new Set(results.map(field)).size > 1,
  );
  const times = results.filter(({ figure }) => figure === 'elapsedNs');
  const others = results.filter(({ figure, change }) => TOLD.includes(figure) && change !== 0);
  const blocks = [
    heading(document, layout),
    verdicts(document, layout),
    ...differencesInWords(document, layout),
    ...(times.length === 0 ? [] : [table(times, varied, false, layout)]),
    ...(others.length > 0 && !layout.isVerbose
      ? [`${counted(others.length, 'other figure')} changed: -v.`]
      : []),
    ...(others.length === 0 || !layout.isVerbose
      ? []
      : [`Other figures that changed:\n\n${table(others.slice(0, ROWS_MAX), varied, true, layout)}`]),
    ...(others.length > ROWS_MAX && layout.isVerbose
      ? [`and ${counted(others.length - ROWS_MAX, 'more figure')}, which JSON has.`]
      : []),
    ...unmatchedInWords(document, layout),
    ...(failures.length === 0
      ? []
      : [`${counted(failures.length, 'change')} that --fail-on asked for, see stderr.`]),
  ];
  return `${blocks.join('\n\n')}\n`;
}

export function renderDiffCsv({ results }: DiffDocument, style: CsvStyle): string {
  return toCsv(results, Object.keys(DIFF_COLUMNS), style);
}

const ROWS_MAX = 40;

/** Beside elapsedNs; others follow from these, or are neither better nor worse. */
const TOLD = [
  ...['optimized', 'ipis', 'cpuTimeNs', 'inRmpoptMeanNs', 'medianNs', 'slowestNs', 'longestInterruptNs'],
  ...['instructionMeanNs', 'instructionMaxNs'],
];

function heading({ a, b }: DiffDocument, layout: Layout): string {
  const side = (name: string, { file, origin, command }: DiffDocument['a']) =>
    paragraph(`${name}: ${origin.toUpperCase()}, ${file} (${command.join(' ')})`, layout, 3);
  return [layout.chalk.bold('RMPOPT sweeps, b against a'), side('a', a), side('b', b)].join('\n');
}

function differencesInWords({ differences, a, b }: DiffDocument, layout: Layout): string[] {
  const tools =
    a.tool.version === b.tool.version ? [] : [{ what: 'version', a: a.tool.version, b: b.tool.version }];
  const seeds =
    a.seed === b.seed || a.seed === null || b.seed === null
      ? []
      : [{ what: 'seed', a: String(a.seed), b: String(b.seed) }];
  const all = [...tools, ...seeds, ...differences];
  const simulated = a.origin === 'simulated' && b.origin === 'simulated';
  if (all.length === 0) return simulated ? ['Hosts and costs are the same on both sides.'] : [];
  const lines = all.map((one) => paragraph(`${one.what}: ${one.a} against ${one.b}`, layout, 2));
  return [['Hosts and costs differ in:', ...lines.map((line) => `  ${line}`)].join('\n')];
}

function table(
  rows: readonly DiffRow[],
  varied: readonly { readonly head: string; readonly field: (row: DiffRow) => string }[],
  withFigure: boolean,
  layout: Layout,
): string {
  const columns: FieldColumn<DiffRow>[] = [
    ...varied.map(({ head, field }): FieldColumn<DiffRow> => ({ head, align: 'left', field })),
    { head: 'phase', align: 'left', field: ({ phase }) => phase },
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
  return renderFitting(columns, rows, layout);
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

function unmatchedInWords({ unmatched }: DiffDocument, layout: Layout): string[] {
  if (unmatched.length === 0) return [];
  const lines = unmatched
    .slice(0, LINES_MAX)
    .map(({ side, cell, reason }) => paragraph(`Not compared, in ${side}: ${cell}: ${reason}.`, layout, 2));
  const left = unmatched.length - LINES_MAX;
  return [[...lines, ...(left > 0 ? [`and ${counted(left, 'more cell')}, which JSON has.`] : [])].join('\n')];
}

/** The answer: which totals got worse, which better, and by how much at most. */
function verdicts({ results, differences }: DiffDocument, layout: Layout): string {
  const totals = results.filter(({ figure, phase }) => figure === 'elapsedNs' && phase === 'total');
  if (totals.length === 0) return 'No total times to compare.';
  const counts = ['worse', 'better', 'same', 'inconclusive'].flatMap((verdict) => {
    const own = totals.filter((row) => row.verdict === verdict);
    return own.length === 0 ? [] : [`${own.length} ${verdict}${mostIn(own)}`];
  });
  const isUnclear = totals.some(({ verdict }) => verdict === 'inconclusive');
  const why = isUnclear
    ? ' Inconclusive: the change is within the spread of repetitions, ranges of different hosts meet, or there is one measurement only.'
    : '';
  const random = differences.some(({ what }) => what === JITTER_DIFFERENCE)
    ? ' With random jitter on one side only, all are.'
    : '';
  return paragraph(`Total time, b against a: ${counts.join(', ')}.${why}${random}`, layout);
}

/** The largest change of some, in percent, with what it is of. */
function mostIn(rows: readonly DiffRow[]): string {
  const known = rows.filter(({ changePct }) => changePct !== null && changePct !== 0);
  const [most] = known.toSorted((a, b) => Math.abs(b.changePct ?? 0) - Math.abs(a.changePct ?? 0));
  if (most === undefined) return '';
  const percentage = most.changePct ?? 0;
  const name = stateText(most.scenario, most.state);
  const change = `${percentage > 0 ? '+' : ''}${percentage.toFixed(1)} %`;
  return ` (${known.length > 1 ? 'at most ' : ''}${[name, change].filter(Boolean).join(' ')})`;
}

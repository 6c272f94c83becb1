import { groupBy } from '../group-by.js';
import { CHURN_COLUMNS, type ChurnDocument, type ChurnRow } from '../run-document/churn-document.js';
import { churnTimeline } from './churn-timeline.js';
import { churnInWords } from './churn-words.js';
import { toCsv } from './csv.js';
import { exactDuration, smallPercent, threeDigits } from './figures.js';
import {
  type CellColumn,
  type Layout,
  paragraph,
  renderFitting,
  renderGrid,
  type TableColumn,
} from './layout.js';
import { machineLine } from './machine-line.js';

/** The account for a person: a line per policy, what the delay changes, a timeline, and what it all says. */
export function renderChurn(document: ChurnDocument, layout: Layout): string {
  const asked = rowsAskedFor(document);
  const blocks = [
    heading(document, asked, layout),
    renderFitting(POLICY_COLUMNS.filter(isTold(asked)), asked, layout),
    ...delayTables(document.results, layout),
    ...churnTimeline(document, asked, layout),
    ...churnInWords(document, asked, layout),
  ];
  return `${blocks.join('\n\n')}\n`;
}

export function renderChurnCsv({ results }: ChurnDocument): string {
  return toCsv(results, Object.keys(CHURN_COLUMNS));
}

/** The rows under the delay asked for; a policy that does not wait has no other. */
function rowsAskedFor({ results, delayNs }: ChurnDocument): ChurnRow[] {
  return results.filter((row) => row.policy === 'immediate' || row.delayNs === delayNs);
}

function heading(document: ChurnDocument, asked: readonly ChurnRow[], layout: Layout): string {
  const [row] = document.results;
  if (row === undefined) return '';
  const distinct = (texts: readonly string[]) => [...new Set(texts)];
  const hypotheses = distinct(asked.map(({ hypothesis }) => hypothesis));
  const choices = [
    `${hypotheses.length > 1 ? 'hypotheses' : 'hypothesis'} ${hypotheses.join(', ')}`,
    `strategy ${row.strategy}, threads ${row.threads}`,
    `delay ${exactDuration(document.delayNs)}`,
    ...(row.variation === '' ? [] : [row.variation.replaceAll(';', '; ')]),
  ];
  const machines = asked.flatMap((total) => {
    const machine = document.machines.find(({ id }) => id === total.machine);
    return machine === undefined ? [] : [machineLine({ machine, total })];
  });
  const title = `SIMULATED host on which guests come and go: ${row.scenario}, watched for ${exactDuration(row.durationNs)}`;
  return [layout.chalk.bold(title), ...distinct(machines), choices.join('; ')]
    .map((line) => paragraph(line, layout, 2))
    .join('\n');
}

interface PolicyColumn extends CellColumn<ChurnRow> {
  /** A column whose cells are all alike says nothing that the heading does not. */
  readonly onlyIfVaried?: true;
}

const seconds = (ns: number) => threeDigits(ns / 1e9);

const POLICY_COLUMNS: readonly PolicyColumn[] = [
  { head: 'policy', align: 'left', cell: ({ policy }) => policy },
  { head: 'window', align: 'left', cell: ({ window }) => window, onlyIfVaried: true },
  { head: 'hypothesis', align: 'left', cell: ({ hypothesis }) => hypothesis, onlyIfVaried: true },
  { head: 'sweeps', align: 'right', cell: ({ sweeps }) => String(sweeps) },
  { group: 'sweeping, s', head: 'in all', align: 'right', cell: ({ elapsedNs }) => seconds(elapsedNs) },
  {
    group: 'sweeping, s',
    head: 'range',
    align: 'right',
    cell: ({ elapsedLowNs, elapsedHighNs }) =>
      elapsedLowNs === null || elapsedHighNs === null
        ? '-'
        : `${seconds(elapsedLowNs)}-${seconds(elapsedHighNs)}`,
    onlyIfVaried: true,
  },
  { group: 'CPU', head: 'time, s', align: 'right', cell: ({ cpuTimeNs }) => seconds(cpuTimeNs) },
  {
    group: 'IPIs,',
    head: 'millions',
    align: 'right',
    cell: ({ ipis }) => threeDigits(ipis / 1e6),
    dispensable: 1,
  },
  {
    group: 'taken from',
    head: 'guests, s',
    align: 'right',
    cell: ({ guestBusyNs }) => seconds(guestBusyNs),
  },
  { group: 'longest', head: 'wait, s', align: 'right', cell: ({ longestWaitNs }) => seconds(longestWaitNs) },
  {
    group: 'free, not optimized',
    head: 'region-s',
    align: 'right',
    cell: ({ waitingRegionS }) => threeDigits(waitingRegionS),
  },
  {
    group: 'free, not optimized',
    head: 'share',
    align: 'right',
    cell: ({ waitingRegionS, freeRegionS }) => smallPercent(waitingRegionS, freeRegionS),
  },
];

function isTold(rows: readonly ChurnRow[]) {
  return ({ onlyIfVaried, cell }: PolicyColumn) => onlyIfVaried !== true || new Set(rows.map(cell)).size > 1;
}

/** What the delay changes, a line per delay and three columns per policy; one table per window and hypothesis. */
function delayTables(results: readonly ChurnRow[], layout: Layout): string[] {
  const delayed = results.filter(({ policy }) => policy !== 'immediate');
  const groups = groupBy(delayed, ({ hypothesis, window }) => `hypothesis ${hypothesis}, window ${window}`);
  const tables = [...groups].filter(([, rows]) => new Set(rows.map(({ delayNs }) => delayNs)).size > 1);
  return tables.map(([name, rows]) => {
    const which = tables.length > 1 ? `, ${name}` : '';
    const head = `What the delay changes${which}: sweeps, CPU time in s, region-seconds free and not optimized.`;
    return `${paragraph(head, layout)}\n\n${delayTable(rows, layout)}`;
  });
}

function delayTable(rows: readonly ChurnRow[], layout: Layout): string {
  const policies = [...groupBy(rows, ({ policy }) => policy).keys()];
  const delays = [...groupBy(rows, ({ delayNs }) => delayNs)].sort(([a], [b]) => a - b);
  const columns: TableColumn[] = [
    { head: 'delay', align: 'right' },
    ...policies.flatMap((policy): TableColumn[] => {
      const bound = rows.find((row) => row.policy === policy)?.maxWaitNs ?? null;
      const group = bound === null ? policy : `${policy}, ${exactDuration(bound)}`;
      return ['sweeps', 'CPU time', 'region-s'].map((head) => ({ group, head, align: 'right' }));
    }),
  ];
  const lines = delays.map(([delayNs, ofDelay]) => [
    exactDuration(delayNs),
    ...policies.flatMap((policy) => {
      const row = ofDelay.find((one) => one.policy === policy);
      if (row === undefined) return ['-', '-', '-'];
      return [String(row.sweeps), seconds(row.cpuTimeNs), threeDigits(row.waitingRegionS)];
    }),
  ]);
  return renderGrid(columns, lines, layout);
}

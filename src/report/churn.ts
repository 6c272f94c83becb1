import { groupBy } from '../group-by.js';
import type { ChurnDocument, ChurnRow } from '../run-document/churn-document.js';
import { type Block, type Manner, prose, type Report, table } from './blocks.js';
import { areWaitsShown, isDelayed, isOfRegime, isWaitCutOff, regimeName } from './churn-regimes.js';
import { churnTimeline } from './churn-timeline.js';
import { churnInWords } from './churn-words.js';
import { exactDuration, smallPercent, threeDigits } from './figures.js';
import type { FieldColumn } from './layout.js';
import { machineLine } from './machine-line.js';

/** The account for a person: a line per policy, what the delay changes, a timeline, and what it all says. */
export function churnReport(document: ChurnDocument, manner: Manner): Report {
  const { isVerbose } = manner;
  const asked = rowsAskedFor(document);
  const [row] = asked;
  if (row === undefined) throw new Error('an account of no policy');
  return {
    title: `SIMULATED host with guests that come and go: ${row.scenario}, ${exactDuration(row.durationNs)}`,
    heading: heading(document, asked, row),
    blocks: [
      table(POLICY_COLUMNS.filter(isToldOf(asked)), asked),
      ...delayTables(document.results, isVerbose),
      ...spreadTable(document),
      ...(isVerbose ? churnTimeline(document, asked) : []),
      ...churnInWords(document, asked, manner),
    ],
  };
}

/** The rows under the delay asked for; a policy that does not wait has no other. */
export function rowsAskedFor({ results, delayNs }: ChurnDocument): ChurnRow[] {
  return results.filter((row) => !isDelayed(row) || row.delayNs === delayNs);
}

function heading(document: ChurnDocument, asked: readonly ChurnRow[], row: ChurnRow): string[] {
  const distinct = (texts: readonly string[]) => [...new Set(texts)];
  const hypotheses = distinct(asked.map(({ hypothesis }) => hypothesis));
  const choices = [
    `${hypotheses.length > 1 ? 'hypotheses' : 'hypothesis'} ${hypotheses.join(', ')}`,
    `strategy ${row.strategy}, threads ${row.threads}`,
    `delay ${exactDuration(document.delayNs)}`,
    ...(row.variation === '' ? [] : [row.variation.replaceAll(';', '; ')]),
  ];
  const windows = distinct(asked.map(({ window }) => window));
  const machines = asked.flatMap((total) => {
    const machine = document.machines.find(({ id }) => id === total.machine);
    const prefix = windows.length > 1 ? `window ${total.window}: ` : '';
    return machine === undefined ? [] : [`${prefix}${machineLine({ machine, total })}`];
  });
  return [...distinct(machines), choices.join('; ')];
}

interface PolicyColumn extends FieldColumn<ChurnRow> {
  /** A column whose fields are all alike says nothing that the heading does not. */
  readonly onlyIfVaried?: true;
  /** Whether it says anything of these rows. */
  readonly isTold?: (rows: readonly ChurnRow[]) => boolean;
}

const seconds = (ns: number) => threeDigits(ns / 1e9);

/** A wait that was cut off by the end of the watch is longer than that. */
function waitText(row: ChurnRow): string {
  return `${isWaitCutOff(row) ? '>' : ''}${seconds(row.longestWaitNs)}`;
}

const POLICY_COLUMNS: readonly PolicyColumn[] = [
  { head: 'policy', align: 'left', field: ({ policy }) => policy, label: 'name' },
  { head: 'window', align: 'left', field: ({ window }) => window, onlyIfVaried: true, label: 'name' },
  {
    head: 'hypothesis',
    align: 'left',
    field: ({ hypothesis }) => hypothesis,
    onlyIfVaried: true,
    label: 'name',
  },
  { head: 'sweeps', align: 'right', field: ({ sweeps }) => String(sweeps) },
  {
    group: 'regions',
    head: 'missed',
    align: 'right',
    field: ({ missedRegions }) => String(missedRegions),
    isTold: (rows) => rows.some(({ missedRegions }) => missedRegions > 0),
  },
  {
    group: 'sweeping, s',
    head: 'in all',
    align: 'right',
    field: ({ elapsedNs }) => seconds(elapsedNs),
    dispensable: 5,
  },
  {
    group: 'sweeping, s',
    head: 'range',
    align: 'right',
    field: ({ elapsedLowNs, elapsedHighNs }) =>
      elapsedLowNs === null || elapsedHighNs === null
        ? '-'
        : `${seconds(elapsedLowNs)}-${seconds(elapsedHighNs)}`,
    onlyIfVaried: true,
    dispensable: 3,
  },
  { group: 'CPU', head: 'time, s', align: 'right', field: ({ cpuTimeNs }) => seconds(cpuTimeNs) },
  {
    group: 'IPIs,',
    head: 'millions',
    align: 'right',
    field: ({ ipis }) => threeDigits(ipis / 1e6),
    dispensable: 4,
  },
  {
    group: 'taken from',
    head: 'guests, s',
    align: 'right',
    field: ({ guestTakenNs }) => seconds(guestTakenNs),
    dispensable: 1,
  },
  { group: 'exit to', head: 'sweep, s', align: 'right', field: waitText },
  {
    group: 'region-s',
    head: 'waiting',
    align: 'right',
    field: ({ waitingRegionS }) => threeDigits(waitingRegionS),
  },
  {
    group: 'region-s',
    head: 'missed',
    align: 'right',
    field: ({ missedRegionS }) => threeDigits(missedRegionS),
    isTold: (rows) => rows.some(({ missedRegions }) => missedRegions > 0),
  },
  {
    group: 'region-s',
    head: 'in no window',
    align: 'right',
    field: ({ outsideRegionS }) => threeDigits(outsideRegionS),
    isTold: (rows) => rows.some(({ outsideRegionS }) => outsideRegionS > 0),
  },
  {
    group: 'of free',
    head: 'time',
    align: 'right',
    field: ({ waitingRegionS, outsideRegionS, freeRegionS }) =>
      smallPercent(waitingRegionS + outsideRegionS, freeRegionS),
    dispensable: 2,
  },
];

function isToldOf(rows: readonly ChurnRow[]) {
  return ({ onlyIfVaried, field, isTold }: PolicyColumn) =>
    (isTold?.(rows) ?? true) && (onlyIfVaried !== true || new Set(rows.map(field)).size > 1);
}

/** What the delay changes, a line per delay and columns per policy; one table per window and hypothesis. */
function delayTables(results: readonly ChurnRow[], isVerbose: boolean): Block[] {
  const delayed = results.filter(isDelayed);
  const groups = groupBy(delayed, ({ hypothesis, window }) => `hypothesis ${hypothesis}, window ${window}`);
  const tables = [...groups].filter(([, rows]) => new Set(rows.map(({ delayNs }) => delayNs)).size > 1);
  const areWindowsVaried = new Set(results.map(({ window }) => window)).size > 1;
  return tables.flatMap(([name, rows]) => {
    const which = tables.length > 1 || areWindowsVaried ? `, ${name}` : '';
    const figures = delayFigures(rows, isVerbose);
    return [
      prose(
        `With other delays${which} (${figures.map(({ head, meaning }) => `${head}: ${meaning}`).join('; ')}):`,
      ),
      delayTable(rows, figures),
    ];
  });
}

/** How figures spread over seeds. */
function spreadTable({ results, seeds }: ChurnDocument): Block[] {
  const [first] = seeds;
  if (first === undefined) return [];
  const note = `Median (5-95 %) over ${first.runs} histories with seeds from ${first.seed} on. Costs are the same in all. The other tables show the first history.`;
  const asText = (row: ChurnRow, figure: keyof ChurnRow, text: (value: number) => string) => {
    const own = seeds.find(
      (one) => one.figure === figure && isOfRegime(one, row) && one.delayNs === row.delayNs,
    );
    return own === undefined ? '-' : `${text(own.median)} (${text(own.low)}-${text(own.high)})`;
  };
  const columns: FieldColumn<ChurnRow>[] = [
    { head: 'policy', align: 'left', field: (row) => regimeName(row, results), label: 'name' },
    { head: 'delay', align: 'right', field: ({ delayNs }) => exactDuration(delayNs), label: 'name' },
    { head: 'missed', align: 'right', field: (row) => asText(row, 'missedRegions', String) },
    { head: 'CPU, s', align: 'right', field: (row) => asText(row, 'cpuTimeNs', seconds) },
    { head: 'region-s', align: 'right', field: (row) => asText(row, 'waitingRegionS', threeDigits) },
  ];
  return [prose(note), table(columns, results)];
}

function delayTable(rows: readonly ChurnRow[], figures: readonly DelayFigure[]): Block {
  const policies = [...groupBy(rows, ({ policy }) => policy).keys()];
  const delays = [...groupBy(rows, ({ delayNs }) => delayNs)].sort(([a], [b]) => a - b);
  const columns: FieldColumn<readonly [number, readonly ChurnRow[]]>[] = [
    { head: 'delay', align: 'right', field: ([delayNs]) => exactDuration(delayNs), label: 'name' },
    ...policies.flatMap((policy) => {
      const bound = rows.find((row) => row.policy === policy)?.maxWaitNs ?? null;
      const group = bound === null ? policy : `${policy}, ${exactDuration(bound)}`;
      return figures.map(({ head, figure }) => ({
        ...{ group, head, align: 'right' as const },
        field: ([, ofDelay]: readonly [number, readonly ChurnRow[]]) => {
          const row = ofDelay.find((one) => one.policy === policy);
          return row === undefined ? '-' : figure(row);
        },
      }));
    }),
  ];
  return table(columns, delays);
}

interface DelayFigure {
  readonly head: string;
  readonly meaning: string;
  readonly figure: (row: ChurnRow) => string;
  /** Whether it is worth its room beside other policies. */
  readonly isMain?: true;
}

const DELAY_FIGURES: readonly DelayFigure[] = [
  { head: 'sweeps', meaning: 'number of sweeps', figure: ({ sweeps }) => String(sweeps) },
  {
    head: 'missed',
    meaning: 'regions missed',
    figure: ({ missedRegions }) => String(missedRegions),
  },
  {
    head: 'CPU',
    meaning: 'CPU time of sweeps in s',
    figure: ({ cpuTimeNs }) => seconds(cpuTimeNs),
    isMain: true,
  },
  { head: 'to sweep', meaning: 'longest time from an exit to the end of a sweep, in s', figure: waitText },
  {
    head: 'region-s',
    meaning: 'region-seconds waiting',
    figure: ({ waitingRegionS }) => threeDigits(waitingRegionS),
    isMain: true,
  },
];

/** All of one policy; of several the main ones, so that the table is as wide as a mail. */
function delayFigures(rows: readonly ChurnRow[], isVerbose: boolean): readonly DelayFigure[] {
  return areWaitsShown(rows, isVerbose) ? DELAY_FIGURES : DELAY_FIGURES.filter(({ isMain }) => isMain);
}

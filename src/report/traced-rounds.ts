import { groupBy } from '../group-by.js';
import type { ImportedDocument } from '../run-document/run-document.js';
import { type Block, prose, table } from './blocks.js';
import { counted, duration } from './figures.js';
import type { FieldColumn } from './layout.js';

type RoundRow = ImportedDocument['rounds'][number];
type ArrivalRow = ImportedDocument['arrivals'][number];

const time = (ns: number | null) => (ns === null ? '-' : duration(ns));
const STEPS = 'mean of a round, step by step';

const COLUMNS: readonly FieldColumn<RoundRow>[] = [
  { head: 'sweep', align: 'right', label: 'part', field: ({ run }) => String(run ?? '-') },
  { head: 'rounds', align: 'right', field: ({ rounds }) => String(rounds ?? '-') },
  { head: 'calls', align: 'right', field: ({ calls }) => String(calls ?? '-'), dispensable: 1 },
  { head: 'round', align: 'right', field: ({ roundMeanNs }) => time(roundMeanNs) },
  {
    group: STEPS,
    head: 'first entry',
    align: 'right',
    field: ({ firstEntryMeanNs }) => time(firstEntryMeanNs),
  },
  { group: STEPS, head: 'last entry', align: 'right', field: ({ lastEntryMeanNs }) => time(lastEntryMeanNs) },
  { group: STEPS, head: 'last exit', align: 'right', field: ({ lastExitMeanNs }) => time(lastExitMeanNs) },
  { group: STEPS, head: 'next round', align: 'right', field: ({ nextMeanNs }) => time(nextMeanNs) },
];

/** So many sweeps are told of in words. */
const SWEEPS_TOLD = 3;

/** What a trace tells of the rounds of its sweeps, and of the CPUs that were called in them. */
export function tracedRounds({ rounds, arrivals }: ImportedDocument): Block[] {
  const timed = rounds.filter(({ roundMeanNs }) => roundMeanNs !== null);
  const bySweep = [...groupBy(arrivals, ({ run }) => run)].slice(0, SWEEPS_TOLD);
  return [
    ...(timed.length === 0 ? [] : [table(COLUMNS, timed)]),
    ...bySweep.flatMap(([run, cpus]) => {
      const count = rounds.find((row) => row.run === run)?.rounds ?? 0;
      return orderInWords(`Sweep ${run}`, cpus, count ?? 0);
    }),
  ];
}

function orderInWords(sweep: string, cpus: readonly ArrivalRow[], rounds: number): Block[] {
  const most = (figure: 'firstRounds' | 'lastRounds') =>
    cpus.reduce((best, row) => ((row[figure] ?? 0) > (best[figure] ?? 0) ? row : best));
  const delayed = cpus.filter(({ delayMedianNs }) => delayMedianNs !== null);
  const ranked = [...delayed].sort((a, b) => (a.delayMedianNs ?? 0) - (b.delayMedianNs ?? 0));
  const [soonest, latest] = [ranked[0], ranked.at(-1)];
  if (cpus.length < 2 || soonest === undefined || latest === undefined) return [];
  const [first, last] = [most('firstRounds'), most('lastRounds')];
  const order = `${sweep}: CPU ${first.cpu} is the first to enter in ${first.firstRounds} of ${counted(rounds, 'round')}, CPU ${last.cpu} the last in ${last.lastRounds}.`;
  const delays = `From the start of a round to its entry CPU ${soonest.cpu} takes ${time(soonest.delayMedianNs)} and CPU ${latest.cpu} ${time(latest.delayMedianNs)} (medians; the least and the most of the CPUs).`;
  return [prose(`${order} ${delays}`)];
}

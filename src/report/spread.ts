import { groupBy } from '../group-by.js';
import type { ResultRow, SpreadRow } from '../run-document/columns.js';
import type { RecordedMachine, RunDocument } from '../run-document/run-document.js';
import { duration, milliseconds, ratioText, smallPercent, twoDigits } from './figures.js';
import { type CellColumn, type Layout, paragraph, renderFitting } from './layout.js';
import { listNames } from './names.js';
import { type ReportedSweep, stateName } from './sweeps.js';

/** What random costs have done, where they were random: over the runs in a table, then in words. */
export function spreadBlocks(document: RunDocument, names: readonly Column[], layout: Layout): string[] {
  const { jitter, spreads = [], machines } = document;
  if (jitter === undefined) return [];
  return [...spreadTable(spreads, jitter.runs, names, layout), ...slowCpus(spreads), jitterInWords(machines)];
}

/** What a heading says of random costs; empty where they were not. */
export function jitterInHeading({ jitter, seed }: RunDocument): string {
  if (jitter === undefined) return '';
  return jitter.runs === 1
    ? `random jitter, seed ${seed}`
    : `random jitter, ${jitter.runs} runs, seed ${seed}`;
}

/** Of the runs of each sweep the one whose total is their median: what stands in tables that show one run. */
export function typicalRuns(
  sweeps: readonly ReportedSweep[],
  idOf: (row: ResultRow) => string,
): ReportedSweep[] {
  const groups = groupBy(sweeps, ({ total }) => idOf(total));
  return [...groups.values()].flatMap((own) => {
    const ranked = own.toSorted((a, b) => a.total.elapsedNs - b.total.elapsedNs);
    return ranked[Math.ceil(ranked.length / 2) - 1] ?? [];
  });
}

export type Column = CellColumn<SpreadRow>;

/** Of so many runs 5 % are at least one. */
const PERCENTILES_FROM = 20;

function spreadTable(
  spreads: readonly SpreadRow[],
  runs: number,
  names: readonly Column[],
  layout: Layout,
): string[] {
  if (spreads.length === 0) return [];
  const hasRatios = spreads.some(({ ratioMedian }) => ratioMedian !== null);
  const rows = hasRatios ? spreads.filter(({ phase }) => phase === 'total') : spreads;
  const isFine = runs >= PERCENTILES_FROM;
  const time = (head: string, cell: (row: SpreadRow) => number): Column => {
    return { group: 'over the runs', head, align: 'right', cell: (row) => milliseconds(cell(row)) };
  };
  const columns: Column[] = [
    ...names,
    ...(hasRatios ? [] : [{ head: 'phase', align: 'left' as const, cell: ({ phase }: SpreadRow) => phase }]),
    time('mean', ({ meanNs }) => meanNs),
    {
      group: 'over the runs',
      head: 'deviation',
      align: 'right',
      cell: ({ deviationNs }) => twoDigits(deviationNs / 1e6),
    },
    time(isFine ? 'p5' : 'least', ({ p5Ns }) => p5Ns),
    time('median', ({ medianNs }) => medianNs),
    time(isFine ? 'p95' : 'most', ({ p95Ns }) => p95Ns),
    ...(hasRatios ? RATIOS : []),
  ];
  const title = layout.chalk.bold(`SIMULATED, ${runs} runs with random jitter, times in ms`);
  const shown = hasRatios
    ? 'What stands above is of the run in which the baseline took its median time; ratios are to the same run of the baseline.'
    : 'What stands above is, of each state, the run of median total.';
  return [`${title}\n${renderFitting(columns, rows, layout)}`, paragraph(shown)];
}

const RATIOS: readonly Column[] = [
  { group: 'to baseline', head: 'median', align: 'right', cell: ({ ratioMedian }) => ratioText(ratioMedian) },
  {
    group: 'to baseline',
    head: 'p5-p95',
    align: 'right',
    cell: ({ ratioP5, ratioP95 }) => {
      const [low, high] = [ratioText(ratioP5), ratioText(ratioP95)];
      return low === high ? low : `${low}-${high}`;
    },
    dispensable: 1,
  },
];

/** CPUs that are slow in most runs are not slow by chance; whether they are on hardware is another matter. */
function slowCpus(spreads: readonly SpreadRow[]): string[] {
  const told = groupBy(
    spreads.filter(({ slowCpus: cpus }) => cpus !== ''),
    ({ slowCpus: cpus }) => cpus,
  );
  if (told.size === 0) return [];
  const lines = [...told].map(
    ([cpus, rows]) => `CPU ${shortened(cpus)} in ${listNames([...new Set(rows.map(stateName))])}`,
  );
  return [
    paragraph(
      `Among the slowest 1 % of the remote CPUs in more than half of the runs: ${lines.join('; ')}. That hinges on the order in which CPUs are served (arrivalOrder), which nobody has measured: no CPU number is slow on hardware because it is here.`,
    ),
  ];
}

const LIST_MAX_LENGTH = 60;

function shortened(list: string): string {
  return list.length <= LIST_MAX_LENGTH
    ? list
    : `${list.slice(0, list.lastIndexOf(',', LIST_MAX_LENGTH))} and more`;
}

/** What was random and how well that is known. */
function jitterInWords(machines: readonly RecordedMachine[]): string {
  const spread = commonValue(machines, 'jitterSigma');
  const [share, tailNs] = [commonValue(machines, 'tailProbability'), commonValue(machines, 'tailNs')];
  const told = [
    spread === null ? 'spreads as given' : `a spread of ${Number((100 * spread).toPrecision(3))} %`,
    share === null || tailNs === null
      ? 'slow RMPOPTs as given'
      : share === 0 || tailNs === 0
        ? 'no rare slow RMPOPTs'
        : `${smallPercent(share, 1)} of all RMPOPTs take ${duration(tailNs)} longer on average`,
  ];
  return paragraph(
    `Random jitter: the costs of every RMPOPT and of sending every round vary about those of the machine, with ${told.join('; ')}. Nobody has published how single RMPOPTs vary, so these are assumed: they show what such jitter does, not how much there is. The machine was fitted without, to figures that may hold some already; ranges are without, too.`,
  );
}

/** The value of a parameter of numbers where all machines have the same; else `null`. */
function commonValue(machines: readonly RecordedMachine[], name: string): number | null {
  const values = machines.map(({ parameters }) => Number(parameters.find((one) => one.name === name)?.value));
  return new Set(values).size === 1 ? (values[0] ?? null) : null;
}

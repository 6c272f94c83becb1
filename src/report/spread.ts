import { Groups } from '../group-by.js';
import type { SpreadRow } from '../run-document/columns.js';
import type { JitterRecord, RecordedMachine, RunDocument } from '../run-document/run-document.js';
import { type Block, prose, type Setting, table, title } from './blocks.js';
import { type CellRow, variedChoices } from './cell-names.js';
import { duration, milliseconds, ratioText, smallPercent, twoDigits } from './figures.js';
import type { FieldColumn } from './layout.js';
import { cellFields, stateName } from './sweeps.js';

/** What random costs have done, where they were random: over the runs in a table, then in words. */
export function spreadBlocks(document: RunDocument, setting: Setting): Block[] {
  const { jitter, spreads = [], machines } = document;
  if (jitter === undefined) return [];
  const rows = setting === 'screen' ? spreads : baselineFirst(document, spreads);
  return [...spreadTable(rows, jitter, document), jitterInWords(machines, jitter)];
}

/** As the table of changes has them. */
function baselineFirst({ comparisons }: RunDocument, spreads: readonly SpreadRow[]): SpreadRow[] {
  const baseline = comparisons.find(({ isBaseline }) => isBaseline === 'yes');
  if (baseline === undefined) return [...spreads];
  const first = new Groups(spreads, cellFields).of(cellFields(baseline));
  return [...first, ...spreads.filter((row) => !first.includes(row))];
}

/** What a heading says of random costs; empty where they were not. */
export function jitterInHeading({ jitter, seed }: RunDocument): string {
  if (jitter === undefined) return '';
  return jitter.runs === 1
    ? `random jitter, seed ${seed}`
    : `random jitter, ${jitter.runs} runs, seed ${seed}`;
}

type Column = FieldColumn<SpreadRow>;
type Machines = Pick<RunDocument, 'machines'>;

/** Of so many runs 5 % are at least one. */
const PERCENTILES_FROM = 20;

function spreadTable(spreads: readonly SpreadRow[], { runs }: JitterRecord, document: Machines): Block[] {
  if (spreads.length === 0) return [];
  const hasRatios = spreads.some(({ ratioMedian }) => ratioMedian !== null);
  const rows = hasRatios ? spreads.filter(({ phase }) => phase === 'total') : spreads;
  const fewest = spreads.reduce((least, row) => Math.min(least, row.runs), runs);
  // Interrupted, some have fewer.
  const runsColumn = spreads.some((row) => row.runs !== runs) ? [RUNS] : [];
  const columns = [
    ...namingColumns(spreads, document),
    ...(hasRatios ? [] : [PHASE]),
    ...runsColumn,
    ...timeColumns(fewest),
  ];
  const shown = hasRatios
    ? 'The table above is of the repetition in which the baseline took its median time; ratios are to the same repetition of the baseline.'
    : 'The table above is of the repetition with the median total of each state.';
  return [
    title(`SIMULATED, ${runsColumn.length > 0 ? 'runs' : `${runs} runs`} with random jitter, times in ms`),
    table([...columns, ...(hasRatios ? ratioColumns(fewest) : [])], rows),
    prose(shown),
  ];
}

function namingColumns(spreads: readonly SpreadRow[], document: Machines): Column[] {
  const state: Column = { head: 'state', align: 'left', field: stateName, label: 'name' };
  const choices = variedChoices(spreads, document).map(
    ({ head, field }): Column => ({
      head,
      align: 'left',
      field: (row: CellRow) => field(row),
      label: 'name',
    }),
  );
  return [state, ...choices];
}

const RUNS: Column = { head: 'runs', align: 'right', field: (row) => String(row.runs) };
const PHASE: Column = { head: 'phase', align: 'left', field: ({ phase }) => phase, label: 'part' };

function timeColumns(runs: number): Column[] {
  const isFine = runs >= PERCENTILES_FROM;
  const column = (head: string, field: (row: SpreadRow) => string): Column => {
    return { group: 'over the repetitions', head, align: 'right', field };
  };
  return [
    column('mean', ({ meanNs }) => milliseconds(meanNs)),
    column('deviation', ({ deviationNs }) => twoDigits(deviationNs / 1e6)),
    column(isFine ? 'p5' : 'least', ({ p5Ns }) => milliseconds(p5Ns)),
    column('median', ({ medianNs }) => milliseconds(medianNs)),
    column(isFine ? 'p95' : 'most', ({ p95Ns }) => milliseconds(p95Ns)),
  ];
}

function ratioColumns(runs: number): Column[] {
  const column = (head: string, field: (row: SpreadRow) => string): Column => {
    return { group: 'to baseline', head, align: 'right', field };
  };
  const between = column(runs >= PERCENTILES_FROM ? 'p5-p95' : 'least-most', ({ ratioP5, ratioP95 }) => {
    const [low, high] = [ratioText(ratioP5), ratioText(ratioP95)];
    return low === high ? low : `${low}-${high}`;
  });
  return [column('median', ({ ratioMedian }) => ratioText(ratioMedian)), { ...between, dispensable: 1 }];
}

/** What was random and how well that is known. */
function jitterInWords(machines: readonly RecordedMachine[], { runs }: JitterRecord): Block {
  const spread = commonValue(machines, 'jitterSigma');
  const [share, tailNs] = [commonValue(machines, 'tailProbability'), commonValue(machines, 'tailNs')];
  const hasTail = share !== 0 && tailNs !== 0;
  const told = [
    spread === null ? 'spreads as given' : `a spread of ${Number((100 * spread).toPrecision(3))} %`,
    share === null || tailNs === null
      ? 'slow RMPOPTs as given'
      : hasTail
        ? `${smallPercent(share, 1)} of all RMPOPTs take ${duration(tailNs)} longer on average`
        : 'no rare slow RMPOPTs',
  ];
  const fitted = hasTail
    ? ' The machine was fitted without, to measured totals that hold whatever slow RMPOPTs there were: these come on top, so totals are longer than measured ones (--set tailProbability=0 leaves them out).'
    : ' The machine was fitted without, to figures that may hold some already.';
  const more = runs === 1 ? ' This is one draw of many: --runs tells how far they differ.' : '';
  return prose(
    `Random jitter: the costs of every RMPOPT and of sending every round vary about those of the machine, with ${told.join('; ')}. Nobody has published how single RMPOPTs vary, so these are assumed: they show what such jitter does, not how much there is.${fitted} Ranges and other hypotheses are without --jitter.${more}`,
  );
}

/** The value of a parameter of numbers where all machines have the same; else `null`. */
function commonValue(machines: readonly RecordedMachine[], name: string): number | null {
  const values = machines.map(({ parameters }) => Number(parameters.find((one) => one.name === name)?.value));
  return new Set(values).size === 1 ? (values[0] ?? null) : null;
}

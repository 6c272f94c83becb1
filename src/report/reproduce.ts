import { groupBy } from '../group-by.js';
import {
  type NextMeasurement,
  REPRODUCE_COLUMNS,
  type ReproduceDocument,
  type ReproduceRow,
} from '../run-document/reproduce-document.js';
import { toCsv } from './csv.js';
import type { CsvStyle } from './csv-style.js';
import { counted, duration } from './figures.js';
import {
  type FieldColumn,
  type Layout,
  paragraph,
  renderFitting,
  renderGrid,
  type TableColumn,
} from './layout.js';

/** The figures of one condition and kind stand on one line. */
type Sample = readonly [ReproduceRow, ...ReproduceRow[]];

/** Kinds of figures in a table; `KINDS_IN_WORDS` says what they are of. */
const KIND_NAMES: Readonly<Record<string, string>> = {
  'instruction-mean': 'mean',
  'instruction-max': 'longest',
  'instruction-min': 'shortest',
};
const KINDS_IN_WORDS = 'Figures are totals of sweeps; mean, longest and shortest are of one RMPOPT.';

function nameOf({ condition, kind }: ReproduceRow): string {
  return kind === 'total' ? condition : `${condition}, ${KIND_NAMES[kind] ?? kind}`;
}

const COLUMNS: readonly FieldColumn<Sample>[] = [
  { head: 'figure', align: 'left', label: 'name', field: ([row]) => nameOf(row) },
  {
    head: 'published',
    align: 'right',
    field: (sample) => sample.map((row) => duration(row.publishedNs)).join(', '),
  },
  { head: 'SIMULATED', align: 'right', field: ([{ simulatedNs }]) => duration(simulatedNs) },
  {
    head: 'residual',
    align: 'right',
    dispensable: 1,
    field: (sample) => (sample[0].fitted === 'bound' ? '-' : signed(meanResidualPct(sample))),
  },
  {
    head: '90% range',
    align: 'right',
    field: ([{ lowNs, highNs }]) => rangeOf(lowNs, highNs),
  },
  {
    head: 'inside',
    align: 'left',
    dispensable: 2,
    field: (sample) => sample.map(({ inRange }) => (inRange === '' ? '-' : inRange)).join(', '),
  },
  { head: 'verdict', align: 'left', field: ([{ verdict }]) => verdict },
];

/** Published figures beside simulated ones, by hypothesis, and what they do and do not say. */
export function renderReproduce(document: ReproduceDocument, layout: Layout): string {
  const { results, summaries } = document;
  const blocks = summaries.flatMap(({ hypothesis, says, medianResidualPct, worstResidualPct, worstId }) => {
    const rows = results.filter((row) => row.hypothesis === hypothesis && row.fitted !== 'unexplained');
    const residuals = `Residuals of single figures: median ${medianResidualPct.toFixed(1)} %, worst ${worstResidualPct.toFixed(1)} % (${worstId}).`;
    return [
      paragraph(`${layout.chalk.bold(`hypothesis ${hypothesis}`)}: ${says}`, layout, 2),
      renderFitting(COLUMNS, samplesOf(rows), layout),
      paragraph(`${standings(rows)} ${residuals}${rangesInWords(rows)}`, layout),
    ];
  });
  const title = layout.chalk.bold('Figures measured on hardware, beside SIMULATED ones');
  return `${[title, ...blocks, ...remarks(document, layout)].join('\n\n')}\n`;
}

function samplesOf(rows: readonly ReproduceRow[]): Sample[] {
  const keyOf = ({ condition, kind }: ReproduceRow) => `${condition} ${kind}`;
  return [...new Set(rows.map(keyOf))].flatMap((key) => {
    const [first, ...others] = rows.filter((row) => keyOf(row) === key);
    return first === undefined ? [] : [[first, ...others] as const];
  });
}

/** Against the mean of the sample. */
function meanResidualPct(sample: Sample): number {
  const meanNs = sample.reduce((sum, { publishedNs }) => sum + publishedNs, 0) / sample.length;
  return 100 * (sample[0].simulatedNs / meanNs - 1);
}

/** Two times with one unit where that is the same, and one where they read the same. */
function rangeOf(lowNs: number | null, highNs: number | null): string {
  if (lowNs === null || highNs === null) return '-';
  const [low, high] = [duration(lowNs), duration(highNs)];
  if (low === high) return low;
  const [digits, unit] = low.split(' ');
  return high.endsWith(` ${unit}`) ? `${digits}-${high}` : `${low}-${high}`;
}

/** What the agreement is worth. */
function standings(rows: readonly ReproduceRow[]): string {
  const conditionsOf = (standing: string) => [
    ...new Set(rows.filter(({ fitted }) => fitted === standing).map(({ condition }) => condition)),
  ];
  return (['fitted', 'predicted'] as const)
    .map((standing) => ({ standing, conditions: conditionsOf(standing) }))
    .filter(({ conditions }) => conditions.length > 0)
    .map(
      ({ standing, conditions }) =>
        `${standing === 'fitted' ? 'Fitted to' : 'Predicted'}: ${conditions.join(', ')}.`,
    )
    .join(' ');
}

/** What ranges rest on, and which figures lie outside. */
function rangesInWords(rows: readonly ReproduceRow[]): string {
  const ranged = rows.filter(({ rangeFrom }) => rangeFrom !== '');
  if (ranged.length === 0) return '';
  const ofFit = ranged.filter(({ rangeFrom }) => rangeFrom === 'fit');
  const outside = ranged.filter(({ inRange }) => inRange === 'no').map(({ id }) => id);
  const rest =
    ofFit.length === 0
      ? 'Each range comes from the figures of the other conditions alone.'
      : ofFit.length === ranged.length
        ? 'Ranges come from a fit to these figures, so that agreement confirms nothing.'
        : `Ranges come from the figures of the other conditions alone, but those of ${[...new Set(ofFit.map(({ condition }) => condition))].join(', ')} from a fit to them.`;
  const where =
    outside.length === 0
      ? 'Every figure lies inside its range.'
      : `Outside its range: ${outside.join(', ')}.`;
  return ` 90% range: 9 in 10 measurements should fall inside. ${rest} ${where}`;
}

function remarks(document: ReproduceDocument, layout: Layout): string[] {
  const { conditions, independentFacts, repeated, readings } = document;
  const results = document.results.filter(({ fitted }) => fitted !== 'unexplained');
  const figures = new Set(results.map(({ id }) => id)).size;
  const bounds = new Set(results.filter(({ fitted }) => fitted === 'bound').map(({ id }) => id)).size;
  const ratios = repeated.map(({ ids, ratio }) => `${ids.join(' and ')} (${ratio.toFixed(3)})`);
  const open = conditions.filter(({ unknown }) => unknown.length > 0);
  return [
    paragraph(
      `${KINDS_IN_WORDS} The ${counted(figures, 'figure')} hold ${counted(independentFacts, 'independent fact')}${bounds === 0 ? '' : ` and ${counted(bounds, 'bound')}`}. Agreeing with figures it was fitted to confirms no hypothesis.`,
      layout,
    ),
    ...unexplained(document.results, layout),
    ...(ratios.length === 0
      ? []
      : [
          paragraph(
            `Samples of one condition that no hypothesis tells apart, with their ratio: ${ratios.join('; ')}. A simulation without jitter gives both the same time.`,
            layout,
          ),
        ]),
    ...(open.length === 0
      ? []
      : [
          paragraph(
            `Not stated by the sources: ${open.map(({ name, unknown }) => `${name}: ${unknown.join(', ')}`).join('; ')}.`,
            layout,
          ),
        ]),
    ...excludedReadings(readings, layout),
    ...whatToMeasure(document.next, layout),
  ];
}

const UNEXPLAINED_COLUMNS: readonly TableColumn[] = [
  { head: 'figure', align: 'left' },
  { head: 'published', align: 'right' },
  { head: 'SIMULATED', align: 'right' },
];

/** Published figures that no mechanism of the machine can explain, whatever it costs. */
function unexplained(results: readonly ReproduceRow[], layout: Layout): string[] {
  const rows = results.filter(({ fitted }) => fitted === 'unexplained');
  if (rows.length === 0) return [];
  const cells = [...new Set(rows.map(({ id }) => id))].flatMap((id) => {
    const own = rows.filter((row) => row.id === id);
    const [first] = own;
    if (first === undefined) return [];
    const times = own.map(({ simulatedNs }) => simulatedNs);
    return [[nameOf(first), duration(first.publishedNs), rangeOf(Math.min(...times), Math.max(...times))]];
  });
  const head = 'Not explained: no costs that fit the other figures give these.';
  return [[paragraph(head, layout), '', renderGrid(UNEXPLAINED_COLUMNS, cells, layout)].join('\n')];
}

/** Readings of what was left open that the figures themselves exclude. */
function excludedReadings(readings: ReproduceDocument['readings'], layout: Layout): string[] {
  if (readings.length === 0) return [];
  const name = ({ placement, mapping }: (typeof readings)[number]) => `${placement} ${mapping}`;
  const excluded = readings.filter((reading) => reading.excluded === 'yes');
  const kept = readings.filter((reading) => reading.excluded === 'no');
  const times = excluded.map(({ simulatedNs }) => simulatedNs);
  const list = (some: typeof readings) => [...new Set(some.map(name))].join(', ');
  if (excluded.length === 0)
    return [paragraph(`No reading of what was left open is excluded: ${list(kept)}.`, layout)];
  return [
    paragraph(
      `Readings the figures exclude, not part of any range: guests ${list(excluded)}, which would give ${duration(Math.min(...times))} to ${duration(Math.max(...times))}. Not excluded: ${list(kept)}.`,
      layout,
    ),
  ];
}

const NEXT_TOLD = 3;

/** What to measure next: of each sweep, the figure that tells most. */
function whatToMeasure(next: ReproduceDocument['next'], layout: Layout): string[] {
  if (next === null) return [];
  const sweepOf = ({ scenario, state, strategy }: NextMeasurement) => `${scenario}/${state}/${strategy}`;
  const sweeps = [...groupBy(next.figures, sweepOf).values()].slice(0, NEXT_TOLD);
  const lines = sweeps.flatMap(([best]) => {
    if (best === undefined) return [];
    const { scenario, state, strategy, kind, bits, againPct, lastPagePct, ranges } = best;
    const name = scenario === state ? state : `${scenario}: ${state}`;
    const list = ranges.map(({ hypothesis, lowNs, highNs }) => `${hypothesis} ${rangeOf(lowNs, highNs)}`);
    const known = `again known within ${percent(againPct)}, last-page within ${percent(lastPagePct)}`;
    const told = ranges.length > 1 ? `${bits.toFixed(1)} bits, ${known}` : known;
    return [
      paragraph(
        `${name} by ${strategy}, ${KINDS_TO_MEASURE[kind] ?? kind}: ${told}. Expected: ${list.join(', ')}.`,
        layout,
        2,
      ),
    ];
  });
  const today = `Today again is known within ${percent(next.againPct)}, last-page within ${percent(next.lastPagePct)} (one standard deviation)`;
  const most =
    next.bitsMax > 0 ? `; to know which hypothesis holds takes ${next.bitsMax.toFixed(1)} bits` : '';
  return [
    [paragraph(`What to measure next. ${today}${most}. The most telling figures:`, layout), ...lines].join(
      '\n',
    ),
  ];
}

const KINDS_TO_MEASURE: Readonly<Record<string, string>> = {
  total: 'total time',
  local: 'time of the local loop',
  remote: 'time of the remote loop',
  'instruction-mean': 'mean time of an RMPOPT',
};

function percent(value: number | null): string {
  return value === null ? '-' : `${value.toFixed(1)} %`;
}

export function renderReproduceCsv({ results }: ReproduceDocument, style: CsvStyle): string {
  return toCsv(results, Object.keys(REPRODUCE_COLUMNS), style);
}

function signed(percentage: number): string {
  return `${percentage >= 0 ? '+' : ''}${percentage.toFixed(1)} %`;
}

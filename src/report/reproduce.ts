import { groupBy } from '../group-by.js';
import type { NextMeasurement, ReproduceDocument, ReproduceRow } from '../run-document/reproduce-document.js';
import {
  type Block,
  bullets,
  list,
  type Manner,
  moreHint,
  prose,
  type Report,
  table,
  title,
} from './blocks.js';
import { figuresByHypothesis, INSIDE_IN_WORDS } from './figure-table.js';
import { counted, duration, durationRange, signedPercent } from './figures.js';
import type { FieldColumn } from './layout.js';
import { hostLine } from './machine-line.js';
import { listNames } from './names.js';
import { RANGE_IN_WORDS } from './ranges.js';

/** The figures of one condition and kind stand on one line. */
type Sample = readonly [ReproduceRow, ...ReproduceRow[]];

/** Kinds of figures in a table; `KINDS_IN_WORDS` says what they are of. */
const KIND_NAMES: Readonly<Record<string, string>> = {
  'instruction-mean': 'mean',
  'instruction-max': 'longest',
  'instruction-min': 'shortest',
};
const KINDS_IN_WORDS = 'Rows are totals of sweeps; mean: mean time of one RMPOPT in the sweep.';

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
    field: (sample) => (sample[0].fitted === 'bound' ? '-' : signedPercent(meanResidualPct(sample))),
  },
  {
    head: '90% range',
    align: 'right',
    field: ([{ lowNs, highNs }]) => (lowNs === null || highNs === null ? '-' : durationRange(lowNs, highNs)),
  },
  {
    head: 'inside',
    align: 'left',
    dispensable: 2,
    field: (sample) => sample.map(({ inRange }) => (inRange === '' ? '-' : inRange)).join(', '),
  },
  { head: 'verdict', align: 'left', field: ([{ verdict }]) => verdict },
];

/** Published figures beside simulated ones, and what they do and do not say. */
export function reproduceReport(document: ReproduceDocument, manner: Manner): Report {
  return {
    title: 'Figures measured on hardware, beside SIMULATED ones',
    heading: [...document.machines.slice(0, 1).map(hostLine), KINDS_IN_WORDS],
    blocks: manner.isVerbose ? everything(document) : answer(document, manner),
  };
}

/** A table of all hypotheses, and what follows from it. */
function answer({ results, next }: ReproduceDocument, manner: Manner): Block[] {
  const told = results.filter(({ fitted }) => fitted !== 'bound');
  const lines = told.map((row) => ({ ...row, name: nameOf(row) }));
  const ranged = told.filter(({ inRange, fitted }) => inRange !== '' && fitted !== 'unexplained');
  return [
    figuresByHypothesis(lines),
    ...bullets(
      [
        ...fitInWords(told),
        ...insideInWords(ranged),
        ...boundsInWords(results.filter(({ fitted }) => fitted === 'bound')),
        ...unexplainedInWords(told.filter(({ fitted }) => fitted === 'unexplained')),
        ...nextInWords(next),
      ],
      [ranged.length > 0 ? INSIDE_IN_WORDS : '', moreHint(manner)],
    ),
  ];
}

function conditionsOf(rows: readonly ReproduceRow[]): string[] {
  return [...new Set(rows.map(({ condition }) => condition))];
}

/** Which figures the costs come from. */
function fitInWords(rows: readonly ReproduceRow[]): string[] {
  const fitted = rows.filter((row) => row.fitted === 'fitted');
  const predicted = conditionsOf(rows.filter((row) => row.fitted === 'predicted'));
  if (fitted.length === 0) return [`Nothing was fitted: ${listNames(predicted)} are predicted.`];
  if (predicted.length > 0)
    return [`Fitted: ${listNames(conditionsOf(fitted))}. Predicted: ${listNames(predicted)}.`];
  const unexplained = conditionsOf(rows.filter((row) => row.fitted === 'unexplained'));
  const which = unexplained.length === 0 ? 'these figures' : `all but ${listNames(unexplained)}`;
  return [`The costs were fitted to ${which}, so agreement confirms no hypothesis.`];
}

/** How many figures lie inside their ranges, and what these rest on. */
function insideInWords(rows: readonly ReproduceRow[]): string[] {
  if (rows.length === 0) return [];
  const inside = rows.filter(({ inRange }) => inRange === 'yes').length;
  const outside = rows.filter(({ inRange }) => inRange === 'no');
  const names = outside.map((row) => `${nameOf(row)} (${row.hypothesis})`);
  const hypotheses = new Set(rows.map(({ hypothesis }) => hypothesis)).size;
  const figures = `${counted(rows.length / hypotheses, 'figure')}, ${hypotheses === 1 ? '1 hypothesis' : `${hypotheses} hypotheses`}`;
  const rest = names.length === 0 ? '' : ` Outside: ${listNames(names)}.`;
  return [
    rows.every(({ rangeFrom }) => rangeFrom === 'others')
      ? `Each range is from a fit without that sweep: ${inside} of ${rows.length} (${figures}) contain the figure.${rest}`
      : `${inside} of ${rows.length} figures lie inside their 90% ranges, some of them fitted to the same figures.${rest}`,
  ];
}

function boundsInWords(rows: readonly ReproduceRow[]): string[] {
  if (rows.length === 0) return [];
  const broken = rows.filter(({ verdict }) => verdict !== 'holds');
  const names = broken.map((row) => `${nameOf(row)} (${row.hypothesis})`);
  const all = listNames(conditionsOf(rows));
  const kinds = listNames([...new Set(rows.map(({ kind }) => KIND_NAMES[kind] ?? kind))]);
  return [
    names.length === 0
      ? `${all}: ${kinds} RMPOPT within the published limits.`
      : `Published bounds that do not hold: ${names.join('; ')}.`,
  ];
}

function unexplainedInWords(rows: readonly ReproduceRow[]): string[] {
  if (rows.length === 0) return [];
  return [`No costs explain ${listNames(conditionsOf(rows))} together with the other figures.`];
}

/** The one figure that tells most. */
function nextInWords(next: ReproduceDocument['next']): string[] {
  const [best] = next?.figures ?? [];
  if (best === undefined) return [];
  return [`Best to measure next: ${measurementName(best)}. Expected: ${expectedInWords(best)}.`];
}

function everything(document: ReproduceDocument): Block[] {
  const { results, summaries } = document;
  const blocks = summaries.flatMap(({ hypothesis, says, medianResidualPct, worstResidualPct, worstId }) => {
    const rows = results.filter((row) => row.hypothesis === hypothesis && row.fitted !== 'unexplained');
    const residuals = `Residuals of single figures: median ${medianResidualPct.toFixed(1)} %, worst ${worstResidualPct.toFixed(1)} % (${worstId}).`;
    return [
      title(`hypothesis ${hypothesis}: ${says}`),
      table(COLUMNS, samplesOf(rows)),
      prose(`${standings(rows)} ${residuals}${rangesInWords(rows)}`),
    ];
  });
  return [...blocks, ...remarks(document)];
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

/** What the agreement is worth. */
function standings(rows: readonly ReproduceRow[]): string {
  return (['fitted', 'predicted'] as const)
    .map((standing) => ({
      standing,
      conditions: conditionsOf(rows.filter((row) => row.fitted === standing)),
    }))
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
  return ` ${RANGE_IN_WORDS} ${rest} ${where}`;
}

function remarks(document: ReproduceDocument): Block[] {
  const { conditions, independentFacts, repeated, readings } = document;
  const results = document.results.filter(({ fitted }) => fitted !== 'unexplained');
  const figures = new Set(results.map(({ id }) => id)).size;
  const bounds = new Set(results.filter(({ fitted }) => fitted === 'bound').map(({ id }) => id)).size;
  const ratios = repeated.map(({ ids, ratio }) => `${ids.join(' and ')} (${ratio.toFixed(3)})`);
  const open = conditions.filter(({ unknown }) => unknown.length > 0);
  return [
    prose(
      `The ${counted(figures, 'figure')} hold ${counted(independentFacts, 'independent fact')}${bounds === 0 ? '' : ` and ${counted(bounds, 'bound')}`}. Agreeing with figures it was fitted to confirms no hypothesis.`,
    ),
    ...unexplained(document.results),
    ...(ratios.length === 0
      ? []
      : [
          prose(
            `Samples of one condition that no hypothesis tells apart, with their ratio: ${ratios.join('; ')}. A simulation without jitter gives both the same time.`,
          ),
        ]),
    ...list(
      open.map(({ name, unknown }) => `${name}: ${unknown.join(', ')}`),
      'Not stated by the sources:',
    ),
    ...excludedReadings(readings),
    ...whatToMeasure(document.next),
  ];
}

interface UnexplainedFigure {
  readonly row: ReproduceRow;
  readonly simulatedNs: readonly number[];
}

const UNEXPLAINED_COLUMNS: readonly FieldColumn<UnexplainedFigure>[] = [
  { head: 'figure', align: 'left', label: 'name', field: ({ row }) => nameOf(row) },
  { head: 'published', align: 'right', field: ({ row }) => duration(row.publishedNs) },
  {
    head: 'SIMULATED',
    align: 'right',
    field: ({ simulatedNs }) => durationRange(Math.min(...simulatedNs), Math.max(...simulatedNs)),
  },
];

/** Published figures that no mechanism of the machine can explain, whatever it costs. */
function unexplained(results: readonly ReproduceRow[]): Block[] {
  const rows = results.filter(({ fitted }) => fitted === 'unexplained');
  const figures = [...groupBy(rows, ({ id }) => id).values()].flatMap((own): UnexplainedFigure[] => {
    const [row] = own;
    return row === undefined ? [] : [{ row, simulatedNs: own.map(({ simulatedNs }) => simulatedNs) }];
  });
  if (figures.length === 0) return [];
  return [
    prose('Not explained: no costs that fit the other figures give these.'),
    table(UNEXPLAINED_COLUMNS, figures),
  ];
}

/** Readings of what was left open that the figures themselves exclude. */
function excludedReadings(readings: ReproduceDocument['readings']): Block[] {
  if (readings.length === 0) return [];
  const name = ({ placement, mapping }: (typeof readings)[number]) => `${placement} ${mapping}`;
  const excluded = readings.filter((reading) => reading.excluded === 'yes');
  const kept = readings.filter((reading) => reading.excluded === 'no');
  const times = excluded.map(({ simulatedNs }) => simulatedNs);
  const namesOf = (some: typeof readings) => [...new Set(some.map(name))].join(', ');
  if (excluded.length === 0)
    return [prose(`No reading of what was left open is excluded: ${namesOf(kept)}.`)];
  return [
    prose(
      `Readings the figures exclude, not part of any range: guests ${namesOf(excluded)}, which would give ${duration(Math.min(...times))} to ${duration(Math.max(...times))}. Not excluded: ${namesOf(kept)}.`,
    ),
  ];
}

const NEXT_TOLD = 3;

/** What to measure next: of each sweep, the figure that tells most. */
function whatToMeasure(next: ReproduceDocument['next']): Block[] {
  if (next === null) return [];
  const sweepOf = ({ scenario, state, strategy }: NextMeasurement) => `${scenario}/${state}/${strategy}`;
  const sweeps = [...groupBy(next.figures, sweepOf).values()].slice(0, NEXT_TOLD);
  const lines = sweeps.flatMap(([best]) => {
    if (best === undefined) return [];
    const { bits, againPct, lastPagePct, ranges } = best;
    const known = `again known within ${percent(againPct)}, last-page within ${percent(lastPagePct)}`;
    const told = ranges.length > 1 ? `${bits.toFixed(1)} bits, ${known}` : known;
    return [`${measurementName(best)}: ${told}. Expected: ${expectedInWords(best)}.`];
  });
  const today = `Today again is known within ${percent(next.againPct)}, last-page within ${percent(next.lastPagePct)} (one standard deviation)`;
  const most =
    next.bitsMax > 0 ? `; to know which hypothesis holds takes ${next.bitsMax.toFixed(1)} bits` : '';
  return list(lines, `What to measure next. ${today}${most}. The most telling figures:`);
}

function measurementName({ scenario, state, strategy, kind }: NextMeasurement): string {
  const sweep = scenario === state ? state : `${scenario}: ${state}`;
  return `${KINDS_TO_MEASURE[kind] ?? kind} of ${sweep} (${strategy})`;
}

function expectedInWords({ ranges }: NextMeasurement): string {
  return ranges
    .map(({ hypothesis, lowNs, highNs }) => `${hypothesis} ${durationRange(lowNs, highNs)}`)
    .join(', ');
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

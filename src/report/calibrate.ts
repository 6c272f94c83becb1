import type {
  AgreementRow,
  CalibrateDocument,
  CalibrateRow,
  FittedParameterRow,
  NoiseRow,
} from '../run-document/calibrate-document.js';
import { type Block, bullets, type Manner, moreHint, prose, type Report, table, title } from './blocks.js';
import { figuresByHypothesis, INSIDE_IN_WORDS } from './figure-table.js';
import { counted, duration, durationRange, signedPercent, threeDigits } from './figures.js';
import type { FieldColumn } from './layout.js';
import { listNames } from './names.js';

const FIGURE_COLUMNS: readonly FieldColumn<CalibrateRow>[] = [
  { head: 'figure', align: 'left', label: 'name', field: ({ id }) => id },
  { head: 'measured', align: 'right', field: ({ publishedNs }) => duration(publishedNs) },
  { head: 'SIMULATED', align: 'right', field: ({ simulatedNs }) => duration(simulatedNs) },
  {
    head: 'residual',
    align: 'right',
    field: ({ residualPct }) => signedPercent(residualPct),
  },
  {
    head: '90% range',
    align: 'right',
    field: ({ lowNs, highNs }) => durationRange(lowNs, highNs),
  },
  { head: 'inside', align: 'left', field: ({ inRange }) => inRange },
  { head: 'standing', align: 'left', field: ({ standing }) => standing, dispensable: 1 },
];

const PARAMETER_COLUMNS: readonly FieldColumn<FittedParameterRow>[] = [
  { head: 'parameter', align: 'left', label: 'name', field: ({ name }) => name },
  { head: 'value', align: 'right', field: ({ value }) => threeDigits(value) },
  { head: 'unit', align: 'left', field: ({ unit }) => unit },
  {
    head: '90% of draws',
    align: 'right',
    field: ({ intervalLow, intervalHigh }) => `${threeDigits(intervalLow)}-${threeDigits(intervalHigh)}`,
  },
  {
    head: 'plausible',
    align: 'right',
    field: ({ plausibleLow, plausibleHigh }) => `${threeDigits(plausibleLow)}-${threeDigits(plausibleHigh)}`,
  },
  { head: 'standing', align: 'left', field: ({ standing }) => standing },
];

/** What a calibration found. */
export function calibrateReport(document: CalibrateDocument, manner: Manner): Report {
  return {
    title: `Calibration of machine ${document.machine} to ${document.figures.join(', ')}`,
    heading: ['SIMULATED: the middle of the range in which a measurement should fall'],
    blocks: manner.isVerbose ? everything(document) : answer(document, manner),
  };
}

/** A table of all hypotheses, and what the fit knows of the costs. */
function answer({ results, parameters, noise, agreements }: CalibrateDocument, manner: Manner): Block[] {
  const rows = results.map((row) => ({ ...row, name: row.id }));
  return [
    figuresByHypothesis(rows),
    ...bullets(
      [
        ...insideInWords(results),
        ...noise.map((own) => fitInWords(own, parameters, agreements)),
        ...noise.filter(({ strained }) => strained !== '').map(strainInWords),
      ],
      [INSIDE_IN_WORDS, moreHint(manner)],
    ),
  ];
}

const RANGE_IN_WORDS = '90% range: 9 in 10 measurements like this one should fall inside.';

function insideInWords(rows: readonly CalibrateRow[]): string[] {
  const inside = rows.filter(({ inRange }) => inRange === 'yes').length;
  const outside = rows.filter(({ inRange }) => inRange !== 'yes');
  const names = outside.map(({ id, hypothesis }) => `${id} (${hypothesis})`);
  const worth = rows.every(({ standing }) => standing === 'fitted')
    ? ', which confirms nothing: the costs were fitted to these figures'
    : '';
  return [
    `${inside} of ${rows.length} figures lie inside their 90% ranges${worth}.${names.length === 0 ? '' : ` Outside: ${listNames(names)}.`}`,
  ];
}

/** What the figures say of the costs under a hypothesis, and how far to trust the draws. */
function fitInWords(
  { hypothesis, draws }: NoiseRow,
  parameters: readonly FittedParameterRow[],
  agreements: readonly AgreementRow[],
): string {
  const own = parameters.filter((row) => row.hypothesis === hypothesis);
  const known = own.filter(({ standing }) => standing === 'identified').map(({ name }) => name);
  const { worst, least } = convergence(hypothesis, agreements);
  const names = known.length === 0 ? '' : `: ${listNames(known)}`;
  const worth = least === undefined ? '' : `, worth ${least.effectiveSize} independent ones`;
  const rHat = worst === undefined ? '' : `; split R-hat ${worst.rHat.toFixed(3)}`;
  return `${hypothesis}: the figures determine ${known.length} of ${counted(own.length, 'cost')}${names}. ${counted(draws, 'draw')}${worth}${rHat}.`;
}

function strainInWords({ hypothesis, strained }: NoiseRow): string {
  return `The figures strain ${hypothesis}: ${strained}.`;
}

/** The quantity that walks agree least about, and the one whose draws are worth least. */
function convergence(hypothesis: string, all: readonly AgreementRow[]) {
  const own = all.filter((row) => row.hypothesis === hypothesis);
  const [worst] = own.toSorted((a, b) => b.rHat - a.rHat);
  const [least] = own.toSorted((a, b) => a.effectiveSize - b.effectiveSize);
  return { worst, least };
}

function everything({ results, parameters, noise, agreements }: CalibrateDocument): Block[] {
  const hypotheses = [...new Set(results.map(({ hypothesis }) => hypothesis))];
  const blocks = hypotheses.flatMap((hypothesis) => {
    const rows = results.filter((row) => row.hypothesis === hypothesis);
    const fitted = parameters.filter((row) => row.hypothesis === hypothesis);
    const own = noise.find((row) => row.hypothesis === hypothesis);
    return [
      title(`hypothesis ${hypothesis}${own === undefined ? '' : `, ${counted(own.draws, 'draw')}`}`),
      table(FIGURE_COLUMNS, rows),
      ...(fitted.length === 0 ? [] : [table(PARAMETER_COLUMNS, fitted)]),
      ...(own === undefined ? [] : [prose(noiseInWords(own, agreements))]),
    ];
  });
  return [
    ...blocks,
    prose(
      `${RANGE_IN_WORDS} A parameter is open where the figures leave half of its plausible range or more, undetermined where they leave all of it. A fit confirms nothing; what was left out of it and predicted may.`,
    ),
  ];
}

/** How much sweeps vary, and how far the draws can be trusted. */
function noiseInWords(noise: NoiseRow, all: readonly AgreementRow[]): string {
  const { hypothesis, sigmaLow, sigmaMiddle, sigmaHigh, secondLow, secondMiddle, secondHigh, strained } =
    noise;
  const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
  const { worst, least } = convergence(hypothesis, all);
  return [
    `A sweep varies by ${percent(sigmaMiddle)} (${percent(sigmaLow)} to ${percent(sigmaHigh)}).`,
    `The second of two sweeps in a row takes ${percent(secondMiddle)} longer (${percent(secondLow)} to ${percent(secondHigh)}).`,
    'Where no sweep was repeated, both are what was assumed.',
    ...(worst === undefined ? [] : [`Largest split R-hat: ${worst.rHat.toFixed(3)} (${worst.quantity}).`]),
    ...(least === undefined
      ? []
      : [`Smallest effective sample size: ${least.effectiveSize} (${least.quantity}).`]),
    ...(strained === '' ? [] : [`The figures strain this hypothesis: ${strained}.`]),
  ].join(' ');
}

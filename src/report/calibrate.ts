import {
  type AgreementRow,
  CALIBRATE_COLUMNS,
  type CalibrateDocument,
  type CalibrateRow,
  type FittedParameterRow,
  type NoiseRow,
} from '../run-document/calibrate-document.js';
import { toCsv } from './csv.js';
import type { CsvStyle } from './csv-style.js';
import { counted, duration } from './figures.js';
import { type Layout, paragraph, renderGrid, type TableColumn } from './layout.js';

const FIGURE_COLUMNS: readonly (TableColumn & { readonly field: (row: CalibrateRow) => string })[] = [
  { head: 'figure', align: 'left', field: ({ id }) => id },
  { head: 'measured', align: 'right', field: ({ publishedNs }) => duration(publishedNs) },
  { head: 'SIMULATED', align: 'right', field: ({ simulatedNs }) => duration(simulatedNs) },
  {
    head: 'residual',
    align: 'right',
    field: ({ residualPct }) => `${residualPct >= 0 ? '+' : ''}${residualPct.toFixed(1)} %`,
  },
  {
    head: '90% range',
    align: 'right',
    field: ({ lowNs, highNs }) => `${duration(lowNs)} to ${duration(highNs)}`,
  },
  { head: 'inside', align: 'left', field: ({ inRange }) => inRange },
  { head: 'standing', align: 'left', field: ({ standing }) => standing },
];

const PARAMETER_COLUMNS: readonly (TableColumn & { readonly field: (row: FittedParameterRow) => string })[] =
  [
    { head: 'parameter', align: 'left', field: ({ name }) => name },
    { head: 'value', align: 'right', field: ({ value }) => String(value) },
    { head: 'unit', align: 'left', field: ({ unit }) => unit },
    {
      head: '90% of draws',
      align: 'right',
      field: ({ intervalLow, intervalHigh }) => `${intervalLow} to ${intervalHigh}`,
    },
    {
      head: 'plausible',
      align: 'right',
      field: ({ plausibleLow, plausibleHigh }) => `${rounded(plausibleLow)} to ${rounded(plausibleHigh)}`,
    },
    { head: 'standing', align: 'left', field: ({ standing }) => standing },
  ];

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

/** What a calibration found, by hypothesis. */
export function renderCalibrate(document: CalibrateDocument, layout: Layout): string {
  const { results, parameters, noise, agreements, figures } = document;
  const hypotheses = [...new Set(results.map(({ hypothesis }) => hypothesis))];
  const blocks = hypotheses.flatMap((hypothesis) => {
    const rows = results.filter((row) => row.hypothesis === hypothesis);
    const fitted = parameters.filter((row) => row.hypothesis === hypothesis);
    const own = noise.find((row) => row.hypothesis === hypothesis);
    return [
      `${layout.chalk.bold(`hypothesis ${hypothesis}`)}${own === undefined ? '' : `, ${counted(own.draws, 'draw')}`}`,
      renderGrid(
        FIGURE_COLUMNS,
        rows.map((row) => FIGURE_COLUMNS.map(({ field }) => field(row))),
        layout,
      ),
      ...(fitted.length === 0
        ? []
        : [
            renderGrid(
              PARAMETER_COLUMNS,
              fitted.map((row) => PARAMETER_COLUMNS.map(({ field }) => field(row))),
              layout,
            ),
          ]),
      ...(own === undefined ? [] : [paragraph(noiseInWords(own, agreements), layout)]),
    ];
  });
  const title = layout.chalk.bold(`Calibration of machine ${document.machine} to ${figures.join(', ')}`);
  const note = paragraph(
    '90% range: 9 in 10 measurements like this one should fall inside. A parameter is open where the figures leave half of its plausible range or more, undetermined where they leave all of it. A fit confirms nothing; what was left out of it and predicted may.',
    layout,
  );
  return `${[title, ...blocks, note].join('\n\n')}\n`;
}

/** How much sweeps vary, and how far the draws can be trusted. */
function noiseInWords(noise: NoiseRow, all: readonly AgreementRow[]): string {
  const { hypothesis, sigmaLow, sigmaMiddle, sigmaHigh, secondLow, secondMiddle, secondHigh, strained } =
    noise;
  const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
  const own = all.filter((row) => row.hypothesis === hypothesis);
  const worst = own.toSorted((a, b) => b.rHat - a.rHat)[0];
  const least = own.toSorted((a, b) => a.effectiveSize - b.effectiveSize)[0];
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

export function renderCalibrateCsv({ results }: CalibrateDocument, style: CsvStyle): string {
  return toCsv(results, Object.keys(CALIBRATE_COLUMNS), style);
}

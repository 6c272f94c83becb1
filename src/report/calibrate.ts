import {
  CALIBRATE_COLUMNS,
  type CalibrateDocument,
  type CalibrateRow,
  type FittedParameterRow,
} from '../run-document/calibrate-document.js';
import { toCsv } from './csv.js';
import type { CsvStyle } from './csv-style.js';
import { counted, duration, threeDigits } from './figures.js';
import { type Layout, paragraph, renderGrid, type TableColumn } from './layout.js';

const FIGURE_COLUMNS: readonly (TableColumn & { readonly field: (row: CalibrateRow) => string })[] = [
  { head: 'condition', align: 'left', field: ({ condition }) => condition },
  { head: 'figure', align: 'left', field: ({ kind }) => kind },
  { head: 'published', align: 'right', field: ({ publishedNs }) => duration(publishedNs) },
  { head: 'SIMULATED', align: 'right', field: ({ simulatedNs }) => duration(simulatedNs) },
  {
    head: 'residual',
    align: 'right',
    field: ({ residualPct }) => `${residualPct >= 0 ? '+' : ''}${residualPct.toFixed(1)} %`,
  },
  {
    head: 'range over sets',
    align: 'right',
    field: ({ lowNs, highNs }) =>
      lowNs === null || highNs === null ? '-' : `${duration(lowNs)} to ${duration(highNs)}`,
  },
  {
    head: 'standing',
    align: 'left',
    field: ({ standing, reach }) => (reach === 'out' ? `${standing}, out of reach` : standing),
  },
];

const PARAMETER_COLUMNS: readonly (TableColumn & { readonly field: (row: FittedParameterRow) => string })[] =
  [
    { head: 'parameter', align: 'left', field: ({ name }) => name },
    { head: 'value', align: 'right', field: ({ value }) => String(value) },
    { head: 'unit', align: 'left', field: ({ unit }) => unit },
    {
      head: 'range over sets',
      align: 'right',
      field: ({ intervalLow, intervalHigh }) => `${intervalLow} to ${intervalHigh}`,
    },
    {
      head: 'plausible',
      align: 'right',
      field: ({ plausibleLow, plausibleHigh }) => `${plausibleLow} to ${plausibleHigh}`,
    },
    { head: 'standing', align: 'left', field: ({ standing }) => standing },
  ];

/** What a calibration found, by hypothesis. */
export function renderCalibrate(document: CalibrateDocument, layout: Layout): string {
  const { results, parameters, sets, figures } = document;
  const hypotheses = [...new Set(results.map(({ hypothesis }) => hypothesis))];
  const blocks = hypotheses.flatMap((hypothesis) => {
    const rows = results.filter((row) => row.hypothesis === hypothesis);
    const fitted = parameters.filter((row) => row.hypothesis === hypothesis);
    const count = sets.find((one) => one.hypothesis === hypothesis)?.count ?? 0;
    return [
      `${layout.chalk.bold(`hypothesis ${hypothesis}`)}, ${counted(count, 'plausible set')}`,
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
    ];
  });
  const title = layout.chalk.bold(`Calibration of machine ${document.machine} to ${figures.join(', ')}`);
  const note = paragraph(
    'Repeated samples enter by their mean and may be missed by as much as the outermost of them, single ones by what their file says, unless it says so by 3 %, which is assumed. A parameter is open where the figures leave half of its plausible range or more. A fit confirms nothing; what was left out of it and predicted may.',
    layout,
  );
  return `${[title, ...blocks, ...unexplained(results, layout), note].join('\n\n')}\n`;
}

/** Samples further apart than this say different things, whatever the reason. */
const CONTRADICTION_RATIO = 1.5;

/** What repeated samples leave unexplained: a simulation without jitter gives one time for all of them. */
function unexplained(results: readonly CalibrateRow[], layout: Layout): string[] {
  const repeated = new Map(
    results
      .filter(({ samples, sampleRatio }) => samples > 1 && sampleRatio > 1)
      .map((row) => [`${row.condition}, ${row.kind}`, row]),
  );
  if (repeated.size === 0) return [];
  const list = [...repeated].map(([name, { sampleRatio }]) => `${name} (${sampleRatio.toFixed(2)})`);
  const contradictory = [...repeated].filter(([, { sampleRatio }]) => sampleRatio > CONTRADICTION_RATIO);
  const verdict = contradictory.map(
    ([name, { sampleRatio }]) =>
      `The samples of ${name} contradict each other by a factor of ${threeDigits(sampleRatio)}: no costs give both, and a fit to their mean describes neither.`,
  );
  const words = `Largest over smallest of repeated samples, which a simulation without jitter leaves unexplained: ${list.join('; ')}.`;
  return [paragraph([words, ...verdict].join(' '), layout)];
}

export function renderCalibrateCsv({ results }: CalibrateDocument, style: CsvStyle): string {
  return toCsv(results, Object.keys(CALIBRATE_COLUMNS), style);
}

import { COST_COLUMNS, type CostRow, type CostsDocument } from '../run-document/costs-document.js';
import { toCsv } from './csv.js';
import type { CsvStyle } from './csv-style.js';
import { threeDigits } from './figures.js';
import { type FieldColumn, type Layout, paragraph, renderFitting } from './layout.js';

const COLUMNS: readonly FieldColumn<CostRow>[] = [
  { head: 'cost', align: 'left', field: ({ name }) => name },
  { head: 'measured ns', align: 'right', field: ({ value }) => threeDigits(value) },
  { head: '90% range', align: 'right', field: ({ low, high }) => `${threeDigits(low)}-${threeDigits(high)}` },
  { head: 'machine ns', align: 'right', field: ({ machineValue }) => threeDigits(machineValue) },
  { head: 'measured by', align: 'left', field: ({ recipe }) => recipe, dispensable: 1 },
];

/** The costs of IPIs of a host, for a person. */
export function renderCosts(document: CostsDocument, layout: Layout): string {
  const { machine, topology, results, notes } = document;
  const title = `MEASURED costs of IPIs on a host of topology ${topology}; other costs are those of ${machine}`;
  const blocks = [
    layout.chalk.bold(title),
    renderFitting(COLUMNS, results, layout),
    ...notes.map((note) => paragraph(`Note: ${note}.`, layout)),
    paragraph(
      '90% range: 9 in 10 such ranges hold the true cost, with an empty callback. This is a lower bound for the posted kernels, whose callbacks may have written a line shared by all CPUs.',
      layout,
    ),
  ];
  return `${blocks.join('\n\n')}\n`;
}

export function renderCostsCsv({ results }: CostsDocument, style: CsvStyle): string {
  return toCsv(results, Object.keys(COST_COLUMNS), style);
}

import type { CostRow, CostsDocument } from '../run-document/costs-document.js';
import { list, prose, type Report, table } from './blocks.js';
import { threeDigits } from './figures.js';
import type { FieldColumn } from './layout.js';

const COLUMNS: readonly FieldColumn<CostRow>[] = [
  { head: 'cost', align: 'left', field: ({ name }) => name },
  { head: 'measured ns', align: 'right', field: ({ value }) => threeDigits(value) },
  { head: '90% range', align: 'right', field: ({ low, high }) => `${threeDigits(low)}-${threeDigits(high)}` },
  { head: 'machine ns', align: 'right', field: ({ machineValue }) => threeDigits(machineValue) },
  { head: 'measured by', align: 'left', field: ({ recipe }) => recipe, dispensable: 1 },
];

/** The costs of IPIs of a host, for a person. */
export function costsReport({ machine, topology, results, notes }: CostsDocument): Report {
  return {
    title: `MEASURED costs of IPIs on a host of topology ${topology}`,
    heading: [`other costs are those of machine ${machine}`],
    blocks: [
      table(COLUMNS, results),
      ...list(
        notes.map((note) => `${note}.`),
        'Notes:',
      ),
      prose(
        '90% range: 9 in 10 such ranges hold the true cost, with an empty callback. This is a lower bound for the posted kernels, whose callbacks may have written a cache line shared by all CPUs.',
      ),
    ],
  };
}

import type { Columns, RowOf } from './columns.js';
import type { ToolInfo, Warning } from './run-document.js';

export const COSTS_SCHEMA = 'rmpopt-bench/costs/2';

/** Row per cost that was measured. */
export const COST_COLUMNS = {
  name: { kind: 'text', says: 'name of the parameter' },
  unit: { kind: 'text', says: 'its unit' },
  value: { kind: 'number', says: 'as measured' },
  low: { kind: 'number', says: '5 % bound of what is measured' },
  high: { kind: 'number', says: '95 % bound of the same' },
  logMean: {
    kind: 'number?',
    says: 'mean of the natural logarithm, as a prior; null where the cost may be 0',
  },
  logSigma: { kind: 'number?', says: 'standard deviation of the same' },
  freedom: { kind: 'number', says: 'degrees of freedom that the bounds rest on' },
  machineValue: { kind: 'number', says: 'what the machine has that --machine names' },
  recipe: { kind: 'text', says: 'what it was measured by' },
} as const satisfies Columns;

export type CostRow = RowOf<typeof COST_COLUMNS>;

/** The costs of IPIs of a host, from what the probe has measured on it. */
export interface CostsDocument {
  readonly schema: typeof COSTS_SCHEMA;
  readonly tool: ToolInfo;
  readonly command: readonly string[];
  readonly seed: number;
  /** The machine whose other costs are kept. */
  readonly machine: string;
  readonly topology: string;
  readonly memoryBytes: number;
  readonly results: readonly CostRow[];
  readonly notes: readonly string[];
  readonly warnings: readonly Warning[];
}

import type { Columns, RowOf } from './columns.js';
import type { ToolInfo, Warning } from './run-document.js';

export const COSTS_SCHEMA = 'rmpopt-bench/costs/2';

/** Row per cost that was measured. */
export const COST_COLUMNS = {
  name: { kind: 'text', says: 'name of the parameter' },
  unit: { kind: 'text', says: 'unit of the parameter' },
  value: { kind: 'number', says: 'measured value' },
  low: { kind: 'number', says: '5 % bound of the measured value' },
  high: { kind: 'number', says: '95 % bound of the measured value' },
  logMean: {
    kind: 'number?',
    says: 'mean of its natural logarithm, for use as a prior; null if the cost may be 0',
  },
  logSigma: {
    kind: 'number?',
    says: 'standard deviation of its natural logarithm; null if the cost may be 0',
  },
  freedom: { kind: 'number', says: 'degrees of freedom behind the bounds' },
  machineValue: { kind: 'number', says: 'value in the machine of --machine' },
  recipe: { kind: 'text', says: 'how it was measured' },
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

import type { Column, RowOf } from './columns.js';
import type { ToolInfo } from './run-document.js';

export const CALIBRATE_SCHEMA = 'rmpopt-bench/calibrate/2';

/** Row per hypothesis and figure, repeated samples by their mean. */
export const CALIBRATE_COLUMNS = {
  hypothesis: { kind: 'text', says: 'the parameter set' },
  condition: { kind: 'text', says: 'what the figure was measured under' },
  kind: { kind: 'text', says: 'total or instruction-mean' },
  standing: { kind: 'text', says: 'fitted, or left out of the fit and predicted' },
  publishedNs: { kind: 'integer', says: 'mean of the published samples' },
  samples: { kind: 'integer', says: 'how many there are' },
  sampleRatio: { kind: 'ratio', says: 'the largest of them over the smallest' },
  simulatedNs: { kind: 'integer', says: 'simulated with the fitted values' },
  residualPct: { kind: 'ratio', says: 'how far the simulated one is above the published one, in percent' },
  tolerancePct: { kind: 'ratio', says: 'how far a plausible set may be from it' },
  reach: {
    kind: 'text',
    says: 'within, or out where no costs in their ranges come as close as the tolerance wanted',
  },
  lowNs: { kind: 'integer?', says: '5 % bound over the plausible sets of the hypothesis' },
  highNs: { kind: 'integer?', says: '95 % bound over the plausible sets of the hypothesis' },
  inBand: { kind: 'text', says: 'whether the published mean lies between them' },
} as const satisfies Readonly<Record<string, Column>>;

/** Row per hypothesis and fitted parameter. */
export const FITTED_PARAMETER_COLUMNS = {
  hypothesis: { kind: 'text', says: 'the parameter set' },
  name: { kind: 'text', says: 'name of the parameter' },
  unit: { kind: 'text', says: 'its unit' },
  value: { kind: 'number', says: 'fitted value' },
  intervalLow: { kind: 'number', says: '5 % bound over the plausible sets' },
  intervalHigh: { kind: 'number', says: '95 % bound over the plausible sets' },
  plausibleLow: { kind: 'number', says: 'low end of the range it was fitted in' },
  plausibleHigh: { kind: 'number', says: 'high end of it' },
  standing: {
    kind: 'text',
    says: 'identified, or open where the figures leave half of the range or more; at bound',
  },
} as const satisfies Readonly<Record<string, Column>>;

export type CalibrateRow = RowOf<typeof CALIBRATE_COLUMNS>;
export type FittedParameterRow = RowOf<typeof FITTED_PARAMETER_COLUMNS>;

/** What a calibration found. */
export interface CalibrateDocument {
  readonly schema: typeof CALIBRATE_SCHEMA;
  readonly tool: ToolInfo;
  readonly command: readonly string[];
  readonly seed: number;
  readonly machine: string;
  readonly figures: readonly string[];
  readonly results: readonly CalibrateRow[];
  readonly parameters: readonly FittedParameterRow[];
  /** Plausible sets drawn, by hypothesis. */
  readonly sets: readonly { readonly hypothesis: string; readonly count: number }[];
}

import type { Columns, RowOf } from './columns.js';
import type { ToolInfo } from './run-document.js';

export const CALIBRATE_SCHEMA = 'rmpopt-bench/calibrate/2';

/** Row per hypothesis and figure. */
export const CALIBRATE_COLUMNS = {
  hypothesis: { kind: 'text', says: 'hypothesis about the hardware' },
  id: { kind: 'text', says: 'id of the figure in its file' },
  condition: { kind: 'text', says: 'id of the conditions that the figure was measured under' },
  kind: { kind: 'text', says: 'total, local, remote or instruction-mean' },
  standing: { kind: 'text', says: 'fitted, or predicted (left out of the fit)' },
  publishedNs: { kind: 'integer', says: 'measured figure' },
  simulatedNs: {
    kind: 'integer',
    says: 'simulated figure: the middle of where such a measurement should fall',
  },
  residualPct: { kind: 'percent', says: 'simulated / measured - 1, in percent' },
  lowNs: { kind: 'integer', says: 'low end of the 90% range, which should hold 9 in 10 such measurements' },
  highNs: { kind: 'integer', says: 'high end of the 90% range' },
  inRange: { kind: 'text', says: 'yes if the measured figure is in the range, otherwise no' },
} as const satisfies Columns;

/** Row per hypothesis and fitted parameter. */
export const FITTED_PARAMETER_COLUMNS = {
  hypothesis: { kind: 'text', says: 'hypothesis about the hardware' },
  name: { kind: 'text', says: 'name of the parameter' },
  unit: { kind: 'text', says: 'unit of the parameter' },
  value: { kind: 'number', says: 'fitted value' },
  intervalLow: { kind: 'number', says: '5 % point of the draws' },
  intervalHigh: { kind: 'number', says: '95 % point of the draws' },
  plausibleLow: { kind: 'number', says: 'lowest plausible value before the fit' },
  plausibleHigh: { kind: 'number', says: 'highest plausible value before the fit' },
  standing: {
    kind: 'text',
    says: 'how much of the plausible range the middle 90 % of the draws span: identified (at most half), open (more), or undetermined (more than four fifths)',
  },
} as const satisfies Columns;

/** Row per hypothesis and quantity that the walks through its draws have to agree about. */
export const AGREEMENT_COLUMNS = {
  hypothesis: { kind: 'text', says: 'hypothesis about the hardware' },
  quantity: { kind: 'text', says: 'a coordinate of the prior, or the total of a sweep' },
  rHat: { kind: 'ratio', says: 'split R-hat, 1 if all random walks agree' },
  effectiveSize: { kind: 'integer', says: 'number of independent draws that the walks are worth' },
} as const satisfies Columns;

/** Row per hypothesis: its noise, and whether it can bear the figures. */
export const NOISE_COLUMNS = {
  hypothesis: { kind: 'text', says: 'hypothesis about the hardware' },
  draws: { kind: 'integer', says: 'number of draws of costs' },
  sigmaLow: {
    kind: 'ratio',
    says: '5 % point of the noise of a sweep, a standard deviation of the logarithm of its time',
  },
  sigmaMiddle: { kind: 'ratio', says: 'median of the noise of a sweep' },
  sigmaHigh: { kind: 'ratio', says: '95 % point of the noise of a sweep' },
  secondLow: {
    kind: 'ratio',
    says: '5 % point of the logarithm of the ratio of a second sweep in a row to the first',
  },
  secondMiddle: { kind: 'ratio', says: 'median of the same logarithm' },
  secondHigh: { kind: 'ratio', says: '95 % point of the same logarithm' },
  strained: {
    kind: 'text',
    says: 'figures outside the middle 99 % of what the draws predict, and a noise of a sweep above 10 %; empty if there is neither',
  },
} as const satisfies Columns;

export type CalibrateRow = RowOf<typeof CALIBRATE_COLUMNS>;
export type FittedParameterRow = RowOf<typeof FITTED_PARAMETER_COLUMNS>;
export type AgreementRow = RowOf<typeof AGREEMENT_COLUMNS>;
export type NoiseRow = RowOf<typeof NOISE_COLUMNS>;

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
  readonly noise: readonly NoiseRow[];
  readonly agreements: readonly AgreementRow[];
}

import type { Columns, RowOf } from './columns.js';
import type { ToolInfo } from './run-document.js';

export const CALIBRATE_SCHEMA = 'rmpopt-bench/calibrate/2';

/** Row per hypothesis and figure. */
export const CALIBRATE_COLUMNS = {
  hypothesis: { kind: 'text', says: 'the parameter set' },
  id: { kind: 'text', says: 'name of the figure in its file' },
  condition: { kind: 'text', says: 'what the figure was measured under' },
  kind: { kind: 'text', says: 'total, local, remote or instruction-mean' },
  standing: { kind: 'text', says: 'fitted, or left out of the fit and predicted' },
  publishedNs: { kind: 'integer', says: 'the measured figure' },
  simulatedNs: { kind: 'integer', says: 'middle of where a measurement like it should fall' },
  residualPct: { kind: 'percent', says: 'how far that is above the measured one, in percent' },
  lowNs: { kind: 'integer', says: '9 in 10 measurements like it should fall between this' },
  highNs: { kind: 'integer', says: 'and this' },
  inRange: { kind: 'text', says: 'whether the measured one lies there' },
} as const satisfies Columns;

/** Row per hypothesis and fitted parameter. */
export const FITTED_PARAMETER_COLUMNS = {
  hypothesis: { kind: 'text', says: 'the parameter set' },
  name: { kind: 'text', says: 'name of the parameter' },
  unit: { kind: 'text', says: 'its unit' },
  value: { kind: 'number', says: 'fitted value: the middle of the draws' },
  intervalLow: { kind: 'number', says: '5 % of the draws are below' },
  intervalHigh: { kind: 'number', says: '5 % of the draws are above' },
  plausibleLow: { kind: 'number', says: 'low end of what was plausible before' },
  plausibleHigh: { kind: 'number', says: 'high end of it' },
  standing: {
    kind: 'text',
    says: 'identified, open where the figures leave half of the range or more, undetermined where they leave all of it',
  },
} as const satisfies Columns;

/** Row per hypothesis and quantity that the walks through its draws have to agree about. */
export const AGREEMENT_COLUMNS = {
  hypothesis: { kind: 'text', says: 'the parameter set' },
  quantity: { kind: 'text', says: 'a coordinate of the prior, or the total of a sweep' },
  rHat: { kind: 'ratio', says: 'split R-hat: 1 where all walks agree' },
  effectiveSize: { kind: 'integer', says: 'how many independent draws they are worth' },
} as const satisfies Columns;

/** Row per hypothesis: its noise, and whether it can bear the figures. */
export const NOISE_COLUMNS = {
  hypothesis: { kind: 'text', says: 'the parameter set' },
  draws: { kind: 'integer', says: 'draws of its costs' },
  sigmaLow: {
    kind: 'ratio',
    says: '5 % point of the noise of a sweep, as the standard deviation of its logarithm',
  },
  sigmaMiddle: { kind: 'ratio', says: 'its middle' },
  sigmaHigh: { kind: 'ratio', says: 'its 95 % point' },
  secondLow: {
    kind: 'ratio',
    says: '5 % point of how far a second sweep in a row is above the first, as a logarithm',
  },
  secondMiddle: { kind: 'ratio', says: 'its middle' },
  secondHigh: { kind: 'ratio', says: 'its 95 % point' },
  strained: { kind: 'text', says: 'why the hypothesis is strained by the figures; empty where it is not' },
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

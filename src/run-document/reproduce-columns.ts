import type { Columns } from './columns.js';

export const REPRODUCE_SCHEMA = 'rmpopt-bench/reproduce/2';

/** Row per published figure and hypothesis. */
export const REPRODUCE_COLUMNS = {
  id: { kind: 'text', says: 'id of the figure' },
  condition: { kind: 'text', says: 'id of the conditions that it was measured under' },
  kind: { kind: 'text', says: 'total, instruction-mean, instruction-max or instruction-min' },
  publishedNs: {
    kind: 'number',
    says: 'measured figure; cycles are converted with tscGhz of the figures file',
  },
  simulatedNs: { kind: 'integer', says: 'simulated figure' },
  residualPct: { kind: 'percent', says: 'simulated / measured - 1, in percent' },
  lowNs: {
    kind: 'integer?',
    says: 'low end of the 90% range, which should hold 9 in 10 such measurements; null without a range',
  },
  highNs: { kind: 'integer?', says: 'high end of the 90% range; null without a range' },
  rangeFrom: {
    kind: 'text',
    says: 'figures behind the range: others (of other conditions), fit (all figures, this one included), or empty',
  },
  inRange: {
    kind: 'text',
    says: 'yes if the measured figure is in the range, otherwise no; empty without a range',
  },
  hypothesis: { kind: 'text', says: 'hypothesis about the hardware' },
  fitted: {
    kind: 'text',
    says: 'fitted (the costs were fitted to this figure), predicted, bound (only a limit is known), or unexplained (the simulated machine cannot explain it)',
  },
  verdict: { kind: 'text', says: 'result in words' },
  source: { kind: 'text', says: 'where the figure comes from' },
} as const satisfies Columns;

/** Row per hypothesis. */
export const SUMMARY_COLUMNS = {
  hypothesis: REPRODUCE_COLUMNS.hypothesis,
  says: { kind: 'text', says: 'what the hypothesis says' },
  medianResidualPct: {
    kind: 'ratio',
    says: 'median size of the residuals, without bounds',
  },
  worstResidualPct: { kind: 'percent', says: 'largest residual, without bounds' },
  worstId: { kind: 'text', says: 'id of the figure with the largest residual' },
} as const satisfies Columns;

import type { Columns } from './columns.js';

export const REPRODUCE_SCHEMA = 'rmpopt-bench/reproduce/2';

/** Row per published figure and hypothesis. */
export const REPRODUCE_COLUMNS = {
  id: { kind: 'text', says: 'id of the figure' },
  condition: { kind: 'text', says: 'what it was measured under' },
  kind: { kind: 'text', says: 'total, instruction-mean, instruction-max or instruction-min' },
  publishedNs: { kind: 'number', says: 'the published figure; of cycles, their time by tscGhz' },
  simulatedNs: { kind: 'integer', says: 'the simulated one' },
  residualPct: { kind: 'percent', says: 'how far the simulated one is above the published one, in percent' },
  lowNs: {
    kind: 'integer?',
    says: '9 in 10 measurements like it should fall between this; null where there is no range',
  },
  highNs: { kind: 'integer?', says: 'and this' },
  rangeFrom: {
    kind: 'text',
    says: 'what the range rests on: others (the figures of other conditions), fit (all figures, this one too), or empty',
  },
  inRange: {
    kind: 'text',
    says: 'whether the published one lies there: yes or no; empty where there is no range',
  },
  hypothesis: { kind: 'text', says: 'the parameter set' },
  fitted: {
    kind: 'text',
    says: 'fitted (the parameters were derived from it), predicted, bound (has to lie on its side), or unexplained (no mechanism of the machine can explain it)',
  },
  verdict: { kind: 'text', says: 'in words' },
  source: { kind: 'text', says: 'where it was published' },
} as const satisfies Columns;

/** Row per hypothesis. */
export const SUMMARY_COLUMNS = {
  hypothesis: REPRODUCE_COLUMNS.hypothesis,
  says: { kind: 'text', says: 'what the hypothesis says' },
  medianResidualPct: {
    kind: 'ratio',
    says: 'median residual of its figures that are no bounds, without sign',
  },
  worstResidualPct: { kind: 'percent', says: 'the largest of them' },
  worstId: { kind: 'text', says: 'id of the figure with it' },
} as const satisfies Columns;

import type { Column, RowOf } from './columns.js';
import type { RecordedMachine, ToolInfo } from './run-document.js';

export const REPRODUCE_SCHEMA = 'rmpopt-bench/reproduce/2';

/** Row per published figure and hypothesis. */
export const REPRODUCE_COLUMNS = {
  id: { kind: 'text', says: 'id of the figure' },
  condition: { kind: 'text', says: 'what it was measured under' },
  kind: { kind: 'text', says: 'total, instruction-mean, instruction-max or instruction-min' },
  publishedNs: { kind: 'number', says: 'the published figure; of cycles, their time by tscGhz' },
  simulatedNs: { kind: 'integer', says: 'the simulated one' },
  residualPct: { kind: 'ratio', says: 'how far the simulated one is above the published one, in percent' },
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
} as const satisfies Readonly<Record<string, Column>>;

/** Row per hypothesis. */
export const SUMMARY_COLUMNS = {
  hypothesis: REPRODUCE_COLUMNS.hypothesis,
  says: { kind: 'text', says: 'what the hypothesis says' },
  medianResidualPct: {
    kind: 'ratio',
    says: 'median residual of its figures that are no bounds, without sign',
  },
  worstResidualPct: { kind: 'ratio', says: 'the largest of them' },
  worstId: { kind: 'text', says: 'id of the figure with it' },
} as const satisfies Readonly<Record<string, Column>>;

export type ReproduceRow = RowOf<typeof REPRODUCE_COLUMNS>;

/** How well one hypothesis does over all figures that are no bounds; residuals without their sign. */
export type HypothesisSummary = RowOf<typeof SUMMARY_COLUMNS>;

/** Several samples of one condition, which nothing tells apart. */
export interface RepeatedFigure {
  readonly condition: string;
  readonly kind: string;
  readonly ids: readonly string[];
  /** The largest over the smallest. */
  readonly ratio: number;
}

/** A reading of a condition that its source leaves open, and what it would have given. */
export interface Reading {
  readonly condition: string;
  readonly hypothesis: string;
  readonly mapping: string;
  readonly placement: string;
  readonly simulatedNs: number;
  /** Whether the published samples exclude it. */
  readonly excluded: 'yes' | 'no';
}

/** What it would tell to measure a figure. */
export interface NextMeasurement {
  readonly scenario: string;
  readonly state: string;
  readonly strategy: string;
  /** total, local, remote or instruction-mean */
  readonly kind: string;
  /** How much it would tell of which hypothesis holds. */
  readonly bits: number;
  /** How well the totals of again and last-page would be known after it: standard deviations, in percent. */
  readonly againPct: number | null;
  readonly lastPagePct: number | null;
  readonly ranges: readonly {
    readonly hypothesis: string;
    readonly lowNs: number;
    readonly highNs: number;
  }[];
}

/** What to measure next, the most telling first. */
export interface NextMeasurements {
  /** Of knowing which hypothesis holds. */
  readonly bitsMax: number;
  /** How well these totals are known today: standard deviations, in percent. */
  readonly againPct: number | null;
  readonly lastPagePct: number | null;
  readonly figures: readonly NextMeasurement[];
}

/** Published figures beside simulated ones. */
export interface ReproduceDocument {
  readonly schema: typeof REPRODUCE_SCHEMA;
  readonly origin: 'simulated';
  readonly tool: ToolInfo;
  readonly command: readonly string[];
  readonly machines: readonly RecordedMachine[];
  readonly results: readonly ReproduceRow[];
  readonly conditions: readonly {
    readonly name: string;
    readonly says: string;
    readonly unknown: readonly string[];
  }[];
  readonly summaries: readonly HypothesisSummary[];
  /** How many separate things the figures say: a mean per condition and kind, and each distinct unexplained ratio. */
  readonly independentFacts: number;
  readonly repeated: readonly RepeatedFigure[];
  readonly readings: readonly Reading[];
  /** `null` for a machine that was never calibrated. */
  readonly next: NextMeasurements | null;
}

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
  lowNs: { kind: 'integer?', says: '5 % bound over the plausible parameter sets; null without a band' },
  highNs: { kind: 'integer?', says: '95 % bound over the plausible parameter sets; null without a band' },
  inBand: { kind: 'text', says: 'yes or no; empty without a band' },
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

/** A sweep nobody has timed that would tell hypotheses apart. */
export interface Separation {
  readonly scenario: string;
  readonly state: string;
  readonly strategy: string;
  /** How far the range of one hypothesis lies above that of another, at most. */
  readonly gapPct: number;
  readonly ranges: readonly {
    readonly hypothesis: string;
    readonly lowNs: number;
    readonly highNs: number;
  }[];
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
  /** The widest gap first; empty for a machine that was never calibrated, or of one hypothesis. */
  readonly separations: readonly Separation[];
}

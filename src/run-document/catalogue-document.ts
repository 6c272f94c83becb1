import type { RecordedParameter } from './run-document.js';

export const LIST_SCHEMA = 'rmpopt-bench/list/2';
export const SHOW_SCHEMA = 'rmpopt-bench/show/2';

export const CATALOGUE_KINDS = ['scenario', 'churn', 'policy', 'machine', 'strategy', 'hypothesis'] as const;
export type CatalogueKind = (typeof CATALOGUE_KINDS)[number];

/** A parameter with what it means. */
export interface ShownParameter extends RecordedParameter {
  readonly says: string;
}

/** How far the total of a state moves when one parameter goes from its value to the ends of its plausible range. */
export interface Influence {
  readonly parameter: string;
  readonly state: string;
  readonly lowPct: number;
  readonly highPct: number;
}

/** What there is: a row per thing that can be named on the command line. */
export interface ListDocument {
  readonly schema: typeof LIST_SCHEMA;
  readonly results: readonly {
    readonly kind: CatalogueKind;
    readonly name: string;
    readonly title: string;
  }[];
}

/** One of these things, with everything that was left open filled in. */
export type ShowDocument =
  | ShownScenario
  | ShownMachine
  | ShownStrategy
  | ShownPolicy
  | ShownHypothesis
  | ShownMachineParameter;

export interface ShownScenario {
  readonly schema: typeof SHOW_SCHEMA;
  readonly kind: 'scenario' | 'churn';
  readonly name: string;
  /** The machine that fills in what the file leaves open. */
  readonly machine: string;
  /** The scenario as a file would say it, every default written out. */
  readonly scenario: Readonly<Record<string, unknown>>;
}

export interface ShownMachine {
  readonly schema: typeof SHOW_SCHEMA;
  readonly kind: 'machine';
  readonly name: string;
  readonly title: string;
  readonly topology: string;
  readonly sockets: number;
  readonly l3Groups: number;
  readonly cores: number;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly regions: number;
  /** Regions that hold pages of the RMP or of firmware, and so are never optimized. */
  readonly preassignedRegions: number;
  readonly hypothesis: string;
  readonly hypotheses: readonly { readonly name: string; readonly says: string }[];
  /** Under the default hypothesis. */
  readonly parameters: readonly ShownParameter[];
  /** Under the default hypothesis, by the loop local-first: a row per parameter a fit may change and state. */
  readonly influences: readonly Influence[];
}

/** One cost or switch of a machine. */
export interface ShownMachineParameter {
  readonly schema: typeof SHOW_SCHEMA;
  readonly kind: 'parameter';
  readonly name: string;
  readonly machine: string;
  readonly says: string;
  /** What it changes the time of: sweeps, RMPUPDATEs, exits, or the randomness of costs. */
  readonly affects: string;
  /** Empty for switches and numbers. */
  readonly unit: string;
  /** What is plausible, under any hypothesis; `null` for switches. */
  readonly low: number | null;
  readonly high: number | null;
  /** What it is under each hypothesis. */
  readonly values: readonly ({ readonly hypothesis: string } & Pick<
    RecordedParameter,
    'value' | 'provenance' | 'source'
  >)[];
}

export interface ShownStrategy {
  readonly schema: typeof SHOW_SCHEMA;
  readonly kind: 'strategy';
  readonly name: string;
  readonly summary: string;
  readonly origin: string;
  readonly defaultThreads: string;
  /** Regions per round unless given; `null` where that cannot be chosen. */
  readonly defaultBatch: number | null;
}

/** When `churn` sweeps after guests exit. */
export interface ShownPolicy {
  readonly schema: typeof SHOW_SCHEMA;
  readonly kind: 'policy';
  readonly name: string;
  readonly summary: string;
  readonly origin: string;
}

export interface ShownHypothesis {
  readonly schema: typeof SHOW_SCHEMA;
  readonly kind: 'hypothesis';
  readonly name: string;
  readonly machine: string;
  readonly says: string;
  /** All of the machine, as they are under the hypothesis. */
  readonly parameters: readonly ShownParameter[];
}

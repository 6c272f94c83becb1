import type {
  AlternativeRow,
  ArrivalRow,
  BandRow,
  BreakdownRow,
  ChangeRow,
  ComparisonRow,
  CpuRow,
  DisturbanceRow,
  ImportedCpuRow,
  ImportedResultRow,
  MissingRow,
  NoteRow,
  ObservationRow,
  Partly,
  ResultRow,
  RoundRow,
  SegmentRow,
  SpreadRow,
} from './columns.js';

export const RUN_SCHEMA = 'rmpopt-bench/run/2';

export interface ToolInfo {
  readonly name: string;
  readonly version: string;
}

/** A parameter as recorded: switches have neither low nor high. */
export interface RecordedParameter {
  readonly name: string;
  readonly value: number | string | boolean;
  readonly unit: string;
  readonly low: number | null;
  readonly high: number | null;
  readonly provenance: string;
  readonly source: string;
}

/** A machine as recorded, complete enough to run it again. */
export interface RecordedMachine {
  readonly id: string;
  readonly name: string;
  /** Name of the machine file: the host may have another shape. */
  readonly file: string;
  readonly hypothesis: string;
  readonly topology: string;
  readonly cpus: number;
  readonly cores: number;
  readonly sockets: number;
  readonly l3Groups: number;
  readonly threadsPerCore: number;
  readonly memoryBytes: number;
  readonly regions: number;
  /** Of these, regions with pages of the RMP or of firmware: never optimized. */
  readonly reservedRegions: number;
  /** Where the segments of the RMP lie, as the machine file lists them; empty: assumed. */
  readonly rmpSegments: readonly SegmentRow[];
  /** Why the figures that the hypothesis was fitted to strain it; empty where they do not. */
  readonly strained: readonly string[];
  readonly parameters: readonly RecordedParameter[];
}

/** Something a reader should know before trusting a figure. */
export interface Warning {
  readonly kind: string;
  readonly message: string;
}

/** The rows of a run, by table. */
export interface RunTables {
  readonly results: readonly ResultRow[];
  /** Empty unless asked for. */
  readonly cpus: readonly CpuRow[];
  readonly breakdowns: readonly BreakdownRow[];
  readonly alternatives: readonly AlternativeRow[];
  readonly bands: readonly BandRow[];
  readonly changes: readonly ChangeRow[];
  readonly disturbances: readonly DisturbanceRow[];
  /** Of a grid: each sweep against that of the baseline. */
  readonly comparisons: readonly ComparisonRow[];
  /** Of a grid: cells that could not be run. */
  readonly missing: readonly MissingRow[];
  /** Over several runs with random costs. */
  readonly spreads: readonly SpreadRow[];
}

/** What every document about runs begins with. */
interface DocumentHead {
  readonly schema: typeof RUN_SCHEMA;
  readonly tool: ToolInfo;
  readonly command: readonly string[];
  readonly machines: readonly RecordedMachine[];
  readonly warnings: readonly Warning[];
}

/** The result of a run as data: everything the reports show comes from here. */
export interface RunDocument extends DocumentHead, Omit<RunTables, 'spreads'> {
  readonly origin: 'simulated';
  readonly seed: number;
  /** Only where costs were random. */
  readonly jitter?: JitterRecord;
  /** Only where costs were random; empty of a single run. */
  readonly spreads?: readonly SpreadRow[];
}

/** That costs were random, drawn anew for every run. */
export interface JitterRecord {
  /** From 1. */
  readonly runs: number;
}

/** What a log of hardware tells, in the same form: rows with gaps, and every figure as it was printed. */
export interface ImportedDocument extends DocumentHead, Omit<RunTables, 'results' | 'cpus' | 'spreads'> {
  readonly origin: 'imported';
  readonly seed: null;
  readonly results: readonly ImportedResultRow[];
  readonly cpus: readonly ImportedCpuRow[];
  readonly observations: readonly ObservationRow[];
  readonly notes: readonly NoteRow[];
  /** Only traces tell of these. */
  readonly rounds: readonly Partly<RoundRow>[];
  readonly arrivals: readonly Partly<ArrivalRow>[];
  /** Where the RMP lies, as the kernel last printed it. */
  readonly rmpSegments: readonly SegmentRow[];
}

/** The tables that logs say nothing of. */
export const NO_TABLES: Omit<RunTables, 'results' | 'cpus' | 'spreads'> = {
  ...{ breakdowns: [], alternatives: [], bands: [], changes: [] },
  ...{ disturbances: [], comparisons: [], missing: [] },
};

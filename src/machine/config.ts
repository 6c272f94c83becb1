import type { ParameterValues, ResolvedParameter } from './parameters.js';
import type { PreassignedPages, RmpSegment } from './rmp-placement.js';
import type { Topology } from './topology.js';

/** A machine with every choice made: what a run executes on and what its document records. */
export interface MachineConfig {
  readonly name: string;
  /** Name of its file: the host may have another shape. */
  readonly file: string;
  readonly hypothesis: string;
  readonly topology: Topology;
  readonly memoryBytes: number;
  /** Why the figures that the hypothesis was fitted to strain it; empty where they do not. */
  readonly strained: readonly string[];
  readonly parameters: readonly ResolvedParameter[];
  readonly values: ParameterValues;
  readonly preassigned: readonly PreassignedPages[];
  /** Where the segments of the RMP lie, as the machine file lists them; empty: each in the memory of the socket it covers, assumed. */
  readonly rmpSegments: readonly RmpSegment[];
}

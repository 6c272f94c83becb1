import type { Topology } from '../machine/topology.js';
import type { SweepKey } from '../run-document/columns.js';
import type { RegionHistogram } from '../sweep/predict.js';
import type { Phase } from '../sweep/strategy.js';
import type { SweepBands } from './bands.js';
import type { PhaseAccount } from './phase-account.js';

/** A timed sweep with all that is known of it, before it becomes rows. */
export interface SweepResult {
  readonly key: SweepKey;
  /** Its name. */
  readonly machineFile: string;
  readonly topology: Topology;
  readonly memoryBytes: number;
  readonly regions: number;
  readonly localCpu: number;
  /** Ascending; the others that take part. */
  readonly remoteCpus: readonly number[];
  readonly local: PhaseAccount;
  readonly remote: PhaseAccount;
  /** What CPUs would spend if those of a round were served in the other order, by phase; `null` where that is not known. */
  readonly otherOrder: ReadonlyMap<Phase, PhaseAccount> | null;
  /** The regions it found, by class. */
  readonly histogram: RegionHistogram;
  /** RMPUPDATEs executed before it. */
  readonly rmpUpdates: number;
  /** `null` where the machine has no plausible sets. */
  readonly bands: SweepBands | null;
  /** The hypotheses that bands cover; empty without any. */
  readonly rangeOver: string;
}

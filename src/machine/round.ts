import { assertNever } from '../errors.js';
import type { SendingCosts, SweepCosts } from './costs.js';
import type { Jitter } from './jitter.js';
import type { ParameterValues } from './parameters.js';
import type { RegionClasses } from './region-class.js';
import type { Topology } from './topology.js';

/**
 * Who executes RMPOPT in one round, and how they are told. A strategy makes a shape once and uses it for all rounds alike:
 * outcomes are remembered by shape.
 * - `local`: the sender itself, in its own loop.
 * - `ipi`: every CPU of the mask at once by IPI, the sender too if it is in the mask; the sender waits for the slowest.
 * - `call`: one CPU, by a call of its own (`smp_call_on_cpu`).
 */
export interface RoundShape {
  readonly delivery: 'local' | 'ipi' | 'call';
  readonly sender: number;
  /** The CPUs that execute RMPOPT, in the order of the mask. */
  readonly cpus: Int32Array;
  /** How many of them have to be reached: all but the sender. */
  readonly targets: number;
  /** Whether the loop calls cond_resched after the round. */
  readonly condResched: boolean;
  /** Per position of the mask, how many come right after it before the sender does or the mask ends: all, or in its L3 group. */
  readonly followers: { readonly all: Int32Array; readonly group: Int32Array };
}

export function createRoundShape(
  parts: Omit<RoundShape, 'targets' | 'followers'>,
  { cores, coresPerL3Group }: Topology,
): RoundShape {
  const { delivery, cpus, sender, condResched } = parts;
  const [all, group] = [new Int32Array(cpus.length), new Int32Array(cpus.length)];
  for (let position = cpus.length - 2; position >= 0; position--) {
    const [cpu = 0, next = 0] = cpus.subarray(position, position + 2);
    if (next === sender) continue;
    all[position] = (all[position + 1] ?? 0) + 1;
    const isNeighbour = next === cpu + 1 && (next % cores) % coresPerL3Group !== 0;
    if (isNeighbour) group[position] = (group[position + 1] ?? 0) + 1;
  }
  const targets = cpus.length - (cpus.includes(sender) ? 1 : 0);
  // Spelt out, since a spread makes objects that the engine takes for all different, and so slow to read.
  return { delivery, sender, cpus, targets, condResched, followers: { all, group } };
}

/** What a round came to. Times count from the start of the round, in picoseconds; arrays run in the order of `shape.cpus`. */
export interface RoundOutcome {
  readonly shape: RoundShape;
  /** From the start of the round to the start of the next, cond_resched included. */
  readonly durationPs: number;
  /** When the first CPU of the mask issues its first RMPOPT; that of each further one comes `issueStepPs` later. */
  readonly firstIssuePs: number;
  readonly issueStepPs: number;
  /** The way of the CPU that ended last, which the sender waited for. */
  readonly critical: CriticalPath;
  /** CF of the sender's RMPOPT in a round on one region; false where it issued none. */
  readonly senderSucceeded: boolean;
  /** What each CPU did; empty arrays where that was not to be recorded. */
  readonly byCpu: CpuRecords;
}

/** What each CPU of a mask did in one round. */
export interface CpuRecords {
  /** RMPOPTs issued. */
  readonly instructions: ArrayLike<number>;
  /** Of these, CF = 1. */
  readonly optimized: ArrayLike<number>;
  /** From the first issue to the last end, waiting included. */
  readonly busyPs: ArrayLike<number>;
  /** The shortest and the longest of its RMPOPTs. */
  readonly shortestPs: ArrayLike<number>;
  readonly longestPs: ArrayLike<number>;
}

const NOTHING = new Float64Array(0);
export const NO_RECORDS: CpuRecords = {
  ...{ instructions: NOTHING, optimized: NOTHING },
  ...{ busyPs: NOTHING, shortestPs: NOTHING, longestPs: NOTHING },
};

/** How the time to the end of a round was spent on the CPU that ended last; the parts add up to it. */
export interface CriticalPath {
  /** Until the CPU issued its first RMPOPT: calls queued, IPIs sent, guests left. */
  readonly sendingPs: number;
  /** In its RMPOPTs themselves: the entries read or the result found, and its own success recorded. */
  readonly scanningPs: number;
  /** Behind others: in the two queues, or for a neighbour that fetches the same entries. */
  readonly waitingPs: number;
}

/** What several rounds of one shape came to together. */
export interface RoundSums {
  readonly shape: RoundShape;
  readonly rounds: number;
  /** The sums of their critical paths. */
  readonly critical: CriticalPath;
  /** The sums of their records, and the shortest and the longest RMPOPT of all. */
  readonly byCpu: CpuRecords;
  /** The longest time each CPU spent in one round. */
  readonly longestStretchPs: ArrayLike<number>;
}

/** What rounds are executed with. */
export interface RoundContext {
  readonly topology: Topology;
  readonly values: ParameterValues;
  readonly costs: SweepCosts;
  /** Random costs of each RMPOPT and of reaching the CPUs of a round, in place of those among `costs`; `null` for none. */
  readonly jitter: Jitter | null;
  readonly classes: RegionClasses;
  /** Whether to keep what each CPU did. */
  readonly recordsCpus: boolean;
  /** Whether a core's window holds a region. */
  readonly covers: (core: number, region: number) => boolean;
}

/** When the first CPU of the mask issues its first RMPOPT, from the start of the round. */
export function firstIssuePs({ delivery, targets }: RoundShape, costs: SendingCosts): number {
  switch (delivery) {
    case 'local':
      return 0;
    case 'call':
      return targets * costs.serialCallPs;
    case 'ipi':
      return costs.ipiBasePs + costs.ipiPerTargetPs * targets + costs.guestExitPs;
    default:
      return assertNever(delivery);
  }
}

/** How much later each further CPU of the mask issues its first RMPOPT. */
export function issueStepPs({ delivery }: RoundShape, costs: SendingCosts): number {
  return delivery === 'ipi' ? costs.ipiBurstPs : 0;
}

/** The position in the mask that is served first among those who issue at once. */
export function rotationOf({ targets }: RoundShape, region: number, values: ParameterValues): number {
  return values.arrivalOrder === 'rotate' && targets > 0 ? region % targets : 0;
}

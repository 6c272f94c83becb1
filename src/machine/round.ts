import { assertNever } from '../errors.js';
import type { SendingCosts } from './costs.js';
import type { ParameterValues } from './parameters.js';
import type { RegionClass } from './region-class.js';
import { type CoreBits, coreBits } from './rmpopt-tables.js';
import { coreOfCpu, l3GroupOfCore, type Topology } from './topology.js';

/**
 * Who executes RMPOPT in one round, and how they are told. A strategy makes a shape once and uses it for all rounds alike:
 * outcomes are remembered by shape.
 * - `local`: the sender itself, in its own loop.
 * - `ipi`: every CPU of the mask at once by IPI, the sender too if it is in the mask; the sender waits for the slowest.
 * - `call`: by a call of its own (`smp_call_on_cpu`), each CPU of the mask when the one before is done.
 */
export interface RoundShape {
  readonly delivery: 'local' | 'ipi' | 'call';
  readonly sender: number;
  /** The CPUs that execute RMPOPT, in the order of the mask. */
  readonly cpus: Int32Array;
  /** By position of the mask. */
  readonly cores: Int32Array;
  readonly l3Groups: Int32Array;
  /** All of their cores. */
  readonly allCores: CoreBits;
  /** -1 where it is not in the mask. */
  readonly senderPosition: number;
  /** How many of them have to be reached: all but the sender. */
  readonly targets: number;
  /** Whether these are all CPUs of the host. */
  readonly reachesAll: boolean;
  /** Whether some of them are siblings that RMPOPT at the same time. */
  readonly hasSiblings: boolean;
  /** Whether the loop calls cond_resched after the round. */
  readonly condResched: boolean;
  /** Each call as a round of its own, if these are calls to several CPUs. */
  readonly calls: readonly RoundShape[];
}

type ShapeParts = Pick<RoundShape, 'delivery' | 'sender' | 'cpus' | 'condResched'>;

export function createRoundShape(parts: ShapeParts, topology: Topology): RoundShape {
  const { delivery, cpus, sender, condResched } = parts;
  const cores = cpus.map((cpu) => coreOfCpu(topology, cpu));
  const senderPosition = cpus.indexOf(sender);
  const targets = cpus.length - (senderPosition >= 0 ? 1 : 0);
  const isInTurn = delivery === 'call' && cpus.length > 1;
  // Spelt out, since a spread makes objects that the engine takes for all different, and so slow to read.
  return {
    delivery,
    sender,
    cpus,
    cores,
    l3Groups: cores.map((core) => l3GroupOfCore(topology, core)),
    allCores: coreBits(cores),
    senderPosition,
    targets,
    reachesAll: targets === topology.cpus - 1,
    hasSiblings: !isInTurn && new Set(cores).size < cores.length,
    condResched,
    calls: isInTurn
      ? Array.from(cpus, (cpu) => createRoundShape({ ...parts, cpus: Int32Array.of(cpu) }, topology))
      : [],
  };
}

/** The regions each CPU of a mask goes through by itself: one list for all of them, or one per position of the mask. */
export type RegionLists = readonly (readonly number[])[];

/** One RMPOPT by every CPU of a mask on a region, or lists of regions that they go through by themselves. */
export type PlannedRound =
  | { readonly shape: RoundShape; readonly region: number }
  | { readonly shape: RoundShape; readonly lists: RegionLists };

/** Every region of a round once, in the order in which they come up. */
export function regionsOf(planned: PlannedRound): readonly number[] {
  return 'region' in planned ? [planned.region] : regionsIn(planned.lists);
}

export function regionsIn(lists: RegionLists): readonly number[] {
  const [first = []] = lists;
  return lists.length === 1 ? first : [...new Set(lists.flat())];
}

/** What the loop that sends a round learns of it. */
export interface RoundResult {
  /** From the start of the round to the start of the next, cond_resched included. */
  readonly durationPs: number;
  /** CF of the sender's RMPOPT in a round on one region; false where it issued none. */
  readonly senderSucceeded: boolean;
}

/** The end of a round on one region, and the region's class after it. */
export interface RoundEnd extends RoundResult {
  readonly next: RegionClass;
}

/** What a round came to. Times count from the start of the round, in picoseconds; arrays run in the order of `shape.cpus`. */
export interface RoundOutcome extends RoundResult {
  readonly shape: RoundShape;
  /** When the first CPU of the mask issues its first RMPOPT; that of each further one comes `issueStepPs` later. */
  readonly firstIssuePs: number;
  readonly issueStepPs: number;
  /** The way of the CPU that ended last, which the sender waited for. */
  readonly critical: CriticalPath;
  readonly byCpu: CpuRecords;
  /** In the order of `regionsOf`. */
  readonly visits: readonly RegionVisit[];
}

/** What a round did to one region. */
export interface RegionVisit {
  /** The region's class after the round. */
  readonly next: RegionClass;
  /** The cores that have optimized the region now. */
  readonly optimizedCores: CoreBits;
}

/** What each CPU of a mask did in one round or in several; by position. */
export interface CpuRecords {
  /** RMPOPTs issued. */
  readonly issued: Float64Array;
  /** Of these, CF = 1. */
  readonly optimized: Float64Array;
  /** From the issue to the end of each, waiting included. */
  readonly inRmpoptPs: Float64Array;
  /** The shortest and the longest of its RMPOPTs. */
  readonly shortestPs: Float64Array;
  readonly longestPs: Float64Array;
}

/** How the time to the end of a round was spent on the CPU that ended last; the parts add up to it. */
export interface CriticalPath {
  /** Until the CPU issued its first RMPOPT: calls queued, IPIs sent, guests left. */
  readonly sendingPs: number;
  /** In its RMPOPTs themselves: the entries read or the result found, and its own success recorded. */
  readonly executingPs: number;
  /** Behind others: in the two queues, or for a neighbour that fetches the same entries. */
  readonly queuedPs: number;
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
export function issueStepPs({ delivery, reachesAll }: RoundShape, costs: SendingCosts): number {
  if (delivery !== 'ipi' || (reachesAll && costs.ipiShorthand)) return 0;
  return costs.ipiBurstPs;
}

/** The position in the mask that is served first among those who issue at once. */
export function rotationOf({ targets }: RoundShape, region: number, values: ParameterValues): number {
  return values.arrivalOrder === 'rotate' && targets > 0 ? region % targets : 0;
}

/**
 * The cores on which RMPOPTs succeeded.
 * @param carry CF by position of the mask
 * @param successes how many that are
 */
export function optimizedCores(
  { cores, allCores }: RoundShape,
  carry: ArrayLike<number>,
  successes: number,
): CoreBits {
  if (successes === cores.length) return allCores;
  return coreBits(successes === 0 ? [] : cores.filter((_, position) => carry[position] === 1));
}

/** An outcome whose records the next round does not overwrite, as it does those of a round on one region. */
export function kept(outcome: RoundOutcome): RoundOutcome {
  const { issued, optimized, inRmpoptPs, shortestPs } = outcome.byCpu;
  if (shortestPs !== inRmpoptPs) return outcome;
  const ownPs = inRmpoptPs.slice();
  const byCpu = {
    issued,
    optimized: optimized.slice(),
    inRmpoptPs: ownPs,
    shortestPs: ownPs,
    longestPs: ownPs,
  };
  return { ...outcome, byCpu };
}

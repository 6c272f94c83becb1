import { assertNever } from '../errors.js';
import { entriesPerRegion, type InstructionCosts, type SweepCosts } from './costs.js';
import { PAGES_PER_BLOCK } from './memory.js';
import type { ParameterValues } from './parameters.js';
import type { GroupSet, RegionClass, RegionClasses } from './region-class.js';
import { coreOfCpu, l3GroupOfCore, socketOfL3Group, type Topology } from './topology.js';

/**
 * Who executes RMPOPT on a region in one round, and how they are told. A strategy makes a shape once and uses it for every
 * region: the machine remembers outcomes by shape.
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
}

export function createRoundShape(parts: Omit<RoundShape, 'targets'>): RoundShape {
  const { cpus, sender } = parts;
  return { ...parts, targets: cpus.length - (cpus.includes(sender) ? 1 : 0) };
}

/** What a round came to. Times count from the start of the round, in picoseconds; arrays run in the order of `shape.cpus`. */
export interface RoundOutcome {
  readonly shape: RoundShape;
  readonly regionClass: RegionClass;
  /** The region's class after the round. */
  readonly next: RegionClass;
  /** From the start of the round to the start of the next, cond_resched included. */
  readonly durationPs: number;
  /** When the first CPU of the mask issues its RMPOPT; each further one issues `issueStepPs` later. */
  readonly firstIssuePs: number;
  readonly issueStepPs: number;
  /** From issue to end, waiting included. */
  readonly busyPs: Float64Array;
  /** 1 where RMPOPT returned CF = 1. */
  readonly optimized: Uint8Array;
  /** The way of the CPU that ended last, which the sender waited for. */
  readonly critical: CriticalPath;
}

/** How the time to the end of a round was spent on the CPU that ended last; the parts add up to it. */
export interface CriticalPath {
  /** Until the CPU issued its RMPOPT: calls queued, IPIs sent, guests left. */
  readonly sendingPs: number;
  /** In the RMPOPT itself: the entries read or the result found, and its own success recorded. */
  readonly scanningPs: number;
  /** Behind others: in the two queues, or for a neighbour that fetches the same entries. */
  readonly waitingPs: number;
}

export interface RoundContext {
  readonly topology: Topology;
  readonly values: ParameterValues;
  readonly costs: SweepCosts;
  readonly classes: RegionClasses;
  /** Whether to keep what each CPU did; without it, `busyPs` and `optimized` of the outcome are empty. */
  readonly recordsCpus: boolean;
  /** Whether the core's window holds the region. */
  readonly covers: (core: number) => boolean;
}

/**
 * Executes one round on a region, instruction by instruction in the order of issue. Depends on nothing but its arguments,
 * so that outcomes can be remembered, or the same round be priced with other costs.
 * @param rotation the position in the mask that is served first among equals
 */
export function executeRound(
  shape: RoundShape,
  regionClass: RegionClass,
  rotation: number,
  context: RoundContext,
): RoundOutcome {
  const round = new Round(shape, regionClass, context);
  // With a burst no two CPUs issue at once, and the order of issue is that of the mask.
  const first = round.issueStepPs > 0 ? 0 : rotation;
  const count = shape.cpus.length;
  for (let place = 0; place < count; ) {
    const position = (first + place) % count;
    round.issue(position);
    place += 1 + round.issueToNeighbours(position, count - 1 - place);
  }
  return round.outcome();
}

/** Not fetched in this pass, as the end of a fetch; no result, as the time it becomes visible. */
const NEVER = Number.POSITIVE_INFINITY;
const NOT_SERVED = -1;
const NO_TIMES = new Float64Array(0);
const NO_FLAGS = new Uint8Array(0);

/** What an RMPOPT finds when it is issued. */
interface Met {
  readonly succeeds: boolean;
  /** When it has read what it needs. */
  readonly readyPs: number;
  /** Its own part in that, without waiting. */
  readonly workPs: number;
  /** The scope its clean result becomes visible in; -1 for none. */
  readonly publishesIn: number;
}

/** A round in progress. */
class Round {
  readonly firstIssuePs: number;
  readonly issueStepPs: number;

  readonly #shape: RoundShape;
  readonly #region: RegionClass;
  readonly #context: RoundContext;

  readonly #busyPs: Float64Array;
  readonly #optimized: Uint8Array;
  readonly #fetchEndPs: TimesBySet;
  readonly #cleanFromPs: TimesBySet;
  readonly #failedFromPs: TimesBySet;
  /** When the first thread of each core was served; made only where the mask, ascending, reaches the siblings. */
  readonly #servedEndPs: Float64Array | null;
  #fetchFreePs = 0;
  #resultFreePs = 0;

  #lastEndPs = -1;
  #critical: CriticalPath = { sendingPs: 0, scanningPs: 0, waitingPs: 0 };
  #metByNeighbours: Met | null = null;

  constructor(shape: RoundShape, region: RegionClass, context: RoundContext) {
    this.#shape = shape;
    this.#region = region;
    this.#context = context;
    this.firstIssuePs = firstIssuePs(shape, context.costs);
    this.issueStepPs = shape.delivery === 'ipi' ? context.costs.ipiBurstPs : 0;
    this.#busyPs = context.recordsCpus ? new Float64Array(shape.cpus.length) : NO_TIMES;
    this.#optimized = context.recordsCpus ? new Uint8Array(shape.cpus.length) : NO_FLAGS;
    this.#fetchEndPs = new TimesBySet(region.fetched);
    this.#cleanFromPs = new TimesBySet(region.clean);
    this.#failedFromPs = new TimesBySet(region.failed);
    const { cores } = context.topology;
    const hasSiblings = shape.cpus.length > 1 && (shape.cpus.at(-1) ?? 0) >= cores;
    this.#servedEndPs = hasSiblings ? new Float64Array(cores).fill(NOT_SERVED) : null;
  }

  /** One RMPOPT, function 0, by the CPU at a position of the mask. */
  issue(position: number): void {
    const { topology, costs, covers } = this.#context;
    const cpu = this.#shape.cpus[position] ?? 0;
    const core = coreOfCpu(topology, cpu);
    const isSender = cpu === this.#shape.sender;
    const cost = isSender ? costs.sender : costs.remote;
    const issuePs = this.firstIssuePs + position * this.issueStepPs;
    if (!covers(core)) {
      this.#end(position, issuePs, issuePs + cost.fixedPs, cost.fixedPs, false);
      return;
    }
    const l3Group = l3GroupOfCore(topology, core);
    const met = this.#meet(l3Group, issuePs, cost);
    if (!met.succeeds) {
      this.#end(position, issuePs, met.readyPs, met.workPs, false);
      return;
    }
    const endPs = this.#succeed(position, core, issuePs, met, cost);
    // What ends at once may be seen by a neighbour that issues at the same time.
    if (endPs <= issuePs) this.#metByNeighbours = null;
    if (met.publishesIn >= 0) publish(this.#cleanFromPs, met.publishesIn, endPs);
  }

  /**
   * The same RMPOPT by the CPUs that follow in the mask, as far as they are bound to meet what the one at `position` met: all
   * at once, since on hosts of hundreds of CPUs nearly all are such neighbours.
   * @returns how many
   */
  issueToNeighbours(position: number, most: number): number {
    const met = this.#metByNeighbours;
    if (met === null) return 0;
    const { topology, costs } = this.#context;
    const { cpus, sender } = this.#shape;
    const cpu = cpus[position] ?? 0;
    const core = coreOfCpu(topology, cpu);
    const left = topology.coresPerL3Group - 1 - (core % topology.coresPerL3Group);
    const count = Math.min(most, left, cpus.length - 1 - position);
    const servicePs = met.succeeds ? costs.remote.resultServicePs : 0;
    const issuePs = this.firstIssuePs;
    let endPs = met.succeeds ? Math.max(met.readyPs, this.#resultFreePs) : met.readyPs;
    let done = 0;
    while (done < count) {
      const next = done + 1;
      const isFollowing = cpus[position + next] === cpu + next && cpu + next !== sender;
      if (!isFollowing || (this.#servedEndPs?.[core + next] ?? NOT_SERVED) !== NOT_SERVED) break;
      done = next;
      endPs += servicePs;
      this.#record(position + done, endPs - issuePs, met.succeeds);
      if (met.succeeds && this.#servedEndPs !== null) this.#servedEndPs[core + done] = endPs;
    }
    if (done === 0) return 0;
    if (met.succeeds) this.#resultFreePs = endPs;
    this.#end(position + done, issuePs, endPs, met.workPs + servicePs, met.succeeds);
    return done;
  }

  outcome(): RoundOutcome {
    const { classes, costs } = this.#context;
    const shape = this.#shape;
    const region = this.#region;
    const [fetchEndPs, cleanFromPs, failedFromPs] = [this.#fetchEndPs, this.#cleanFromPs, this.#failedFromPs];
    let next: RegionClass | null = null;
    return {
      shape,
      regionClass: region,
      // Made when asked for: of a sweep's last rounds nobody does.
      get next() {
        next ??= classes.get({
          ...region,
          fetched: fetchEndPs.asSet(classes),
          clean: cleanFromPs.asSet(classes),
          failed: failedFromPs.asSet(classes),
        });
        return next;
      },
      durationPs: this.#lastEndPs + (shape.condResched ? costs.condReschedPs : 0),
      firstIssuePs: this.firstIssuePs,
      issueStepPs: this.issueStepPs,
      busyPs: this.#busyPs,
      optimized: this.#optimized,
      critical: this.#critical,
    };
  }

  /** What an RMPOPT finds when it is issued: a result it can read, or entries to scan. */
  #meet(l3Group: number, issuePs: number, cost: InstructionCosts): Met {
    const { resultShared, failureShared } = this.#context.values;
    const scope = scopeOfL3Group(resultShared, l3Group);
    const lookedPs = issuePs + cost.fixedPs;
    this.#metByNeighbours = null;
    const isClean = isVisible(this.#cleanFromPs, scope, issuePs);
    if (isClean || isVisible(this.#failedFromPs, scope, issuePs)) {
      const readyPs = lookedPs + cost.hitPs;
      return this.#keep(
        { succeeds: isClean, readyPs, workPs: cost.fixedPs + cost.hitPs, publishesIn: -1 },
        cost,
      );
    }
    const isWarm = this.#fetchEndPs.get(l3Group) !== NEVER;
    const { readyPs, scanPs } = this.#scan(l3Group, lookedPs, cost);
    const succeeds = !this.#region.assigned;
    const met = { succeeds, readyPs, workPs: cost.fixedPs + scanPs, publishesIn: succeeds ? scope : -1 };
    if (!succeeds && failureShared) {
      publish(this.#failedFromPs, scope, readyPs);
      return readyPs > issuePs && isWarm ? this.#keep(met, cost) : met;
    }
    return isWarm ? this.#keep(met, cost) : met;
  }

  /** Remembers what a remote CPU met: its neighbours in the L3 group, issuing at the same time, meet the same. */
  #keep(met: Met, cost: InstructionCosts): Met {
    if (cost === this.#context.costs.remote && this.issueStepPs === 0) this.#metByNeighbours = met;
    return met;
  }

  /** Reads the region's entries: the first core of an L3 group fetches them in the group's turn, the others find them warm. */
  #scan(l3Group: number, lookedPs: number, cost: InstructionCosts): { readyPs: number; scanPs: number } {
    const { entries, socket } = this.#region;
    const fetchEndPs = this.#fetchEndPs.get(l3Group);
    if (fetchEndPs !== NEVER) {
      const scanPs = entries * cost.entryScanWarmPs;
      return { readyPs: Math.max(lookedPs + scanPs, fetchEndPs), scanPs };
    }
    const isLocal = socketOfL3Group(this.#context.topology, l3Group) === socket;
    const scanPs = entries * (isLocal ? cost.entryScanLocalPs : cost.entryScanRemotePs);
    const startPs = Math.max(lookedPs, this.#fetchFreePs);
    this.#fetchFreePs = startPs + cost.groupServicePs(entries);
    this.#fetchEndPs.set(l3Group, startPs + scanPs);
    return { readyPs: startPs + scanPs, scanPs };
  }

  /** Records a success, one core after another; a sibling of a core already served only waits for it. */
  #succeed(position: number, core: number, issuePs: number, met: Met, cost: InstructionCosts): number {
    const siblingEndPs = this.#servedEndPs?.[core] ?? NOT_SERVED;
    if (siblingEndPs !== NOT_SERVED) {
      const endPs = Math.max(met.readyPs, siblingEndPs);
      this.#end(position, issuePs, endPs, met.workPs, true);
      return endPs;
    }
    const endPs = Math.max(met.readyPs, this.#resultFreePs) + cost.resultServicePs;
    this.#resultFreePs = endPs;
    if (this.#servedEndPs !== null) this.#servedEndPs[core] = endPs;
    this.#end(position, issuePs, endPs, met.workPs + cost.resultServicePs, true);
    return endPs;
  }

  #record(position: number, busyPs: number, succeeds: boolean): void {
    if (!this.#context.recordsCpus) return;
    this.#busyPs[position] = busyPs;
    this.#optimized[position] = succeeds ? 1 : 0;
  }

  #end(position: number, issuePs: number, endPs: number, workPs: number, succeeds: boolean): void {
    this.#record(position, endPs - issuePs, succeeds);
    if (endPs <= this.#lastEndPs) return;
    this.#lastEndPs = endPs;
    this.#critical = { sendingPs: issuePs, scanningPs: workPs, waitingPs: endPs - issuePs - workPs };
  }
}

function firstIssuePs({ delivery, targets }: RoundShape, costs: SweepCosts): number {
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

/** Entries a scan reads before it stops: up to the first assigned page if it exits early, else all. */
export function entriesToScan(firstAssignedPage: number | null, values: ParameterValues): number {
  const allEntries = entriesPerRegion(values);
  if (firstAssignedPage === null || !values.earlyExit) return allEntries;
  return values.scan === '2m' ? Math.floor(firstAssignedPage / PAGES_PER_BLOCK) : firstAssignedPage;
}

/** Which result a core of an L3 group reads and leaves: one of the whole machine (0), its group's, or none (-1). */
function scopeOfL3Group(resultShared: ParameterValues['resultShared'], l3Group: number): number {
  switch (resultShared) {
    case 'machine':
      return 0;
    case 'l3':
      return l3Group;
    case 'none':
      return -1;
    default:
      return assertNever(resultShared);
  }
}

function isVisible(visibleFromPs: TimesBySet, scope: number, atPs: number): boolean {
  return scope >= 0 && visibleFromPs.get(scope) <= atPs;
}

function publish(visibleFromPs: TimesBySet, scope: number, fromPs: number): void {
  if (scope >= 0 && fromPs < visibleFromPs.get(scope)) visibleFromPs.set(scope, fromPs);
}

/**
 * A time for each member of a set: 0 for those in it when the round starts, NEVER for the others until they join. Few join in
 * a round, so only those are held; a set of thousands costs nothing to carry on.
 */
class TimesBySet {
  readonly #before: GroupSet;
  #joined: Map<number, number> | null = null;

  constructor(before: GroupSet) {
    this.#before = before;
  }

  get(member: number): number {
    return this.#before.members[member] === 1 ? 0 : (this.#joined?.get(member) ?? NEVER);
  }

  set(member: number, timePs: number): void {
    this.#joined ??= new Map();
    this.#joined.set(member, timePs);
  }

  asSet(classes: RegionClasses): GroupSet {
    if (this.#joined === null) return this.#before;
    const members = this.#before.members.slice();
    for (const member of this.#joined.keys()) members[member] = 1;
    return classes.set(members);
  }
}

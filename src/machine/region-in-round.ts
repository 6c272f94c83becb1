import { assertNever } from '../errors.js';
import { entriesPerRegion, type InstructionCosts } from './costs.js';
import { PAGES_PER_BLOCK } from './memory.js';
import type { ParameterValues } from './parameters.js';
import type { RegionClass } from './region-class.js';
import type { RoundContext, RoundShape } from './round.js';
import { NEVER, TimesBySet } from './times-by-set.js';
import { coreOfCpu, l3GroupOfCore, socketOfL3Group } from './topology.js';

/** The queue in which successes are recorded, one after another. */
export interface ResultQueue {
  freePs: number;
}

const NOT_SERVED = -1;
const NO_SCOPE = -1;
/** The coverage of a region that lies in the one window all cores have. */
export const EVERY_WINDOW = '1';

/**
 * A region while the CPUs of one round execute RMPOPT on it: the two queues, what is being fetched, and what becomes visible.
 * RMPOPTs are issued in the order of their times; the fields hold what the last one came to.
 */
export class RegionInRound {
  /** When it ended. */
  endPs = 0;
  /** Its own part of the time from its issue, without waiting. */
  workPs = 0;
  /** CF. */
  succeeds = false;
  /** Which remote CPUs that issue at the same time are bound to meet the same: those of the L3 group, all, or none. */
  alike: 'none' | 'group' | 'all' = 'none';

  readonly #context: RoundContext;
  readonly #class: RegionClass;
  readonly #region: number;
  readonly #sender: number;
  readonly #results: ResultQueue;
  readonly #cleanFromPs: TimesBySet;
  readonly #failedFromPs: TimesBySet;
  readonly #fetchEndPs: TimesBySet;
  /** When the first thread of each core was served; made only where the mask, ascending, reaches the siblings. */
  readonly #servedEndPs: Float64Array | null;
  #fetchFreePs = 0;
  /** When the last RMPOPT had read what it needs, and its own part in that. */
  #readyPs = 0;
  #soloPs = 0;
  /** The same for those that meet alike. */
  #followerReadyPs = 0;
  #followerSoloPs = 0;

  constructor(
    { cpus, sender }: RoundShape,
    regionClass: RegionClass,
    region: number,
    context: RoundContext,
    results: ResultQueue,
  ) {
    this.#context = context;
    this.#class = regionClass;
    this.#region = region;
    this.#sender = sender;
    this.#results = results;
    this.#cleanFromPs = new TimesBySet(regionClass.clean);
    this.#failedFromPs = new TimesBySet(regionClass.failed);
    this.#fetchEndPs = new TimesBySet(regionClass.fetched);
    const { cores } = context.topology;
    const hasSiblings = cpus.length > 1 && (cpus.at(-1) ?? 0) >= cores;
    this.#servedEndPs = hasSiblings ? new Float64Array(cores).fill(NOT_SERVED) : null;
  }

  /** One RMPOPT, function 0. */
  issue(cpu: number, issuePs: number): void {
    const { topology, costs, jitter, covers } = this.#context;
    const core = coreOfCpu(topology, cpu);
    const isSender = cpu === this.#sender;
    const cost = jitter?.instruction(this.#region, cpu, isSender) ?? (isSender ? costs.sender : costs.remote);
    this.alike = 'none';
    const windowsDiffer = this.#class.coverage !== EVERY_WINDOW;
    if (windowsDiffer && !covers(core, this.#region)) {
      this.succeeds = false;
      this.#ready(issuePs + cost.fixedPs, cost.fixedPs);
      return;
    }
    const scope = this.#meet(l3GroupOfCore(topology, core), issuePs, cost);
    if (this.succeeds) {
      this.#succeed(core, cost);
      if (scope !== NO_SCOPE) publish(this.#cleanFromPs, scope, this.endPs);
    }
    // What ends at once may be seen by who issues at the same time; windows may differ from core to core, and random costs do.
    if (isSender || this.endPs <= issuePs || windowsDiffer || jitter !== null) this.alike = 'none';
  }

  /**
   * The same RMPOPT by a remote CPU that is bound to meet the same, at the same time.
   * @returns false where it has a sibling that was served, and so has to issue its own
   */
  issueToFollower(cpu: number): boolean {
    const core = coreOfCpu(this.#context.topology, cpu);
    if (this.#servedEndPs !== null && this.#servedEndPs[core] !== NOT_SERVED) return false;
    this.issueToFollowers(1);
    if (this.succeeds && this.#servedEndPs !== null) this.#servedEndPs[core] = this.endPs;
    return true;
  }

  /** The same by several of them, where none of the mask is a sibling of another. */
  issueToFollowers(count: number): void {
    this.endPs = this.#followerReadyPs;
    this.workPs = this.#followerSoloPs;
    if (!this.succeeds) return;
    const servicePs = this.#context.costs.remote.resultServicePs;
    this.endPs = Math.max(this.endPs, this.#results.freePs) + count * servicePs;
    this.workPs += servicePs;
    this.#results.freePs = this.endPs;
  }

  get hasSiblings(): boolean {
    return this.#servedEndPs !== null;
  }

  /** The region's class after the round. */
  next(): RegionClass {
    const { classes } = this.#context;
    return classes.get({
      ...this.#class,
      fetched: this.#fetchEndPs.asSet(classes),
      clean: this.#cleanFromPs.asSet(classes),
      failed: this.#failedFromPs.asSet(classes),
    });
  }

  /**
   * What an RMPOPT finds when it is issued: a result it can read, or entries to scan.
   * @returns the scope its clean result becomes visible in; -1 for none
   */
  #meet(l3Group: number, issuePs: number, cost: InstructionCosts): number {
    const { resultShared, failureShared } = this.#context.values;
    const scope = scopeOfL3Group(resultShared, l3Group);
    const lookedPs = issuePs + cost.fixedPs;
    if (scope !== NO_SCOPE) {
      const isClean = this.#cleanFromPs.get(scope) <= issuePs;
      if (isClean || this.#failedFromPs.get(scope) <= issuePs) {
        this.succeeds = isClean;
        this.alike = resultShared === 'machine' ? 'all' : 'group';
        this.#ready(lookedPs + cost.hitPs, cost.fixedPs + cost.hitPs);
        return NO_SCOPE;
      }
    }
    this.succeeds = !this.#class.assigned;
    this.#scan(l3Group, lookedPs, cost);
    if (this.succeeds) return scope;
    if (failureShared && scope !== NO_SCOPE) publish(this.#failedFromPs, scope, this.endPs);
    // Failures left by group may be visible to some groups only.
    if (this.#class.entries === 0 && !(failureShared && resultShared === 'l3')) this.alike = 'all';
    return NO_SCOPE;
  }

  /** Reads the region's entries: the first core of an L3 group fetches them in the group's turn, the others find them warm. */
  #scan(l3Group: number, lookedPs: number, cost: InstructionCosts): void {
    const { entries, socket } = this.#class;
    if (entries === 0) {
      // Nothing is fetched, so nobody takes a turn and nothing stays behind.
      this.#ready(lookedPs, cost.fixedPs);
      return;
    }
    const fetchEndPs = this.#fetchEndPs.get(l3Group);
    if (fetchEndPs !== NEVER) {
      const scanPs = entries * cost.entryScanWarmPs;
      this.alike = 'group';
      this.#ready(Math.max(lookedPs + scanPs, fetchEndPs), cost.fixedPs + scanPs);
      return;
    }
    const isLocal = socketOfL3Group(this.#context.topology, l3Group) === socket;
    const scanPs = entries * (isLocal ? cost.entryScanLocalPs : cost.entryScanRemotePs);
    const startPs = Math.max(lookedPs, this.#fetchFreePs);
    this.#fetchFreePs = startPs + cost.groupServicePs(entries);
    this.#fetchEndPs.set(l3Group, startPs + scanPs);
    this.#ready(startPs + scanPs, cost.fixedPs + scanPs);
    this.alike = 'group';
    const warmPs = entries * cost.entryScanWarmPs;
    this.#followerReadyPs = Math.max(lookedPs + warmPs, startPs + scanPs);
    this.#followerSoloPs = cost.fixedPs + warmPs;
  }

  /** Records a success, one core after another; a sibling of a core already served only waits for it. */
  #succeed(core: number, cost: InstructionCosts): void {
    const siblingEndPs = this.#servedEndPs?.[core] ?? NOT_SERVED;
    if (siblingEndPs !== NOT_SERVED) {
      this.endPs = Math.max(this.#readyPs, siblingEndPs);
      return;
    }
    this.endPs = Math.max(this.#readyPs, this.#results.freePs) + cost.resultServicePs;
    this.workPs = this.#soloPs + cost.resultServicePs;
    this.#results.freePs = this.endPs;
    if (this.#servedEndPs !== null) this.#servedEndPs[core] = this.endPs;
  }

  #ready(readyPs: number, workPs: number): void {
    this.#readyPs = readyPs;
    this.#soloPs = workPs;
    this.#followerReadyPs = readyPs;
    this.#followerSoloPs = workPs;
    this.endPs = readyPs;
    this.workPs = workPs;
  }
}

/** Entries a scan reads before it stops: up to the first assigned page if it exits early, else all. */
export function entriesToScan(firstAssignedPage: number | null, values: ParameterValues): number {
  const allEntries = entriesPerRegion(values);
  if (firstAssignedPage === null || !values.earlyExit) return allEntries;
  return values.scan === '2m' ? Math.floor(firstAssignedPage / PAGES_PER_BLOCK) : firstAssignedPage;
}

/** Which result a core of an L3 group reads and leaves: one of the whole machine (0), its group's, or none. */
function scopeOfL3Group(resultShared: ParameterValues['resultShared'], l3Group: number): number {
  switch (resultShared) {
    case 'machine':
      return 0;
    case 'l3':
      return l3Group;
    case 'none':
      return NO_SCOPE;
    default:
      return assertNever(resultShared);
  }
}

function publish(visibleFromPs: TimesBySet, scope: number, fromPs: number): void {
  if (fromPs < visibleFromPs.get(scope)) visibleFromPs.set(scope, fromPs);
}

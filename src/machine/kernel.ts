import { Cost, type CostTable } from './costs.js';
import type { ParameterValues } from './parameters.js';
import type { RegionClass, RegionClasses } from './region-class.js';
import type { RoundShape } from './round.js';
import { socketOfL3Group, type Topology } from './topology.js';

/** A time that does not come. */
export const NEVER = Number.POSITIVE_INFINITY;
const NOT_SERVED = -1;

/** The CPUs of a mask; arrays by position in it. */
export interface Issuers {
  readonly cores: Int32Array;
  readonly l3Groups: Int32Array;
  /** Whether some of them are siblings. */
  readonly hasSiblings: boolean;
  /** The row of costs that each one's next RMPOPT pays. */
  readonly rows: Int32Array;
  readonly shape: Pick<RoundShape, 'senderPosition'>;
}

/** Who sees a result that an RMPOPT leaves. */
const SCOPES = { none: 0, machine: 1, l3: 2 } as const;

/**
 * Executes RMPOPTs, function 0. This is the only place that knows what one does, in which order its parts come, and who waits for
 * whom; docs/model.md tells the same in words. It knows no rounds: its owner says who issues when, on which region.
 *
 * A region in progress has a slot, so that RMPOPTs on several regions may be mixed. What it holds of a region are times: when a
 * result becomes visible, when an L3 group has fetched the entries.
 */
export class Kernel {
  // By position in the mask. Time is in picoseconds.
  /** When each issues; to be set before. */
  readonly issuePs: Float64Array;
  /** From then on to the end of it. */
  readonly spentPs: Float64Array;
  /** Its own part of that, without waiting. */
  readonly workPs: Float64Array;
  /** CF. */
  readonly carry: Float64Array;
  /** How many of the last ones succeeded. */
  successes = 0;

  readonly #topology: Topology;
  readonly #costs: CostTable;
  readonly #baseOfCore: ArrayLike<number>;
  readonly #scopes: number;
  readonly #isFailureShared: boolean;
  /** Whether the successes of all regions go through one queue. */
  readonly #hasOneQueue: boolean;

  // By slot; those of L3 groups and cores one after another.
  #classes: RegionClass[] = [];
  #cleanPs = new Float64Array(0);
  #failedPs = new Float64Array(0);
  #fetchedPs = new Float64Array(0);
  #servedPs = new Float64Array(0);
  #resultFreePs = new Float64Array(0);
  #fetchFreePs = new Float64Array(0);

  /** @param baseOfCore by core, which of the windows named by a region's coverage it has */
  constructor(
    topology: Topology,
    { resultShared, failureShared, resultQueueScope }: ParameterValues,
    costs: CostTable,
    baseOfCore: ArrayLike<number>,
  ) {
    this.#topology = topology;
    this.#costs = costs;
    this.#baseOfCore = baseOfCore;
    this.#scopes = SCOPES[resultShared];
    this.#isFailureShared = failureShared;
    this.#hasOneQueue = resultQueueScope === 'machine';
    this.issuePs = new Float64Array(topology.cpus);
    this.spentPs = new Float64Array(topology.cpus);
    this.workPs = new Float64Array(topology.cpus);
    this.carry = new Float64Array(topology.cpus);
    this.#reserve(1);
  }

  /** Starts a round on regions, one in each slot: the queues are empty, and what was left before is there at 0. */
  begin(classes: readonly RegionClass[], { hasSiblings }: Issuers): void {
    if (classes.length > this.#classes.length) this.#reserve(classes.length);
    const { l3Groups, cores } = this.#topology;
    for (let slot = 0; slot < classes.length; slot++) {
      const { fetched, clean, failed } = classes[slot];
      this.#classes[slot] = classes[slot];
      const base = slot * l3Groups;
      for (let i = 0; i < l3Groups; i++) {
        this.#fetchedPs[base + i] = fetched[i] === 1 ? 0 : NEVER;
        this.#cleanPs[base + i] = clean[i] === 1 ? 0 : NEVER;
        this.#failedPs[base + i] = failed[i] === 1 ? 0 : NEVER;
      }
      this.#resultFreePs[slot] = 0;
      this.#fetchFreePs[slot] = 0;
    }
    if (hasSiblings) this.#servedPs.fill(NOT_SERVED, 0, classes.length * cores);
  }

  /**
   * RMPOPTs on one region, in the order of issue.
   * @param order positions in the mask, from `from` to before `to`
   * @param callPs how long it takes to call each but the sender, who is called when the one before has ended and finds empty queues;
   *   `null`: they issue at the times given
   * @returns the position of who ended last; of several the first that did
   */
  issue(
    { cores, l3Groups, hasSiblings, rows, shape }: Issuers,
    slot: number,
    order: Int32Array,
    from: number,
    to: number,
    callPs: number | null,
  ): number {
    const { issuePs, spentPs, workPs, carry } = this;
    const costsPs = this.#costs.ps;
    const [cleanPs, failedPs, fetchedPs, servedPs] = [
      this.#cleanPs,
      this.#failedPs,
      this.#fetchedPs,
      this.#servedPs,
    ];
    const { entries, assigned, coverage } = this.#classes[slot];
    const hasWindows = coverage !== EVERY_WINDOW;
    const isShared = this.#scopes !== SCOPES.none;
    const isOfGroup = this.#scopes === SCOPES.l3;
    const isFailureShared = this.#isFailureShared;
    const firstGroup = slot * this.#topology.l3Groups;
    const firstCore = slot * this.#topology.cores;
    const queue = this.#hasOneQueue ? 0 : slot;
    let freePs = this.#resultFreePs[queue];
    let successes = 0;
    let lastPs = -1;
    let last = 0;
    for (let i = from; i < to; i++) {
      const position = order[i];
      if (callPs !== null) {
        issuePs[position] = Math.max(0, lastPs) + (position === shape.senderPosition ? 0 : callPs);
        freePs = 0;
        this.#fetchFreePs[slot] = 0;
      }
      const atPs = issuePs[position];
      const row = rows[position];
      const group = firstGroup + l3Groups[position];
      const scope = isOfGroup ? group : firstGroup;
      let ownPs = costsPs[row + Cost.Fixed];
      let readyPs = atPs + ownPs;
      let succeeds = false;
      let leavesResult = false;
      if (hasWindows && coverage[this.#baseOfCore[cores[position]]] !== '1') {
        // The core's window does not hold the region: nothing is looked at.
      } else if (isShared && cleanPs[scope] <= atPs) {
        ownPs += costsPs[row + Cost.Hit];
        readyPs = atPs + ownPs;
        succeeds = true;
      } else if (isShared && failedPs[scope] <= atPs) {
        ownPs += costsPs[row + Cost.Hit];
        readyPs = atPs + ownPs;
      } else {
        succeeds = !assigned;
        leavesResult = isShared;
        if (entries > 0) {
          // The first of an L3 group fetches the entries, in its group's turn; the others find them warm, but wait for it.
          const isFirst = fetchedPs[group] === NEVER;
          const scanPs = isFirst
            ? this.#fetch(slot, group, row, readyPs)
            : entries * costsPs[row + Cost.Warm];
          const doneByPs = fetchedPs[group];
          ownPs += scanPs;
          readyPs += scanPs;
          if (doneByPs > readyPs) readyPs = doneByPs;
        }
      }
      if (succeeds) {
        successes++;
        const core = firstCore + cores[position];
        const siblingPs = hasSiblings ? servedPs[core] : NOT_SERVED;
        if (siblingPs === NOT_SERVED) {
          // Successes are recorded one after another.
          const servicePs = costsPs[row + Cost.Service];
          if (freePs > readyPs) readyPs = freePs;
          readyPs += servicePs;
          ownPs += servicePs;
          freePs = readyPs;
          if (hasSiblings) servedPs[core] = readyPs;
        } else if (siblingPs > readyPs) {
          readyPs = siblingPs;
        }
        if (leavesResult && readyPs < cleanPs[scope]) cleanPs[scope] = readyPs;
      } else if (leavesResult && isFailureShared && readyPs < failedPs[scope]) {
        failedPs[scope] = readyPs;
      }
      spentPs[position] = readyPs - atPs;
      workPs[position] = ownPs;
      carry[position] = succeeds ? 1 : 0;
      if (readyPs > lastPs) {
        lastPs = readyPs;
        last = position;
      }
    }
    this.#resultFreePs[queue] = freePs;
    this.successes = successes;
    return last;
  }

  /** The class of the region in a slot after what was issued. */
  classAfter(slot: number, classes: RegionClasses): RegionClass {
    const { l3Groups } = this.#topology;
    const base = slot * l3Groups;
    let after = this.#classes[slot];
    for (let i = 0; i < l3Groups; i++) {
      if (this.#fetchedPs[base + i] !== NEVER) after = classes.with(after, 'fetched', i);
      if (this.#cleanPs[base + i] !== NEVER) after = classes.with(after, 'clean', i);
      if (this.#failedPs[base + i] !== NEVER) after = classes.with(after, 'failed', i);
    }
    return after;
  }

  /**
   * The first of an L3 group reads the entries.
   * @param lookedPs when it would begin if no other group were before it
   * @returns how long it reads
   */
  #fetch(slot: number, group: number, row: number, lookedPs: number): number {
    const { entries, socket } = this.#classes[slot];
    const isLocal = socketOfL3Group(this.#topology, group - slot * this.#topology.l3Groups) === socket;
    const scanPs = entries * this.#costs.entryScanPs(row, isLocal);
    const startPs = Math.max(lookedPs, this.#fetchFreePs[slot]);
    this.#fetchFreePs[slot] = startPs + this.#costs.groupServicePs(row, entries);
    this.#fetchedPs[group] = startPs + scanPs;
    return scanPs;
  }

  #reserve(slots: number): void {
    const { l3Groups, cores } = this.#topology;
    this.#classes = new Array(slots);
    this.#cleanPs = new Float64Array(slots * l3Groups);
    this.#failedPs = new Float64Array(slots * l3Groups);
    this.#fetchedPs = new Float64Array(slots * l3Groups);
    this.#servedPs = new Float64Array(slots * cores);
    this.#resultFreePs = new Float64Array(slots);
    this.#fetchFreePs = new Float64Array(slots);
  }
}

/** The coverage of a region that lies in the one window all cores have. */
export const EVERY_WINDOW = '1';

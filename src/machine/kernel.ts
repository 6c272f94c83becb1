import { Cost, type CostTable } from './costs.js';
import type { Mask } from './mask.js';
import type { ParameterValues } from './parameters.js';
import type { RegionClass, RegionClasses } from './region-class.js';
import { CpuSums } from './round-sums.js';
import type { Series } from './series.js';
import { socketOfL3Group, type Topology } from './topology.js';

/** A time that does not come. */
const NEVER = Number.POSITIVE_INFINITY;

/** What an RMPOPT finds when it issues, as a sum. */
const FOUND = { success: 1, result: 2, leaves: 4, ofGroup: 8 } as const;

/** The cells of what the RMPOPT that has looked finds: numbers that change, which V8 would box in fields. */
enum Cell {
  /** Which part of the costs it pays how often, and when the entries are there that it waits for. */
  Part,
  Parts,
  FetchedAt,
  /** What it pays instead, as the first of its L3 group. */
  OwnFetch,
  /** When another result becomes visible to those that find the same. */
  VisibleAt,
  /** When the queue of successes is free. */
  ResultFree,
  /** When the one ended that ended last, and where in the mask it is. */
  Last,
  LastPosition,
  Cells,
}

/** A time that is not known. An enum, since the bundler turns it into a plain number: V8 would box what may be a constant of a module. */
enum Time {
  None = -1,
}

/**
 * How many RMPOPTs go through the loop at a time. V8 compiles a loop that runs for long while it runs, and the code it makes then is
 * several times slower, because it knows no types.
 */
const STRETCH = 256;

/** Who sees a result that an RMPOPT leaves. */
const SCOPES = { none: 0, machine: 1, l3: 2 } as const;

/** The coverage of a region that lies in the one window all cores have. */
const EVERY_WINDOW = '1';

const NO_SUMS = new CpuSums(0);

/**
 * Executes RMPOPTs, function 0. Only the kernel knows what an RMPOPT does, in which order, and which CPU waits for which; docs/model.md
 * says the same in words. It knows no rounds: its owner says which CPU issues when, on which region.
 *
 * A region in progress has a slot, so that RMPOPTs on several regions may be mixed. What it holds of a region are times: when a
 * result becomes visible, when an L3 group has fetched the entries.
 */
export class Kernel {
  // By position in the mask. Time is in picoseconds.
  /** When each issues; to be set before. */
  readonly issuePs: Float64Array;
  /** From the issue to the end. */
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
  readonly #cells = new Float64Array(Cell.Cells);

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
  }

  /** Starts a round on regions, one in each slot: the queues are empty, and what was left before is there at 0. */
  begin(classes: readonly RegionClass[], hasSiblings: boolean): void {
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
    if (hasSiblings) this.#servedPs.fill(Time.None, 0, classes.length * cores);
  }

  /**
   * RMPOPTs on one region, in the order of issue.
   * @param order positions in the mask, from `from` to before `to`
   * @param callPs how long it takes to call each but the sender, when the one before has ended: it finds empty queues; `null`: they
   *   issue at the times given
   * @param sums what each did is added to; `null`: to nothing
   * @returns the position of the CPU that ended last, the first of several
   */
  issue(
    mask: Mask,
    slot: number,
    order: Int32Array,
    from: number,
    to: number,
    callPs: number | null,
    sums: CpuSums | null,
  ): number {
    const cells = this.#cells;
    const queue = this.#hasOneQueue ? 0 : slot;
    const { senderPosition } = mask.shape;
    // Who is called finds what those before have left, and windows differ from core to core: then each looks for itself.
    const areAlike = callPs === null && this.#classes[slot].coverage === EVERY_WINDOW;
    cells[Cell.ResultFree] = this.#resultFreePs[queue];
    cells[Cell.Last] = Time.None;
    this.successes = 0;
    for (let next = from; next < to; ) {
      const position = order[next];
      if (callPs !== null) {
        this.issuePs[position] = Math.max(0, cells[Cell.Last]) + (position === senderPosition ? 0 : callPs);
        this.#fetchFreePs[slot] = 0;
      }
      const found = this.#look(mask, slot, position);
      const end = areAlike ? Math.min(to, next + STRETCH) : next + 1;
      const ended = this.#issueAlike(mask, slot, order, next, end, found, sums);
      if ((found & FOUND.success) !== 0) this.successes += ended - next;
      if ((found & FOUND.leaves) !== 0) this.#leave(slot, mask.shape.l3Groups[position], found);
      next = ended;
    }
    this.#resultFreePs[queue] = cells[Cell.ResultFree];
    return cells[Cell.LastPosition] | 0;
  }

  /** Looks up what an RMPOPT finds when it issues: a result that it reads, or entries to scan. What it costs is in the cells. */
  #look({ shape: { cores, l3Groups }, rows }: Mask, slot: number, position: number): number {
    const { entries, assigned, coverage } = this.#classes[slot];
    const cells = this.#cells;
    const atPs = this.issuePs[position];
    const scope = this.#scopeOf(slot, l3Groups[position]);
    const ofGroup = this.#scopes === SCOPES.l3 ? FOUND.ofGroup : 0;
    cells[Cell.Part] = Cost.Hit;
    cells[Cell.Parts] = 0;
    cells[Cell.FetchedAt] = 0;
    cells[Cell.OwnFetch] = Time.None;
    cells[Cell.VisibleAt] = NEVER;
    if (coverage !== EVERY_WINDOW && coverage[this.#baseOfCore[cores[position]]] !== '1') return ofGroup;
    const isClean = this.#cleanPs[scope] <= atPs;
    if (isClean || this.#failedPs[scope] <= atPs) {
      cells[Cell.Parts] = 1;
      return ofGroup + FOUND.result + (isClean ? FOUND.success : 0);
    }
    cells[Cell.VisibleAt] = Math.min(this.#cleanPs[scope], this.#failedPs[scope]);
    const leaves = this.#scopes !== SCOPES.none && (!assigned || this.#isFailureShared);
    const found = (assigned ? 0 : FOUND.success) + (leaves ? FOUND.leaves : 0);
    if (entries === 0) return found + ofGroup;
    // The first of an L3 group fetches the entries, in its group's turn; the others find them warm, but wait for it.
    const group = slot * this.#topology.l3Groups + l3Groups[position];
    if (this.#fetchedPs[group] === NEVER)
      cells[Cell.OwnFetch] = this.#fetch(slot, group, rows[position], atPs);
    cells[Cell.FetchedAt] = this.#fetchedPs[group];
    cells[Cell.Part] = Cost.Warm;
    cells[Cell.Parts] = entries;
    return found + FOUND.ofGroup;
  }

  /**
   * Ends the RMPOPT that has looked, and the following ones that find the same: those of its L3 group, if that matters, that issue
   * before another result becomes visible.
   * @returns the place in the order of the first that does not
   */
  #issueAlike(
    { shape: { cores, l3Groups, hasSiblings }, rows }: Mask,
    slot: number,
    order: Int32Array,
    from: number,
    to: number,
    found: number,
    sums: CpuSums | null,
  ): number {
    const { issuePs, spentPs, workPs, carry } = this;
    const { inRmpoptPs, shortestPs, longestPs } = sums ?? NO_SUMS;
    const addsUp = sums !== null;
    const costsPs = this.#costs.ps;
    const servedPs = this.#servedPs;
    const cells = this.#cells;
    const succeeds = found & FOUND.success;
    const leaves = (found & FOUND.leaves) !== 0;
    const group = (found & FOUND.ofGroup) !== 0 ? l3Groups[order[from]] : -1;
    const firstCore = slot * this.#topology.cores;
    const part = cells[Cell.Part] | 0;
    const parts = cells[Cell.Parts];
    const fetchedPs = cells[Cell.FetchedAt];
    let fetchPs = cells[Cell.OwnFetch];
    let visiblePs = cells[Cell.VisibleAt];
    let freePs = cells[Cell.ResultFree];
    let lastPs = cells[Cell.Last];
    let last = cells[Cell.LastPosition] | 0;
    let next = from;
    for (; next < to; next++) {
      const position = order[next];
      const atPs = issuePs[position];
      if (next > from && (atPs >= visiblePs || (group >= 0 && l3Groups[position] !== group))) break;
      const row = rows[position];
      let ownPs = readingPs(costsPs, row, part, parts, fetchPs);
      fetchPs = Time.None;
      let endPs = atPs + ownPs;
      if (fetchedPs > endPs) endPs = fetchedPs;
      if (succeeds === 1) {
        const core = firstCore + cores[position];
        const siblingPs = hasSiblings ? servedPs[core] : Time.None;
        if (siblingPs === Time.None) {
          // Successes are recorded one after another; a sibling waits for the record of its core.
          const servicePs = costsPs[row + Cost.Service];
          if (freePs > endPs) endPs = freePs;
          endPs += servicePs;
          ownPs += servicePs;
          freePs = endPs;
          if (hasSiblings) servedPs[core] = endPs;
        } else if (siblingPs > endPs) {
          endPs = siblingPs;
        }
      }
      if (leaves && endPs < visiblePs) visiblePs = endPs;
      const ps = endPs - atPs;
      spentPs[position] = ps;
      workPs[position] = ownPs;
      carry[position] = succeeds;
      if (addsUp) {
        inRmpoptPs[position] += ps;
        if (ps < shortestPs[position]) shortestPs[position] = ps;
        if (ps > longestPs[position]) longestPs[position] = ps;
      }
      if (endPs > lastPs) {
        lastPs = endPs;
        last = position;
      }
    }
    cells[Cell.VisibleAt] = visiblePs;
    cells[Cell.ResultFree] = freePs;
    cells[Cell.Last] = lastPs;
    cells[Cell.LastPosition] = last;
    return next;
  }

  /**
   * Reads the entries, as the first of an L3 group.
   * @returns how long it reads
   */
  #fetch(slot: number, group: number, row: number, atPs: number): number {
    const { entries, socket } = this.#classes[slot];
    const isLocal = socketOfL3Group(this.#topology, group - slot * this.#topology.l3Groups) === socket;
    const scanPs = entries * this.#costs.entryScanPs(row, isLocal);
    const startPs = Math.max(atPs + this.#costs.ps[row + Cost.Fixed], this.#fetchFreePs[slot]);
    this.#fetchFreePs[slot] = startPs + this.#costs.groupServicePs(row, entries);
    this.#fetchedPs[group] = startPs + scanPs;
    return scanPs;
  }

  /** Leaves the result of those that found the same, which is visible from the first end on. */
  #leave(slot: number, l3Group: number, found: number): void {
    const visibleFromPs = (found & FOUND.success) !== 0 ? this.#cleanPs : this.#failedPs;
    const scope = this.#scopeOf(slot, l3Group);
    visibleFromPs[scope] = Math.min(visibleFromPs[scope], this.#cells[Cell.VisibleAt]);
  }

  /** The place of the result that an L3 group sees; the whole machine's is kept as that of group 0. */
  #scopeOf(slot: number, l3Group: number): number {
    return slot * this.#topology.l3Groups + (this.#scopes === SCOPES.l3 ? l3Group : 0);
  }

  /**
   * One RMPOPT by each CPU of a mask, in runs that pay the same: those that find the same, too, end in a series, of which the end is
   * known without going through it. Each ends one service after it is ready or after the one before has
   * ended. So the last of n ends n services after the first could be served, or one service after it is ready itself, whichever is later.
   * @param series of the mask
   * @param start the position that is served first
   * @param stepPs how much later each issues than the one before
   * @param callPs see `issue`
   * @returns when the last one ends
   */
  issueSeries(
    mask: Mask,
    series: Series,
    start: number,
    firstPs: number,
    stepPs: number,
    callPs: number | null,
  ): number {
    const { l3Groups, senderPosition } = mask.shape;
    const cells = this.#cells;
    const costsPs = this.#costs.ps;
    const areAlike = this.#classes[0].coverage === EVERY_WINDOW;
    let freePs = 0;
    let lastPs = 0;
    series.clear();
    for (const { from, to, isQueued } of series.runsFrom(start)) {
      for (let next = from; next < to; ) {
        const calledPs = lastPs + (next === senderPosition || callPs === null ? 0 : callPs);
        const atPs = callPs === null ? firstPs + next * stepPs : calledPs;
        this.issuePs[next] = atPs;
        if (callPs !== null) this.#fetchFreePs[0] = 0;
        const found = this.#look(mask, 0, next);
        const fetchPs = cells[Cell.OwnFetch];
        const end = (found & FOUND.ofGroup) !== 0 ? Math.min(to, series.groupEnds[next]) : to;
        const row = mask.rows[next];
        const succeeds = found & FOUND.success;
        const servicePs = isQueued && succeeds === 1 ? costsPs[row + Cost.Service] : 0;
        const ownPs = readingPs(costsPs, row, cells[Cell.Part], cells[Cell.Parts], fetchPs) + servicePs;
        const fetchedPs = cells[Cell.FetchedAt] + servicePs;
        const issueStepPs = callPs === null ? stepPs : callPs + ownPs;
        const isSibling = !isQueued && succeeds === 1;
        const readyPs = Math.max(atPs + ownPs, fetchedPs);
        const endPs = isSibling || succeeds === 0 ? readyPs : Math.max(readyPs, freePs + servicePs);
        // A sibling ends when its core's record is there: that has left the result already.
        if ((found & FOUND.leaves) !== 0 && !isSibling) {
          cells[Cell.VisibleAt] = Math.min(cells[Cell.VisibleAt], endPs);
          this.#leave(0, l3Groups[next], found);
        }
        const isAlone = !areAlike || fetchPs !== Time.None;
        const inTime = isAlone ? 1 : issuesBefore(cells[Cell.VisibleAt], atPs, issueStepPs);
        const count = Math.max(1, Math.min(end - next, inTime));
        const ownEndPs = atPs + (count - 1) * issueStepPs + ownPs;
        const seriesEndPs = Math.max(endPs + (count - 1) * servicePs, ownEndPs);
        if (!isSibling && succeeds === 1) freePs = seriesEndPs;
        lastPs = Math.max(lastPs, seriesEndPs);
        const turnStepPs = servicePs - issueStepPs;
        series.add(next, count, atPs, issueStepPs, endPs - atPs, turnStepPs, ownPs, isSibling);
        if (next === senderPosition) this.carry[next] = succeeds;
        next += count;
      }
    }
    return lastPs;
  }

  /** The class of the region in a slot after what was issued. */
  classAfter(slot: number, classes: RegionClasses): RegionClass {
    const base = slot * this.#topology.l3Groups;
    return classes.after(this.#classes[slot], this.#fetchedPs, this.#cleanPs, this.#failedPs, base);
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

/** What an RMPOPT pays until it is ready: the fixed cost, and reading what it has found. */
function readingPs(costsPs: Float64Array, row: number, part: number, parts: number, fetchPs: number): number {
  return costsPs[row] + (fetchPs === Time.None ? parts * costsPs[row + part] : fetchPs);
}

/** How many issue before a time that, one after another, issue from `atPs` on. */
function issuesBefore(ps: number, atPs: number, stepPs: number): number {
  if (stepPs > 0) return Math.ceil((ps - atPs) / stepPs);
  return ps > atPs ? Number.POSITIVE_INFINITY : 1;
}

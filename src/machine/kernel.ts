import { Cost, type CostTable } from './costs.js';
import type { ParameterValues } from './parameters.js';
import type { RegionClass, RegionClasses } from './region-class.js';
import type { RoundShape } from './round.js';
import { socketOfL3Group, type Topology } from './topology.js';

/** A time that does not come. */
const NEVER = Number.POSITIVE_INFINITY;

/**
 * How many RMPOPTs go through the loop at a time. V8 compiles a loop that runs for long while it runs, and the code it makes then is
 * several times slower, because it knows no types.
 */
export const STRETCH = 256;

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

/** Neighbours in a mask, of one L3 group, that pay the same; `to` is behind the last. */
export interface Run {
  readonly from: number;
  readonly to: number;
  /** Whether they are the first of their cores in the mask. */
  readonly isQueued: boolean;
}

/** What each CPU of a mask spends in RMPOPT, added up over rounds; by position. */
export class MaskTimes {
  /** How many rounds alike the next ones count for. */
  rounds = 1;
  readonly inRmpoptPs: Float64Array;
  /** In one round. */
  readonly longestPs: Float64Array;
  /** By core, when the first of its CPUs has ended in the round. */
  readonly #servedPs: Float64Array;

  constructor(size: number, cores: number) {
    this.inRmpoptPs = new Float64Array(size);
    this.longestPs = new Float64Array(size);
    this.#servedPs = new Float64Array(cores);
  }

  /** Adds what neighbours spend in a round who end one after another. */
  addSeries(cores: Int32Array, from: number, count: number, series: SeriesTimes): void {
    const { issuePs, issueStepPs, firstPs, endStepPs, leastPs } = series;
    const stepPs = endStepPs - issueStepPs;
    for (let i = 0; i < count; i++) {
      const turnPs = firstPs + i * stepPs;
      const ps = turnPs > leastPs ? turnPs : leastPs;
      this.#servedPs[cores[from + i]] = issuePs + i * issueStepPs + ps;
      this.#add(from + i, ps);
    }
  }

  /** Adds what neighbours spend who, once they are ready, wait for their siblings. */
  addSiblings(cores: Int32Array, from: number, count: number, series: SeriesTimes): void {
    const { issuePs, issueStepPs, firstPs, leastPs } = series;
    for (let i = 0; i < count; i++) {
      const waitPs = this.#servedPs[cores[from + i]] - issuePs - i * issueStepPs;
      this.#add(from + i, Math.max(leastPs, firstPs - i * issueStepPs, waitPs));
    }
  }

  /** Adds a round that has been executed. */
  addRecords({ inRmpoptPs }: { readonly inRmpoptPs: Float64Array }): void {
    for (let position = 0; position < inRmpoptPs.length; position++)
      this.#add(position, inRmpoptPs[position]);
  }

  #add(position: number, ps: number): void {
    this.inRmpoptPs[position] += this.rounds * ps;
    if (ps > this.longestPs[position]) this.longestPs[position] = ps;
  }

  /**
   * Adds rounds that are one series whoever is served first: `firstPs` for that CPU, `stepPs` more for each further one.
   * @param rounds by position, the rounds in which it is served first
   */
  addRotated(rounds: Int32Array, firstPs: number, stepPs: number): void {
    const { inRmpoptPs, longestPs } = this;
    const size = rounds.length;
    // The place of a position in a round is how far it stands behind the first, around the end of the mask.
    let [all, starts, startsBehind] = [0, 0, 0];
    for (let start = 0; start < size; start++) {
      all += rounds[start];
      starts += start * rounds[start];
    }
    // It comes last in a round that starts as soon as possible behind it.
    let next = size + rounds.findIndex((count) => count > 0);
    for (let position = size - 1; position >= 0; position--) {
      const places = all * position - starts + size * startsBehind;
      inRmpoptPs[position] += all * firstPs + places * stepPs;
      longestPs[position] = Math.max(longestPs[position], firstPs + (size - (next - position)) * stepPs);
      if (rounds[position] > 0) next = position;
      startsBehind += rounds[position];
    }
  }
}

/** When neighbours in a mask issue and what they spend. */
interface SeriesTimes {
  /** When the first of them issues, and how much later each further one. */
  readonly issuePs: number;
  readonly issueStepPs: number;
  /** What the first spends, and how much later each further one ends. */
  readonly firstPs: number;
  readonly endStepPs: number;
  /** What each spends at least: what it pays itself. */
  readonly leastPs: number;
}

/** What each CPU of a mask did in several RMPOPTs; by position. */
export interface IssuerSums {
  readonly optimized: Float64Array;
  readonly inRmpoptPs: Float64Array;
  readonly shortestPs: Float64Array;
  readonly longestPs: Float64Array;
}

/** The cells of what is known of RMPOPTs in progress: numbers that change, which fields would not hold as they are. */
enum Round {
  /** When the queue of successes is free. */
  ResultFree,
  /** When the one ended that ended last, and where in the mask it is. */
  Last,
  LastPosition,
  Successes,
  /** What RMPOPTs find: which part of the costs they pay how often, and when the entries are there. */
  Part,
  Parts,
  FetchedAt,
  /** What the first of them pays instead, if it fetches. */
  OwnFetch,
  /** Whether only its L3 group finds that. */
  IsOfGroup,
  Carry,
  /** Whether they leave a result, and when another result becomes visible to them. */
  Leaves,
  VisibleAt,
  /** Of a series: when the first of those who issue at once ends, and how much later each further one. */
  SeriesFirst,
  SeriesStep,
  /** How much later each further one issues, and what each spends at least. */
  SeriesIssueStep,
  SeriesLeast,
  /** Whether all of a mask have been one series so far, and what the first of it spent. */
  IsOneSeries,
  FirstSpent,
  Cells,
}

/** A time that is not known. An enum, since the bundler turns it into a plain number: V8 would box what may be a constant of a module. */
enum Time {
  None = -1,
}

/** Who sees a result that an RMPOPT leaves. */
const SCOPES = { none: 0, machine: 1, l3: 2 } as const;

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

  readonly #round = new Float64Array(Round.Cells);

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
  begin(classes: readonly RegionClass[], { hasSiblings }: Pick<Issuers, 'hasSiblings'>): void {
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
    issuers: Issuers,
    slot: number,
    order: Int32Array,
    from: number,
    to: number,
    callPs: number | null,
    sums: IssuerSums | null,
  ): number {
    const round = this.#round;
    round[Round.ResultFree] = this.#resultFreePs[this.#queueOf(slot)];
    round[Round.Last] = -1;
    round[Round.LastPosition] = 0;
    round[Round.Successes] = 0;
    for (let next = from; next < to; ) {
      const position = order[next];
      if (callPs !== null) {
        this.issuePs[position] = Math.max(0, round[Round.Last]) + callTime(issuers, position, callPs);
        this.#fetchFreePs[slot] = 0;
      }
      // Windows differ from core to core, so that each has to look for itself.
      const most = this.#classes[slot].coverage === EVERY_WINDOW ? STRETCH : 1;
      this.#look(issuers, slot, position);
      next = this.#issueAlike(issuers, slot, order, next, Math.min(to, next + most), callPs, sums);
      this.#publish(slot, issuers.l3Groups[position]);
    }
    this.#resultFreePs[this.#queueOf(slot)] = round[Round.ResultFree];
    this.successes = round[Round.Successes] | 0;
    return round[Round.LastPosition] | 0;
  }

  /**
   * One RMPOPT by each CPU of a mask where costs are those of the machine: CPUs that find the same and pay the same end in a series, of
   * which the end is known without going through it.
   * @param runs of the mask, in the order of service
   * @param stepPs how much later each issues than the one before
   * @param callPs see `issue`
   * @param times what each spends is added to; `null`: to nothing
   * @returns when the last one ends
   */
  issueSeries(
    issuers: Issuers,
    runs: readonly Run[],
    firstPs: number,
    stepPs: number,
    callPs: number | null,
    times: MaskTimes | null,
  ): number {
    const round = this.#round;
    round[Round.ResultFree] = 0;
    round[Round.IsOneSeries] = issuers.shape.senderPosition < 0 ? 1 : 0;
    round[Round.FirstSpent] = Time.None;
    let lastPs = 0;
    let senderSucceeds = 0;
    for (const { from, to, isQueued } of runs) {
      for (let next = from; next < to; ) {
        const atPs = callPs === null ? firstPs + next * stepPs : lastPs + callTime(issuers, next, callPs);
        this.issuePs[next] = atPs;
        if (callPs !== null) this.#fetchFreePs[0] = 0;
        this.#look(issuers, 0, next);
        const isAlone = round[Round.OwnFetch] !== Time.None || this.#classes[0].coverage !== EVERY_WINDOW;
        const count = isAlone ? 1 : to - next;
        const ended = this.#endSeries(issuers.rows[next], atPs, stepPs, callPs, count, isQueued);
        if (round[Round.Last] > lastPs) lastPs = round[Round.Last];
        const spentPs = round[Round.SeriesFirst] - atPs;
        if (round[Round.FirstSpent] === Time.None) round[Round.FirstSpent] = spentPs;
        const isSibling = !isQueued && round[Round.Carry] === 1;
        if (isAlone || isSibling || ended < count || round[Round.IsOfGroup] === 1)
          round[Round.IsOneSeries] = 0;
        if (times !== null) {
          const series = {
            issuePs: atPs,
            issueStepPs: round[Round.SeriesIssueStep],
            firstPs: spentPs,
            endStepPs: round[Round.SeriesStep],
            leastPs: round[Round.SeriesLeast],
          };
          if (isSibling) times.addSiblings(issuers.cores, next, ended, series);
          else times.addSeries(issuers.cores, next, ended, series);
        }
        this.#publish(0, issuers.l3Groups[next]);
        if (next === issuers.shape.senderPosition) senderSucceeds = round[Round.Carry];
        next += ended;
      }
    }
    this.successes = senderSucceeds;
    return lastPs;
  }

  /**
   * What CPUs of the last mask spent, if they all found and paid the same and issued at once: then it is the same whoever is served
   * first.
   */
  get oneSeries(): { readonly firstPs: number; readonly stepPs: number } | null {
    const round = this.#round;
    if (round[Round.IsOneSeries] !== 1) return null;
    return { firstPs: round[Round.FirstSpent], stepPs: round[Round.SeriesStep] };
  }

  /** Looks up what an RMPOPT finds when it issues: a result that it reads, or entries to scan. */
  #look({ cores, l3Groups, rows }: Issuers, slot: number, position: number): void {
    const { entries, assigned, coverage } = this.#classes[slot];
    const round = this.#round;
    const group = slot * this.#topology.l3Groups + l3Groups[position];
    const scope = this.#scopeOf(slot, l3Groups[position]);
    const atPs = this.issuePs[position];
    round[Round.Part] = Cost.Hit;
    round[Round.Parts] = 0;
    round[Round.FetchedAt] = 0;
    round[Round.OwnFetch] = Time.None;
    round[Round.IsOfGroup] = this.#scopes === SCOPES.l3 ? 1 : 0;
    round[Round.Carry] = 0;
    round[Round.Leaves] = 0;
    round[Round.VisibleAt] = NEVER;
    if (coverage !== EVERY_WINDOW && coverage[this.#baseOfCore[cores[position]]] !== '1') return;
    const isShared = this.#scopes !== SCOPES.none;
    const isClean = isShared && this.#cleanPs[scope] <= atPs;
    if (isClean || (isShared && this.#failedPs[scope] <= atPs)) {
      round[Round.Parts] = 1;
      round[Round.Carry] = isClean ? 1 : 0;
      return;
    }
    round[Round.Carry] = assigned ? 0 : 1;
    if (isShared) {
      round[Round.Leaves] = !assigned || this.#isFailureShared ? 1 : 0;
      round[Round.VisibleAt] = Math.min(this.#cleanPs[scope], this.#failedPs[scope]);
    }
    if (entries === 0) return;
    // The first of an L3 group fetches the entries, in its group's turn; the others find them warm, but wait for it.
    round[Round.IsOfGroup] = 1;
    if (this.#fetchedPs[group] === NEVER)
      round[Round.OwnFetch] = this.#fetch(slot, group, rows[position], atPs);
    round[Round.FetchedAt] = this.#fetchedPs[group];
    round[Round.Part] = Cost.Warm;
    round[Round.Parts] = entries;
  }

  /**
   * Ends the RMPOPT that has looked, and the following ones that find the same: those of its L3 group, if that matters, that issue
   * before another result becomes visible.
   * @returns the place in the order of the first that is not
   */
  #issueAlike(
    issuers: Issuers,
    slot: number,
    order: Int32Array,
    from: number,
    to: number,
    callPs: number | null,
    sums: IssuerSums | null,
  ): number {
    const { issuePs, spentPs, workPs, carry } = this;
    const { cores, l3Groups, rows } = issuers;
    const hasSiblings = issuers.hasSiblings === true;
    const { inRmpoptPs, shortestPs, longestPs, optimized } = sums ?? NO_SUMS;
    const addsUp = sums !== null;
    const costsPs = this.#costs.ps;
    const servedPs = this.#servedPs;
    const round = this.#round;
    const succeeds = round[Round.Carry] === 1;
    const part = round[Round.Part] | 0;
    const parts = round[Round.Parts];
    const fetchedPs = round[Round.FetchedAt];
    const group = round[Round.IsOfGroup] === 1 ? l3Groups[order[from]] : -1;
    const leaves = round[Round.Leaves] === 1;
    const firstCore = slot * this.#topology.cores;
    let visiblePs = round[Round.VisibleAt];
    let ownFetchPs = round[Round.OwnFetch];
    let freePs = round[Round.ResultFree];
    let lastPs = round[Round.Last];
    let last = round[Round.LastPosition] | 0;
    let next = from;
    for (;;) {
      const position = order[next];
      const row = rows[position];
      const atPs = issuePs[position];
      // Its own part: what it reads, and the record of its success.
      let ownPs = costsPs[row] + (ownFetchPs === Time.None ? parts * costsPs[row + part] : ownFetchPs);
      ownFetchPs = Time.None;
      let endPs = atPs + ownPs;
      if (fetchedPs > endPs) endPs = fetchedPs;
      if (succeeds) {
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
      carry[position] = succeeds ? 1 : 0;
      if (addsUp) {
        inRmpoptPs[position] += ps;
        if (ps < shortestPs[position]) shortestPs[position] = ps;
        if (ps > longestPs[position]) longestPs[position] = ps;
        if (succeeds) optimized[position] += 1;
      }
      if (endPs > lastPs) {
        lastPs = endPs;
        last = position;
      }
      if (++next === to) break;
      const following = order[next];
      if (callPs !== null) issuePs[following] = lastPs + callTime(issuers, following, callPs);
      if (issuePs[following] >= visiblePs || (group >= 0 && l3Groups[following] !== group)) break;
    }
    round[Round.VisibleAt] = visiblePs;
    round[Round.ResultFree] = freePs;
    round[Round.Last] = lastPs;
    round[Round.LastPosition] = last;
    round[Round.Successes] += succeeds ? next - from : 0;
    return next;
  }

  /**
   * The same for a series, at once. Each RMPOPT ends one service after it is ready or after the one before has ended. So the last of n
   * ends n services after the first could be served, or one service after it is ready itself, whichever is later.
   * @param atPs when the first issues
   * @param burstPs how much later each further one issues, unless these are calls
   * @param isQueued whether they are served in the queue; siblings of CPUs that were are not
   * @returns how many of them: those that issue before another result becomes visible
   */
  #endSeries(
    row: number,
    atPs: number,
    burstPs: number,
    callPs: number | null,
    count: number,
    isQueued: boolean,
  ): number {
    const round = this.#round;
    const isServed = isQueued && round[Round.Carry] === 1;
    const servicePs = isServed ? this.#costs.ps[row + Cost.Service] : 0;
    const ownPs = this.#readingPs(row);
    const stepPs = callPs === null ? burstPs : callPs + ownPs + servicePs;
    // A sibling need not wait for all that are in the queue, but the round does not end before they have.
    const firstPs = Math.max(atPs + ownPs, round[Round.FetchedAt], round[Round.ResultFree]);
    this.#leave(firstPs + servicePs);
    const visiblePs = round[Round.VisibleAt];
    const inTime = stepPs > 0 ? Math.ceil((visiblePs - atPs) / stepPs) : visiblePs > atPs ? count : 1;
    const ended = Math.max(1, Math.min(count, inTime));
    const lastPs = Math.max(atPs + (ended - 1) * stepPs + ownPs, round[Round.FetchedAt]);
    round[Round.Last] = Math.max(firstPs + ended * servicePs, lastPs + servicePs);
    if (isServed) round[Round.ResultFree] = round[Round.Last];
    round[Round.SeriesFirst] = isServed
      ? firstPs + servicePs
      : Math.max(atPs + ownPs, round[Round.FetchedAt]);
    round[Round.SeriesStep] = servicePs;
    round[Round.SeriesIssueStep] = stepPs;
    round[Round.SeriesLeast] = ownPs + servicePs;
    return ended;
  }

  /** What an RMPOPT pays until it is ready: the fixed cost, and reading what it has found. */
  #readingPs(row: number): number {
    const { ps } = this.#costs;
    const round = this.#round;
    const fetchPs = round[Round.OwnFetch];
    return ps[row] + (fetchPs === Time.None ? round[Round.Parts] * ps[row + round[Round.Part]] : fetchPs);
  }

  #leave(endPs: number): void {
    const round = this.#round;
    if (round[Round.Leaves] === 1 && endPs < round[Round.VisibleAt]) round[Round.VisibleAt] = endPs;
  }

  /** Leaves the result of those that found the same. */
  #publish(slot: number, l3Group: number): void {
    const round = this.#round;
    if (round[Round.Leaves] === 0) return;
    const visibleFromPs = round[Round.Carry] === 1 ? this.#cleanPs : this.#failedPs;
    const scope = this.#scopeOf(slot, l3Group);
    visibleFromPs[scope] = Math.min(visibleFromPs[scope], round[Round.VisibleAt]);
  }

  /** The place of the result that an L3 group sees; the whole machine's is kept as that of group 0. */
  #scopeOf(slot: number, l3Group: number): number {
    return slot * this.#topology.l3Groups + (this.#scopes === SCOPES.l3 ? l3Group : 0);
  }

  #queueOf(slot: number): number {
    return this.#hasOneQueue ? 0 : slot;
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
const EVERY_WINDOW = '1';

function callTime({ shape }: Issuers, position: number, callPs: number): number {
  return position === shape.senderPosition ? 0 : callPs;
}

const NOTHING = new Float64Array(0);
const NO_SUMS: IssuerSums = {
  optimized: NOTHING,
  inRmpoptPs: NOTHING,
  shortestPs: NOTHING,
  longestPs: NOTHING,
};

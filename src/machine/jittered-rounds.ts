import { scramble } from '../random.js';
import { Cost, drawOf, type Jitter, maySlow, rowOf } from './jitter.js';
import type { RegionClass } from './region-class.js';
import { EVERY_WINDOW } from './region-in-round.js';
import type { RegionRoundOutcome } from './region-round.js';
import { NOT_SERVED, type RegionTimes } from './region-times.js';
import {
  firstIssuePs,
  issueStepPs,
  type RoundContext,
  type RoundShape,
  type RoundSums,
  rotationOf,
} from './round.js';
import { NEVER } from './times-by-set.js';
import { coreOfCpu, l3GroupOfCore, socketOfL3Group } from './topology.js';

/**
 * Rounds of one shape, each on one region, in which every RMPOPT has costs of its own. There are millions of these and no two are
 * alike, so this says what `RegionInRound` says a second time, as loops over flat arrays that allocate nothing and keep only
 * sums; law tests hold the two against each other. The loops call nothing but what the engine puts in its place: a call
 * makes them several times as slow, so what is seldom needed waits until they have halted. Arrays run in the order of the mask.
 */
export class JitteredRounds {
  readonly #shape: RoundShape;
  readonly #context: RoundContext;
  readonly #jitter: Jitter;
  readonly #times: RegionTimes;
  readonly #hasSiblings: boolean;
  /** -1 where it is not in the mask. */
  readonly #senderPosition: number;
  readonly #scrambledCpus: Int32Array;
  readonly #cores: Int32Array;
  readonly #l3Groups: Int32Array;
  /** Where the costs of each CPU's kind begin. */
  readonly #costRows: Int32Array;

  // Of all rounds.
  #rounds = 0;
  readonly #critical = { sendingPs: 0, scanningPs: 0, waitingPs: 0 };
  /** Rounds in which everybody succeeded, and successes in those in which some did. */
  #roundsOfSuccess = 0;
  readonly #otherSuccesses: Float64Array;
  readonly #busyPs: Float64Array;
  readonly #shortestPs: Float64Array;
  readonly #longestPs: Float64Array;

  // Of the round in progress.
  readonly #uncovered: Uint8Array;
  readonly #spentPs: Float64Array;
  readonly #succeeded: Uint8Array;
  /** What `succeeded` nearly always comes to: equal flags as the same object, by which others remember what follows from them. */
  readonly #allOrNone: readonly [none: Uint8Array, all: Uint8Array];
  #firstIssuePs = 0;
  #issueStepPs = 0;
  #resultFreePs = 0;
  /** The position whose draw has been looked at last, for it may be that of a slow one; -1 for none. How slow it is. */
  #suspect = -1;
  #extraPs = 0;
  /** The position that has fetched for its L3 group last; -1 for none. How long it was reading. */
  #fetcher = -1;
  #fetchPs = 0;
  #successes = 0;
  #lastEndPs = 0;
  /** Of the CPU that ended last: when it issued, and its own part of the rest. */
  #lastIssuePs = 0;
  #lastWorkPs = 0;

  /** @param times of the region in progress: rounds come one after another, so that all shapes may share them */
  constructor(shape: RoundShape, context: RoundContext, jitter: Jitter, times: RegionTimes) {
    const { cpus, sender } = shape;
    const { topology } = context;
    const size = cpus.length;
    this.#shape = shape;
    this.#context = context;
    this.#jitter = jitter;
    this.#times = times;
    this.#hasSiblings = size > 1 && (cpus.at(-1) ?? 0) >= topology.cores;
    this.#senderPosition = cpus.indexOf(sender);
    this.#scrambledCpus = cpus.map(scramble);
    this.#cores = cpus.map((cpu) => coreOfCpu(topology, cpu));
    this.#l3Groups = this.#cores.map((core) => l3GroupOfCore(topology, core));
    this.#costRows = cpus.map((cpu) => (cpu === sender ? 0 : jitter.remoteRows));
    this.#otherSuccesses = new Float64Array(size);
    this.#busyPs = new Float64Array(size);
    this.#shortestPs = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
    this.#longestPs = new Float64Array(size);
    this.#uncovered = new Uint8Array(size);
    this.#spentPs = new Float64Array(size);
    this.#succeeded = new Uint8Array(size);
    this.#allOrNone = [new Uint8Array(size), new Uint8Array(size).fill(1)];
  }

  /**
   * Executes one more round.
   * @returns its outcome, of which `byCpu` holds only until the next one
   */
  execute(regionClass: RegionClass, region: number): RegionRoundOutcome {
    const count = this.#shape.cpus.length;
    this.#begin(regionClass, region);
    for (let place = this.#issueFrom(0, regionClass, region); place < count; ) {
      this.#prepare(this.#positionAt(place, region), regionClass, region);
      place = this.#issueFrom(place, regionClass, region);
    }
    this.#addTimes();
    return this.#outcome(regionClass, this.#takeSuccesses());
  }

  /** What all rounds have come to. */
  sums(): RoundSums {
    return {
      shape: this.#shape,
      rounds: this.#rounds,
      critical: this.#critical,
      byCpu: {
        instructions: new Float64Array(this.#shape.cpus.length).fill(this.#rounds),
        optimized: this.#otherSuccesses.map((count) => count + this.#roundsOfSuccess),
        busyPs: this.#busyPs,
        shortestPs: this.#shortestPs,
        longestPs: this.#longestPs,
      },
      // In a round on one region a CPU issues one RMPOPT.
      longestStretchPs: this.#longestPs,
    };
  }

  #begin(regionClass: RegionClass, region: number): void {
    const { cpus } = this.#shape;
    const sending = this.#jitter.sendingOf(this.#shape, region);
    this.#firstIssuePs = firstIssuePs(this.#shape, sending);
    this.#issueStepPs = issueStepPs(this.#shape, sending);
    this.#times.begin(regionClass, this.#hasSiblings);
    this.#suspect = -1;
    this.#fetcher = -1;
    this.#resultFreePs = 0;
    this.#successes = 0;
    this.#lastEndPs = -1;
    if (regionClass.coverage === EVERY_WINDOW) return;
    for (let position = 0; position < cpus.length; position++) {
      this.#uncovered[position] = this.#context.covers(this.#cores[position], region) ? 0 : 1;
    }
  }

  /**
   * RMPOPTs in the order of issue, each after the one before; `RegionInRound` has the reasons for each step.
   * @param first the place in that order to begin with
   * @returns the place of the next one that has to be prepared; behind all where none has
   */
  #issueFrom(first: number, regionClass: RegionClass, region: number): number {
    const { values } = this.#context;
    const { entries, assigned } = regionClass;
    const { costsPs, slowLimit } = this.#jitter;
    const regionKey = this.#jitter.keyOf(region);
    const { byScope, byGroup, byCore } = this.#times;
    const [scrambledCpus, costRows, cores] = [this.#scrambledCpus, this.#costRows, this.#cores];
    const [l3Groups, uncovered, spentPs] = [this.#l3Groups, this.#uncovered, this.#spentPs];
    const [succeeded, hasSiblings] = [this.#succeeded, this.#hasSiblings];
    const [firstPs, stepPs] = [this.#firstIssuePs, this.#issueStepPs];
    const isShared = values.resultShared !== 'none';
    const isSharedByGroup = values.resultShared === 'l3';
    const isFailureShared = isShared && values.failureShared;
    const windowsDiffer = regionClass.coverage !== EVERY_WINDOW;
    const count = cores.length;
    let [successes, resultFreePs] = [this.#successes, this.#resultFreePs];
    let [lastEndPs, lastIssuePs, lastWorkPs] = [this.#lastEndPs, this.#lastIssuePs, this.#lastWorkPs];
    const [suspect, extraPs, fetcher, fetchPs] = [this.#suspect, this.#extraPs, this.#fetcher, this.#fetchPs];
    const [never, notServed] = [NEVER, NOT_SERVED];
    let position = this.#positionAt(first, region);
    let place = first;
    for (; place < count; place++) {
      const bits = drawOf(regionKey, scrambledCpus[position]);
      const row = costRows[position] + rowOf(bits);
      const issuePs = firstPs + position * stepPs;
      let workPs = costsPs[row + Cost.Fixed];
      if (maySlow(bits, slowLimit)) {
        if (position !== suspect) break;
        workPs += extraPs;
      }
      let endPs = issuePs + workPs;
      let succeeds = !assigned;
      let leavesResult = succeeds ? isShared : isFailureShared;
      const scope = isSharedByGroup ? 2 * l3Groups[position] : 0;
      const seesClean = byScope[scope] <= issuePs;
      if (windowsDiffer && uncovered[position] === 1) {
        succeeds = false;
        leavesResult = false;
      } else if (seesClean || byScope[scope + 1] <= issuePs) {
        succeeds = seesClean;
        leavesResult = false;
        const hitPs = costsPs[row + Cost.Hit];
        workPs += hitPs;
        endPs += hitPs;
      } else if (entries > 0) {
        const groupEndPs = byGroup[l3Groups[position]];
        if (groupEndPs === never) break;
        const isFetcher = position === fetcher;
        const scanPs = isFetcher ? fetchPs : entries * costsPs[row + Cost.Warm];
        workPs += scanPs;
        endPs = isFetcher ? groupEndPs : later(endPs + scanPs, groupEndPs);
      }
      if (succeeds) {
        const core = cores[position];
        const siblingEndPs = hasSiblings ? byCore[core] : notServed;
        if (siblingEndPs === notServed) {
          const servicePs = costsPs[row + Cost.Service];
          workPs += servicePs;
          resultFreePs = later(endPs, resultFreePs) + servicePs;
          endPs = resultFreePs;
          if (hasSiblings) byCore[core] = endPs;
        } else {
          endPs = later(endPs, siblingEndPs);
        }
        successes++;
      }
      if (leavesResult) {
        const at = succeeds ? scope : scope + 1;
        if (endPs < byScope[at]) byScope[at] = endPs;
      }
      if (endPs > lastEndPs) {
        lastEndPs = endPs;
        lastIssuePs = issuePs;
        lastWorkPs = workPs;
      }
      spentPs[position] = endPs - issuePs;
      succeeded[position] = succeeds ? 1 : 0;
      position = position + 1 === count ? 0 : position + 1;
    }
    this.#successes = successes;
    this.#resultFreePs = resultFreePs;
    this.#lastEndPs = lastEndPs;
    this.#lastIssuePs = lastIssuePs;
    this.#lastWorkPs = lastWorkPs;
    return place;
  }

  /** The position of the mask that issues at a place in the order of issue. */
  #positionAt(place: number, region: number): number {
    // With a burst no two CPUs issue at once, and the order of issue is that of the mask.
    const turnedBy = this.#issueStepPs > 0 ? 0 : rotationOf(this.#shape, region, this.#context.values);
    return (place + turnedBy) % this.#shape.cpus.length;
  }

  /** Does what the RMPOPT at a position has halted for: first asks whether it is a slow one, then fetches for its L3 group. */
  #prepare(position: number, { entries, socket }: RegionClass, region: number): void {
    const jitter = this.#jitter;
    const bits = drawOf(jitter.keyOf(region), this.#scrambledCpus[position]);
    if (maySlow(bits, jitter.slowLimit) && this.#suspect !== position) {
      this.#suspect = position;
      this.#extraPs = jitter.extraPs(bits, region, this.#shape.cpus[position]);
      return;
    }
    const row = this.#costRows[position] + rowOf(bits);
    const group = this.#l3Groups[position];
    const isLocal = socketOfL3Group(this.#context.topology, group) === socket;
    const lookPs = jitter.costsPs[row + Cost.Fixed] + (this.#suspect === position ? this.#extraPs : 0);
    const lookedPs = this.#firstIssuePs + position * this.#issueStepPs + lookPs;
    this.#fetcher = position;
    this.#fetchPs = entries * jitter.entryScanPs(row, isLocal);
    this.#times.fetch(group, lookedPs, this.#fetchPs, jitter.groupServicePs(row, entries));
  }

  /** Adds the round's times to the sums. */
  #addTimes(): void {
    const [spentPs, busyPs] = [this.#spentPs, this.#busyPs];
    const [shortestPs, longestPs] = [this.#shortestPs, this.#longestPs];
    for (let position = 0; position < spentPs.length; position++) {
      const ps = spentPs[position];
      busyPs[position] += ps;
      if (ps < shortestPs[position]) shortestPs[position] = ps;
      if (ps > longestPs[position]) longestPs[position] = ps;
    }
    this.#rounds++;
    this.#critical.sendingPs += this.#lastIssuePs;
    this.#critical.scanningPs += this.#lastWorkPs;
    this.#critical.waitingPs += this.#lastEndPs - this.#lastIssuePs - this.#lastWorkPs;
  }

  /**
   * Adds the round's successes to the sums.
   * @returns whose RMPOPT has succeeded
   */
  #takeSuccesses(): Uint8Array {
    const [none, all] = this.#allOrNone;
    if (this.#successes === 0) return none;
    if (this.#successes === all.length) {
      this.#roundsOfSuccess++;
      return all;
    }
    for (const [position, succeeded] of this.#succeeded.entries())
      this.#otherSuccesses[position] += succeeded;
    return this.#succeeded.slice();
  }

  #outcome(regionClass: RegionClass, optimized: Uint8Array): RegionRoundOutcome {
    const shape = this.#shape;
    const [endPs, sendingPs, scanningPs] = [this.#lastEndPs, this.#lastIssuePs, this.#lastWorkPs];
    const [, instructions] = this.#allOrNone;
    const spentPs = this.#spentPs;
    return {
      shape,
      next: this.#times.next(regionClass, this.#context.classes),
      durationPs: endPs + (shape.condResched ? this.#context.costs.condReschedPs : 0),
      firstIssuePs: this.#firstIssuePs,
      issueStepPs: this.#issueStepPs,
      critical: { sendingPs, scanningPs, waitingPs: endPs - sendingPs - scanningPs },
      senderSucceeded: this.#senderPosition >= 0 && optimized[this.#senderPosition] === 1,
      byCpu: { instructions, optimized, busyPs: spentPs, shortestPs: spentPs, longestPs: spentPs },
    };
  }
}

function later(aPs: number, bPs: number): number {
  return aPs > bPs ? aPs : bPs;
}

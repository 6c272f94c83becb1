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

/** The cells of what is known of a round in progress. */
enum Round {
  FirstIssue,
  IssueStep,
  ResultFree,
  Successes,
  LastEnd,
  /** Of the CPU that ended last: when it issued, and its own part of the rest. */
  LastIssue,
  LastWork,
  /** The position that comes first in the order of issue. */
  First,
  /** The position whose draw has been looked at last, for it may be that of a slow one; -1 for none. How slow it is. */
  Suspect,
  Extra,
  /** The position that has fetched for its L3 group last; -1 for none. How long it was reading. */
  Fetcher,
  Fetch,
  Cells,
}

/** The cells of what rounds have come to. */
enum Sum {
  Rounds,
  /** Those in which everybody succeeded. */
  OfSuccess,
  Sending,
  Scanning,
  Waiting,
  Cells,
}

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

  /** Who sees a result that an RMPOPT leaves, and whether a failed one leaves any. */
  readonly #isShared: boolean;
  readonly #isSharedByGroup: boolean;
  readonly #isFailureShared: boolean;

  // Of all rounds. Numbers that change are cells of arrays: as fields they would change their kind, and the engine its mind.
  readonly #sums = new Float64Array(Sum.Cells);
  /** Successes in rounds in which only some succeeded. */
  readonly #otherSuccesses: Float64Array;
  readonly #busyPs: Float64Array;
  readonly #shortestPs: Float64Array;
  readonly #longestPs: Float64Array;

  // Of the round in progress.
  readonly #round = new Float64Array(Round.Cells);
  readonly #uncovered: Uint8Array;
  readonly #spentPs: Float64Array;
  readonly #succeeded: Uint8Array;
  /** What `succeeded` nearly always comes to: equal flags as the same object, by which others remember what follows from them. */
  readonly #allOrNone: readonly [none: Uint8Array, all: Uint8Array];

  /** @param times of the region in progress: rounds come one after another, so that all shapes may share them */
  constructor(shape: RoundShape, context: RoundContext, jitter: Jitter, times: RegionTimes) {
    const { cpus, sender } = shape;
    const { topology, values } = context;
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
    this.#isShared = values.resultShared !== 'none';
    this.#isSharedByGroup = values.resultShared === 'l3';
    this.#isFailureShared = this.#isShared && values.failureShared;
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
      this.#prepare(this.#positionAt(place), regionClass, region);
      place = this.#issueFrom(place, regionClass, region);
    }
    return this.#outcome(regionClass, this.#takeSuccesses());
  }

  /** What all rounds have come to. */
  sums(): RoundSums {
    const sums = this.#sums;
    return {
      shape: this.#shape,
      rounds: sums[Sum.Rounds],
      critical: {
        sendingPs: sums[Sum.Sending],
        scanningPs: sums[Sum.Scanning],
        waitingPs: sums[Sum.Waiting],
      },
      byCpu: {
        instructions: new Float64Array(this.#shape.cpus.length).fill(sums[Sum.Rounds]),
        optimized: this.#otherSuccesses.map((count) => count + sums[Sum.OfSuccess]),
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
    const round = this.#round;
    round[Round.FirstIssue] = firstIssuePs(this.#shape, sending);
    round[Round.IssueStep] = issueStepPs(this.#shape, sending);
    round[Round.ResultFree] = 0;
    round[Round.Successes] = 0;
    round[Round.LastEnd] = -1;
    round[Round.Suspect] = -1;
    round[Round.Fetcher] = -1;
    // With a burst no two CPUs issue at once, and the order of issue is that of the mask.
    const isBurst = round[Round.IssueStep] > 0;
    round[Round.First] = isBurst ? 0 : rotationOf(this.#shape, region, this.#context.values);
    this.#times.begin(regionClass, this.#hasSiblings);
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
    const round = this.#round;
    const { entries, assigned } = regionClass;
    const { costsPs, slowLimit } = this.#jitter;
    const regionKey = this.#jitter.keyOf(region);
    const { byScope, byGroup, byCore } = this.#times;
    const [scrambledCpus, costRows, cores] = [this.#scrambledCpus, this.#costRows, this.#cores];
    const [l3Groups, uncovered, spentPs] = [this.#l3Groups, this.#uncovered, this.#spentPs];
    const [succeeded, hasSiblings] = [this.#succeeded, this.#hasSiblings];
    const [firstPs, stepPs] = [round[Round.FirstIssue], round[Round.IssueStep]];
    const [isShared, isSharedByGroup] = [this.#isShared, this.#isSharedByGroup];
    const isFailureShared = this.#isFailureShared;
    const windowsDiffer = regionClass.coverage !== EVERY_WINDOW;
    const count = cores.length;
    let [successes, resultFreePs] = [round[Round.Successes], round[Round.ResultFree]];
    let lastEndPs = round[Round.LastEnd];
    let [lastIssuePs, lastWorkPs] = [round[Round.LastIssue], round[Round.LastWork]];
    const [suspect, extraPs] = [round[Round.Suspect], round[Round.Extra]];
    const [fetcher, fetchPs] = [round[Round.Fetcher], round[Round.Fetch]];
    const [busyPs, shortestPs, longestPs] = [this.#busyPs, this.#shortestPs, this.#longestPs];
    const [never, notServed] = [NEVER, NOT_SERVED];
    let position = this.#positionAt(first);
    let issuePs = firstPs + position * stepPs;
    let place = first;
    for (; place < count; place++) {
      const bits = drawOf(regionKey, scrambledCpus[position]);
      const row = costRows[position] + rowOf(bits);
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
      const ps = endPs - issuePs;
      spentPs[position] = ps;
      busyPs[position] += ps;
      if (ps < shortestPs[position]) shortestPs[position] = ps;
      if (ps > longestPs[position]) longestPs[position] = ps;
      succeeded[position] = succeeds ? 1 : 0;
      position = position + 1 === count ? 0 : position + 1;
      issuePs += stepPs;
    }
    round[Round.Successes] = successes;
    round[Round.ResultFree] = resultFreePs;
    round[Round.LastEnd] = lastEndPs;
    round[Round.LastIssue] = lastIssuePs;
    round[Round.LastWork] = lastWorkPs;
    return place;
  }

  /** The position of the mask that issues at a place in the order of issue. */
  #positionAt(place: number): number {
    return (place + this.#round[Round.First]) % this.#cores.length;
  }

  /** Does what the RMPOPT at a position has halted for: first asks whether it is a slow one, then fetches for its L3 group. */
  #prepare(position: number, { entries, socket }: RegionClass, region: number): void {
    const jitter = this.#jitter;
    const bits = drawOf(jitter.keyOf(region), this.#scrambledCpus[position]);
    const round = this.#round;
    if (maySlow(bits, jitter.slowLimit) && round[Round.Suspect] !== position) {
      round[Round.Suspect] = position;
      round[Round.Extra] = jitter.extraPs(bits, region, this.#shape.cpus[position]);
      return;
    }
    const row = this.#costRows[position] + rowOf(bits);
    const group = this.#l3Groups[position];
    const isLocal = socketOfL3Group(this.#context.topology, group) === socket;
    const lookPs =
      jitter.costsPs[row + Cost.Fixed] + (round[Round.Suspect] === position ? round[Round.Extra] : 0);
    const lookedPs = round[Round.FirstIssue] + position * round[Round.IssueStep] + lookPs;
    const scanPs = entries * jitter.entryScanPs(row, isLocal);
    round[Round.Fetcher] = position;
    round[Round.Fetch] = scanPs;
    this.#times.fetch(group, lookedPs, scanPs, jitter.groupServicePs(row, entries));
  }

  /**
   * Adds the round's successes to the sums.
   * @returns whose RMPOPT has succeeded
   */
  #takeSuccesses(): Uint8Array {
    const [none, all] = this.#allOrNone;
    const successes = this.#round[Round.Successes];
    if (successes === 0) return none;
    if (successes === all.length) {
      this.#sums[Sum.OfSuccess]++;
      return all;
    }
    for (const [position, succeeded] of this.#succeeded.entries())
      this.#otherSuccesses[position] += succeeded;
    return this.#succeeded.slice();
  }

  #outcome(regionClass: RegionClass, optimized: Uint8Array): RegionRoundOutcome {
    const shape = this.#shape;
    const [round, sums] = [this.#round, this.#sums];
    const [sendingPs, scanningPs] = [round[Round.LastIssue], round[Round.LastWork]];
    const endPs = round[Round.LastEnd];
    const waitingPs = endPs - sendingPs - scanningPs;
    sums[Sum.Rounds]++;
    sums[Sum.Sending] += sendingPs;
    sums[Sum.Scanning] += scanningPs;
    sums[Sum.Waiting] += waitingPs;
    const [, instructions] = this.#allOrNone;
    const spentPs = this.#spentPs;
    return {
      shape,
      next: this.#times.next(regionClass, this.#context.classes),
      durationPs: endPs + (shape.condResched ? this.#context.costs.condReschedPs : 0),
      firstIssuePs: round[Round.FirstIssue],
      issueStepPs: round[Round.IssueStep],
      critical: { sendingPs, scanningPs, waitingPs },
      senderSucceeded: this.#senderPosition >= 0 && optimized[this.#senderPosition] === 1,
      byCpu: { instructions, optimized, busyPs: spentPs, shortestPs: spentPs, longestPs: spentPs },
    };
  }
}

function later(aPs: number, bPs: number): number {
  return aPs > bPs ? aPs : bPs;
}

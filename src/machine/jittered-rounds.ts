import { scramble } from '../random.js';
import { Cost, drawOf, type Jitter, REMOTE_ROWS, rowOf } from './jitter.js';
import {
  beginRound,
  COSTS_PS,
  drawCosts,
  endRmpopts,
  type JitteredMask,
  layDown,
  ownRow,
  ROUND,
  ROWS,
  Round,
  SPENT_PS,
  SUSPECTS,
  takeUp,
} from './jittered-loops.js';
import type { RegionClass } from './region-class.js';
import { EVERY_WINDOW } from './region-in-round.js';
import type { RegionRoundOutcome } from './region-round.js';
import type { RegionTimes } from './region-times.js';
import { firstIssuePs, type RoundContext, type RoundShape, type RoundSums, rotationOf } from './round.js';
import { NEVER } from './times-by-set.js';
import { coreOfCpu, l3GroupOfCore, socketOfL3Group } from './topology.js';

/** Neighbours in a mask that share an L3 group, or for whom that makes no difference. */
interface Segment {
  readonly l3Group: number;
  /** Positions in the mask; `to` is behind the last. */
  readonly from: number;
  readonly to: number;
}

/** What the CPUs of an L3 group find when they issue; an enum, which the bundler turns into plain numbers. */
enum Find {
  CleanResult,
  FailedResult,
  /** The first entry was enough: part of the fixed cost. */
  NoEntries,
  Entries,
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

/** A round that has been sent. */
interface Issued {
  readonly regionClass: RegionClass;
  readonly region: number;
  /** When all CPUs issue, from the start of the round. */
  readonly issuePs: number;
}

/**
 * Rounds of one shape, each on one region, in which every RMPOPT has costs of its own and all are issued at once, so that nobody
 * meets what another leaves in the same round. There are millions of RMPOPTs and no two are alike, so this says what
 * `RegionInRound` says a second time, for loops over flat arrays: one draws, others go through those of an L3 group, who find the
 * same. Only sums are kept; law tests hold the two against each other.
 */
export class JitteredRounds {
  readonly #shape: RoundShape;
  readonly #context: RoundContext;
  readonly #jitter: Jitter;
  readonly #times: RegionTimes;
  readonly #segments: readonly Segment[];
  /** All of the mask as one of these. */
  readonly #whole: readonly Segment[];
  /** -1 where it is not in the mask. */
  readonly #senderPosition: number;
  readonly #mask: JitteredMask;

  /** Who sees a result that an RMPOPT leaves, and whether a failed one leaves any. */
  readonly #isShared: boolean;
  readonly #isSharedByGroup: boolean;
  readonly #isFailureShared: boolean;

  // Of all rounds. Numbers that change are cells of arrays: as fields they would change their kind, and the engine its mind.
  readonly #sums = new Float64Array(Sum.Cells);
  /** Successes in rounds in which only some succeeded. */
  readonly #otherSuccesses: Float64Array;

  // Of the round in progress.
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
    this.#senderPosition = cpus.indexOf(sender);
    const cores = cpus.map((cpu) => coreOfCpu(topology, cpu));
    this.#segments = segmentsOf(cores.map((core) => l3GroupOfCore(topology, core)));
    this.#whole = [{ l3Group: 0, from: 0, to: size }];
    this.#isShared = values.resultShared !== 'none';
    this.#isSharedByGroup = values.resultShared === 'l3';
    this.#isFailureShared = this.#isShared && values.failureShared;
    this.#mask = {
      ...{ scrambledCpus: cpus.map(scramble), cores },
      firstCore: cores.reduce((least, core) => Math.min(least, core), topology.cores),
      endCore: 1 + cores.reduce((most, core) => Math.max(most, core), -1),
      ...{ busyPs: new Float64Array(size), longestPs: new Float64Array(size) },
      shortestPs: new Float64Array(size).fill(Number.POSITIVE_INFINITY),
    };
    this.#otherSuccesses = new Float64Array(size);
    this.#spentPs = SPENT_PS.subarray(0, size);
    this.#succeeded = new Uint8Array(size);
    this.#allOrNone = [new Uint8Array(size), new Uint8Array(size).fill(1)];
  }

  /** Whether nobody meets what another leaves in the same round: only such rounds can be executed here. */
  canExecute({ coverage }: RegionClass): boolean {
    const isBurst = this.#shape.delivery === 'ipi' && this.#context.values.ipiBurstNs > 0;
    return coverage === EVERY_WINDOW && !isBurst && this.#jitter.takesTime;
  }

  /**
   * Executes one more round.
   * @returns its outcome, of which `byCpu` holds only until the next one
   */
  execute(regionClass: RegionClass, region: number): RegionRoundOutcome {
    const issuePs = firstIssuePs(this.#shape, this.#jitter.sendingOf(this.#shape, region));
    const first = rotationOf(this.#shape, region, this.#context.values);
    this.#times.begin(regionClass);
    takeUp(this.#mask, this.#jitter);
    beginRound(this.#mask);
    this.#draw(region);
    const issued = { regionClass, region, issuePs };
    const size = this.#shape.cpus.length;
    const successes = this.#endThose(first, size, issued) + this.#endThose(0, first, issued);
    return this.#outcome(issued, this.#takeSuccesses(successes));
  }

  /** What all rounds have come to. */
  sums(): RoundSums {
    layDown(this.#mask);
    const sums = this.#sums;
    const { busyPs, shortestPs, longestPs } = this.#mask;
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
        ...{ busyPs, shortestPs, longestPs },
      },
      // In a round on one region a CPU issues one RMPOPT.
      longestStretchPs: longestPs,
    };
  }

  /** Draws the costs of all. */
  #draw(region: number): void {
    const suspects = drawCosts(this.#shape.cpus.length, this.#jitter.keyOf(region), this.#jitter.slowLimit);
    if (this.#senderPosition >= 0) ROWS[this.#senderPosition] -= REMOTE_ROWS;
    for (let i = 0; i < suspects; i++) this.#slowDown(SUSPECTS[i], region);
  }

  #slowDown(position: number, region: number): void {
    const extraPs = this.#jitter.extraPs(this.#bitsOf(position, region), region, this.#shape.cpus[position]);
    if (extraPs > 0) COSTS_PS[ownRow(position) + Cost.Fixed] += extraPs;
  }

  #bitsOf(position: number, region: number): number {
    return drawOf(this.#jitter.keyOf(region), this.#mask.scrambledCpus[position]);
  }

  /**
   * Ends the RMPOPTs of some positions, in the order of issue.
   * @returns how many succeed
   */
  #endThose(start: number, stop: number, issued: Issued): number {
    let successes = 0;
    for (const { l3Group, from, to } of this.#segmentsFor(issued)) {
      const [first, end] = [Math.max(start, from), Math.min(stop, to)];
      if (first < end && this.#endSegment(l3Group, first, end, issued)) successes += end - first;
    }
    return successes;
  }

  /** Those who find the same: all of the mask, unless results or entries are of an L3 group. */
  #segmentsFor(issued: Issued): readonly Segment[] {
    const isOfGroup = this.#isSharedByGroup || this.#findOf(0, issued) === Find.Entries;
    return isOfGroup ? this.#segments : this.#whole;
  }

  /** Whether neighbours of one L3 group, who find the same, succeed. */
  #endSegment(l3Group: number, from: number, to: number, issued: Issued): boolean {
    const { assigned, entries } = issued.regionClass;
    const find = this.#findOf(l3Group, issued);
    const succeeds = find === Find.CleanResult || (find !== Find.FailedResult && !assigned);
    if (find === Find.Entries) {
      const fetchedPs = this.#fetchedPs(l3Group, from, issued) - issued.issuePs;
      endRmpopts(from, to, Cost.Warm, entries, fetchedPs, succeeds);
    } else {
      endRmpopts(from, to, Cost.Hit, find === Find.NoEntries ? 0 : 1, 0, succeeds);
    }
    this.#succeeded.fill(succeeds ? 1 : 0, from, to);
    const leavesResult = find > Find.FailedResult && (succeeds ? this.#isShared : this.#isFailureShared);
    if (leavesResult) this.#publish(l3Group, succeeds, from, to, issued);
    return succeeds;
  }

  #findOf(l3Group: number, { issuePs, regionClass: { entries } }: Issued): Find {
    const { byScope } = this.#times;
    const scope = this.#isSharedByGroup ? 2 * l3Group : 0;
    if (byScope[scope] <= issuePs) return Find.CleanResult;
    if (byScope[scope + 1] <= issuePs) return Find.FailedResult;
    return entries === 0 ? Find.NoEntries : Find.Entries;
  }

  /**
   * When the entries are there for those of an L3 group; the first to come fetches them, in the group's turn.
   * @param position of who comes first now
   */
  #fetchedPs(l3Group: number, position: number, { issuePs, region, regionClass }: Issued): number {
    const { byGroup } = this.#times;
    if (byGroup[l3Group] !== NEVER) return byGroup[l3Group];
    const { entries, socket } = regionClass;
    const jitter = this.#jitter;
    const kind = position === this.#senderPosition ? 0 : REMOTE_ROWS;
    const drawn = kind + rowOf(this.#bitsOf(position, region));
    const isLocal = socketOfL3Group(this.#context.topology, l3Group) === socket;
    const entryScanPs = jitter.entryScanPs(drawn, isLocal);
    const own = ownRow(position);
    COSTS_PS[own + Cost.Warm] = entryScanPs;
    const lookedPs = issuePs + COSTS_PS[own + Cost.Fixed];
    this.#times.fetch(l3Group, lookedPs, entries * entryScanPs, jitter.groupServicePs(drawn, entries));
    return byGroup[l3Group];
  }

  /** The first that ends leaves a result, for rounds to come. */
  #publish(l3Group: number, succeeds: boolean, from: number, to: number, { issuePs }: Issued): void {
    const { byScope } = this.#times;
    const scope = (this.#isSharedByGroup ? 2 * l3Group : 0) + (succeeds ? 0 : 1);
    const spentPs = this.#spentPs.subarray(from, to).reduce((least, ps) => Math.min(least, ps));
    byScope[scope] = Math.min(byScope[scope], issuePs + spentPs);
  }

  /**
   * Adds the round's successes to the sums.
   * @returns whose RMPOPT has succeeded
   */
  #takeSuccesses(successes: number): Uint8Array {
    const [none, all] = this.#allOrNone;
    if (successes === 0) return none;
    if (successes === all.length) {
      this.#sums[Sum.OfSuccess]++;
      return all;
    }
    for (const [position, succeeded] of this.#succeeded.entries())
      this.#otherSuccesses[position] += succeeded;
    return this.#succeeded.slice();
  }

  #outcome({ regionClass, issuePs: sendingPs }: Issued, optimized: Uint8Array): RegionRoundOutcome {
    const [shape, sums] = [this.#shape, this.#sums];
    const [lastSpentPs, scanningPs] = [ROUND[Round.LastSpent], ROUND[Round.LastWork]];
    const waitingPs = lastSpentPs - scanningPs;
    sums[Sum.Rounds]++;
    sums[Sum.Sending] += sendingPs;
    sums[Sum.Scanning] += scanningPs;
    sums[Sum.Waiting] += waitingPs;
    const [, instructions] = this.#allOrNone;
    const spentPs = this.#spentPs;
    return {
      shape,
      next: this.#times.next(regionClass, this.#context.classes),
      durationPs: sendingPs + lastSpentPs + (shape.condResched ? this.#context.costs.condReschedPs : 0),
      firstIssuePs: sendingPs,
      issueStepPs: 0,
      critical: { sendingPs, scanningPs, waitingPs },
      senderSucceeded: this.#senderPosition >= 0 && optimized[this.#senderPosition] === 1,
      byCpu: { instructions, optimized, busyPs: spentPs, shortestPs: spentPs, longestPs: spentPs },
    };
  }
}

/** @param l3Groups of each position */
function segmentsOf(l3Groups: Int32Array): Segment[] {
  const bounds = [...l3Groups.keys()].filter((i) => i === 0 || l3Groups[i] !== l3Groups[i - 1]);
  return bounds.map((from, i) => {
    return { l3Group: l3Groups[from] ?? 0, from, to: bounds[i + 1] ?? l3Groups.length };
  });
}

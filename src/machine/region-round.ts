import type { SendingCosts } from './costs.js';
import type { RegionClass } from './region-class.js';
import { RegionInRound } from './region-in-round.js';
import {
  type CpuRecords,
  type CriticalPath,
  firstIssuePs,
  issueStepPs,
  NO_RECORDS,
  type RoundContext,
  type RoundOutcome,
  type RoundShape,
  rotationOf,
} from './round.js';

/** What a round on one region came to. */
export interface RegionRoundOutcome extends RoundOutcome {
  /** The region's class after the round. */
  readonly next: RegionClass;
}

/**
 * Executes one round in which every CPU of the mask issues one RMPOPT on a region, in the order of issue. Depends on the class
 * of the region alone (and on its number where that turns the order), so that outcomes can be remembered.
 */
export function executeRegionRound(
  shape: RoundShape,
  regionClass: RegionClass,
  region: number,
  context: RoundContext,
): RegionRoundOutcome {
  const round = new RegionRound(
    shape,
    new RegionInRound(shape, regionClass, region, context, { freePs: 0 }),
    context.jitter?.sendingOf(shape, region) ?? context.costs,
    context,
  );
  round.execute(rotationOf(shape, region, context.values));
  return round.outcome();
}

class RegionRound {
  readonly #shape: RoundShape;
  readonly #region: RegionInRound;
  readonly #context: RoundContext;
  readonly #firstIssuePs: number;
  readonly #issueStepPs: number;
  readonly #busyPs: Float64Array | null;
  readonly #optimized: Uint8Array | null;
  #senderSucceeded = false;
  #lastEndPs = -1;
  /** Of the CPU that ended last: when it issued, and its own part of the rest. */
  #lastIssuePs = 0;
  #lastWorkPs = 0;

  constructor(shape: RoundShape, region: RegionInRound, sending: SendingCosts, context: RoundContext) {
    this.#shape = shape;
    this.#region = region;
    this.#context = context;
    this.#firstIssuePs = firstIssuePs(shape, sending);
    this.#issueStepPs = issueStepPs(shape, sending);
    this.#busyPs = context.recordsCpus ? new Float64Array(shape.cpus.length) : null;
    this.#optimized = context.recordsCpus ? new Uint8Array(shape.cpus.length) : null;
  }

  /** @param rotation the position that is served first among those who issue at once */
  execute(rotation: number): void {
    const { cpus } = this.#shape;
    const count = cpus.length;
    // With a burst no two CPUs issue at once, and the order of issue is that of the mask.
    const first = this.#issueStepPs > 0 ? 0 : rotation;
    for (let place = 0; place < count; ) {
      const position = (first + place) % count;
      const issuePs = this.#firstIssuePs + position * this.#issueStepPs;
      this.#region.issue(cpus[position] ?? 0, issuePs);
      if (cpus[position] === this.#shape.sender) this.#senderSucceeded = this.#region.succeeds;
      this.#end(position, issuePs);
      place += 1 + this.#issueToFollowers(position, count - 1 - place);
    }
  }

  outcome(): RegionRoundOutcome {
    const region = this.#region;
    let next: RegionClass | null = null;
    return {
      shape: this.#shape,
      // Made when asked for: of a sweep's last rounds nobody does.
      get next() {
        next ??= region.next();
        return next;
      },
      durationPs: this.#lastEndPs + (this.#shape.condResched ? this.#context.costs.condReschedPs : 0),
      firstIssuePs: this.#firstIssuePs,
      issueStepPs: this.#issueStepPs,
      critical: this.#critical(),
      senderSucceeded: this.#senderSucceeded,
      byCpu: this.#records(),
    };
  }

  /**
   * The same RMPOPT by the CPUs that follow in the mask, as far as they are bound to meet what the one at `position` met: at
   * once, since on hosts of hundreds of CPUs nearly all are such neighbours.
   * @returns how many
   */
  #issueToFollowers(position: number, most: number): number {
    const region = this.#region;
    if (this.#issueStepPs > 0 || region.alike === 'none') return 0;
    const count = Math.min(most, this.#shape.followers[region.alike][position] ?? 0);
    if (count === 0) return 0;
    if (this.#busyPs === null && !region.hasSiblings) {
      region.issueToFollowers(count);
      this.#end(position + count, this.#firstIssuePs);
      return count;
    }
    for (let done = 0; done < count; done++) {
      const next = position + done + 1;
      if (!region.issueToFollower(this.#shape.cpus[next] ?? 0)) return done;
      this.#end(next, this.#firstIssuePs);
    }
    return count;
  }

  #end(position: number, issuePs: number): void {
    const { endPs, workPs, succeeds } = this.#region;
    if (this.#busyPs !== null) this.#busyPs[position] = endPs - issuePs;
    if (this.#optimized !== null) this.#optimized[position] = succeeds ? 1 : 0;
    if (endPs <= this.#lastEndPs) return;
    this.#lastEndPs = endPs;
    this.#lastIssuePs = issuePs;
    this.#lastWorkPs = workPs;
  }

  #critical(): CriticalPath {
    const [sendingPs, scanningPs] = [this.#lastIssuePs, this.#lastWorkPs];
    return { sendingPs, scanningPs, waitingPs: this.#lastEndPs - sendingPs - scanningPs };
  }

  #records(): CpuRecords {
    const [busyPs, optimized] = [this.#busyPs, this.#optimized];
    if (busyPs === null || optimized === null) return NO_RECORDS;
    const instructions = new Uint8Array(busyPs.length).fill(1);
    return { instructions, optimized, busyPs, shortestPs: busyPs, longestPs: busyPs };
  }
}

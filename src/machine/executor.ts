import { picoseconds } from '../units.js';
import { CostTable, remoteFactor, type SendingCosts, sendingCosts } from './costs.js';
import { Jitter, type JitterSource } from './jitter.js';
import { Kernel } from './kernel.js';
import { executeLoopRound } from './loop-round.js';
import { LOCAL_ROW, Mask, REMOTE_ROW } from './mask.js';
import type { ParameterValues } from './parameters.js';
import type { RegionClass, RegionClasses } from './region-class.js';
import {
  firstIssuePs,
  issueStepPs,
  kept,
  optimizedCores,
  type PlannedRound,
  type RegionLists,
  type RoundEnd,
  type RoundOutcome,
  type RoundShape,
  rotationOf,
} from './round.js';
import type { RoundSums } from './round-sums.js';
import type { RemoteTimes, Series } from './series.js';
import type { Topology } from './topology.js';

/** What rounds are executed on. */
export interface ExecutorHost {
  readonly topology: Topology;
  readonly classes: RegionClasses;
  /** See `RmpoptTables`. */
  readonly baseOfCore: ArrayLike<number>;
}

export interface ExecutorOptions {
  /** Whether guests run: the CPUs of a mask may then be slower, and leave guest mode first. */
  readonly guestsRunning: boolean;
  /** Where random costs come from; `null`: every cost is what the machine says. */
  readonly jitter: JitterSource | null;
  /** Whether a round on regions of classes seen before is looked up instead of executed again. Changes no result. */
  readonly remembers: boolean;
}

/** Executes rounds: has the kernel execute their RMPOPTs, and adds up what they came to. */
export class Executor {
  readonly #remembers: boolean;
  readonly #host: ExecutorHost;
  readonly #guestsRunning: boolean;
  readonly #jitter: Jitter | null;
  readonly #costs: CostTable;
  readonly #kernel: Kernel;
  #values: ParameterValues;
  #sending: SendingCosts;
  #condReschedPs = 0;
  readonly #masks = new Map<RoundShape, Mask>();

  constructor(host: ExecutorHost, values: ParameterValues, options: ExecutorOptions) {
    const { guestsRunning, jitter, remembers } = options;
    const { topology, baseOfCore } = host;
    this.#host = host;
    this.#guestsRunning = guestsRunning;
    this.#jitter = jitter === null ? null : new Jitter(values, guestsRunning, jitter, topology.cpus);
    // Random costs make every round another one.
    this.#remembers = remembers && jitter === null;
    this.#costs = this.#jitter?.table ?? new CostTable(2, values);
    this.#kernel = new Kernel(topology, values, this.#costs, baseOfCore);
    this.#values = values;
    this.#sending = sendingCosts(values, guestsRunning, 1);
    this.take(values);
  }

  /** Changes what rounds cost from now on, except for random costs. Switches must stay what they are; sums must have been taken. */
  take(values: ParameterValues): void {
    this.#values = values;
    this.#sending = sendingCosts(values, this.#guestsRunning, 1);
    this.#condReschedPs = picoseconds(values.condReschedNs);
    if (this.#jitter !== null) return;
    this.#costs.take(values);
    this.#costs.write(LOCAL_ROW, 1);
    this.#costs.write(REMOTE_ROW, remoteFactor(values, this.#guestsRunning));
  }

  /** @param classOf the class of each region before the round */
  execute(planned: PlannedRound, classOf: (region: number) => RegionClass): RoundOutcome {
    const mask = this.#maskOf(planned.shape);
    // A round in which CPUs have lists of their own does not come twice.
    const comesAgain = this.#remembers && ('region' in planned || planned.lists.length === 1);
    if (!comesAgain) {
      const outcome = this.#execute(mask, planned, classOf);
      if ('region' in planned) mask.sums.count(outcome, this.#kernel.successes);
      else mask.sums.add(outcome, 1);
      return outcome;
    }
    const keyOf = (region: number) => this.#keyOf(planned.shape, classOf(region), region);
    const key = 'region' in planned ? keyOf(planned.region) : (planned.lists[0] ?? []).map(keyOf).join();
    const one = mask.known.get(key) ?? { outcome: kept(this.#execute(mask, planned, classOf)), uses: 0 };
    if (one.uses++ === 0) mask.known.set(key, one);
    return one.outcome;
  }

  #execute(mask: Mask, planned: PlannedRound, classOf: (region: number) => RegionClass): RoundOutcome {
    const sending = this.#sendingOf(planned);
    if ('lists' in planned) return this.#executeLoops(mask, planned.lists, sending, classOf);
    return this.#executeRegion(mask, classOf(planned.region), planned.region, sending);
  }

  #sendingOf(planned: PlannedRound): SendingCosts {
    const isSent = planned.shape.delivery !== 'local' && this.#jitter !== null;
    return isSent ? this.#jitter.sendingOf(planned) : this.#sending;
  }

  /** A round on one region of which only the end is wanted, without random costs and in the order of the mask. */
  endOf(shape: RoundShape, regionClass: RegionClass): RoundEnd {
    return this.#executeSeries(shape, regionClass, 0);
  }

  /** What the CPUs spent in the last round that `endOf` was asked for. */
  remoteTimes(shape: RoundShape): RemoteTimes {
    return this.#seriesOf(shape).remoteTimes();
  }

  /**
   * Rounds on regions that are alike, without random costs, of which only their end and what each CPU spends in them are wanted; the
   * latter is added up.
   * @param regions at least one
   * @returns the end of them all
   */
  addTimes(shape: RoundShape, regionClass: RegionClass, regions: readonly number[]): RoundEnd {
    const { sums } = this.#maskOf(shape);
    // If each issues later than the one before, they issue in the order of the mask.
    const isAtOnce = shape.calls.length === 0 && issueStepPs(shape, this.#sending) === 0;
    const rounds = new Int32Array(shape.cpus.length);
    for (const region of regions) rounds[isAtOnce ? rotationOf(shape, region, this.#values) : 0]++;
    let end = this.endOf(shape, regionClass);
    let durationPs = 0;
    for (const [start, count] of rounds.entries()) {
      if (count === 0) continue;
      end = this.#executeSeries(shape, regionClass, start);
      sums.addTimes(this.#seriesOf(shape).spentPs(), count);
      durationPs += count * end.durationPs;
    }
    return { ...end, durationPs };
  }

  #executeSeries(shape: RoundShape, regionClass: RegionClass, start: number): RoundEnd {
    const { classes, topology } = this.#host;
    const sending = this.#sending;
    const mask = this.#maskOf(shape);
    this.#kernel.begin([regionClass], false);
    const lastPs = this.#kernel.issueSeries(
      mask,
      mask.series(topology.cores),
      start,
      firstIssuePs(shape, sending),
      issueStepPs(shape, sending),
      shape.calls.length > 0 ? sending.serialCallPs : null,
    );
    return {
      durationPs: lastPs + (shape.condResched ? this.#condReschedPs : 0),
      senderSucceeded: shape.senderPosition >= 0 && this.#kernel.carry[shape.senderPosition] === 1,
      next: this.#kernel.classAfter(0, classes),
    };
  }

  /** What all rounds have come to since the last time or the start of the pass. */
  takeSums(): RoundSums[] {
    const masks = [...this.#masks.values()];
    this.#masks.clear();
    for (const mask of masks) {
      mask.settle();
      mask.sums.finish();
    }
    return masks.map(({ sums }) => sums).filter(({ rounds }) => rounds > 0);
  }

  /** @param pass number of the pass, from 1: it is planned anew, with shapes of its own */
  beginPass(pass: number): void {
    this.#jitter?.beginSweep(pass);
    this.#masks.clear();
  }

  /** Looks up no outcome any more that there has been: what they depended on has changed. */
  forget(): void {
    for (const mask of this.#masks.values()) mask.settle();
  }

  /** A round in which every CPU of the mask issues one RMPOPT, all at once or each some time after the one before. */
  #executeRegion(mask: Mask, regionClass: RegionClass, region: number, sending: SendingCosts): RoundOutcome {
    const { shape, order, records } = mask;
    const kernel = this.#kernel;
    const { issuePs, spentPs, workPs, carry } = kernel;
    const [firstPs, stepPs] = [firstIssuePs(shape, sending), issueStepPs(shape, sending)];
    const size = shape.cpus.length;
    issuePs.fill(firstPs, 0, size);
    for (let position = 1; stepPs > 0 && position < size; position++) issuePs[position] += position * stepPs;
    this.#jitter?.draw(mask, region, 0, size);
    kernel.begin([regionClass], shape.hasSiblings);
    const callPs = shape.calls.length > 0 ? sending.serialCallPs : null;
    // If each issues later than the one before, they issue in the order of the mask.
    const isAtOnce = stepPs === 0 && callPs === null;
    const start = isAtOnce ? rotationOf(shape, region, this.#values) : 0;
    const sums = this.#remembers ? null : mask.sums.byCpu;
    const last = kernel.issue(mask, 0, order, start, start + size, callPs, sums);
    const [sendingPs, executingPs, lastPs] = [issuePs[last], workPs[last], spentPs[last]];
    return {
      shape,
      durationPs: sendingPs + lastPs + (shape.condResched ? this.#condReschedPs : 0),
      firstIssuePs: firstPs,
      issueStepPs: stepPs,
      critical: { sendingPs, executingPs, queuedPs: lastPs - executingPs },
      senderSucceeded: shape.senderPosition >= 0 && carry[shape.senderPosition] === 1,
      byCpu: records,
      visits: [
        {
          next: kernel.classAfter(0, this.#host.classes),
          optimizedCores: optimizedCores(shape, carry, kernel.successes),
        },
      ],
    };
  }

  #executeLoops(
    mask: Mask,
    lists: RegionLists,
    sending: SendingCosts,
    classOf: (region: number) => RegionClass,
  ): RoundOutcome {
    const { shape } = mask;
    return executeLoopRound(mask, lists, classOf, {
      kernel: this.#kernel,
      classes: this.#host.classes,
      values: this.#values,
      jitter: this.#jitter,
      firstPs: firstIssuePs(shape, sending),
      stepPs: issueStepPs(shape, sending),
      condReschedPs: shape.condResched ? this.#condReschedPs : 0,
    });
  }

  #maskOf(shape: RoundShape): Mask {
    const known = this.#masks.get(shape);
    if (known !== undefined) return known;
    const mask = new Mask(shape, this.#kernel.spentPs, this.#kernel.carry);
    this.#masks.set(shape, mask);
    return mask;
  }

  #seriesOf(shape: RoundShape): Series {
    return this.#maskOf(shape).series(this.#host.topology.cores);
  }

  #keyOf(shape: RoundShape, regionClass: RegionClass, region: number): number {
    return regionClass.id * this.#host.topology.cpus + rotationOf(shape, region, this.#values);
  }
}

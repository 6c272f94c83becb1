import { IssueOrder } from './issue-order.js';
import type { RegionClass } from './region-class.js';
import { RegionInRound, type ResultQueue } from './region-in-round.js';
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

/** The regions each CPU of a mask goes through by itself: one list for all of them, or one per position of the mask. */
export type RegionLists = readonly (readonly number[])[];

/** What a round in which CPUs loop by themselves came to. */
export interface LoopRoundOutcome extends RoundOutcome {
  /** In the order of `regionsIn`. */
  readonly visits: readonly RegionVisit[];
}

/** What a round did to one region. */
class RegionVisit {
  /** Per position of the mask, whether its RMPOPT on the region succeeded. */
  readonly optimized: Uint8Array;
  readonly #region: RegionInRound;
  #next: RegionClass | null = null;

  constructor(region: RegionInRound, cpus: number) {
    this.#region = region;
    this.optimized = new Uint8Array(cpus);
  }

  /** The region's class after the round; made when asked for. */
  get next(): RegionClass {
    this.#next ??= this.#region.next();
    return this.#next;
  }
}

/** Every region of some lists once, in the order in which they come up. */
export function regionsIn(lists: RegionLists): readonly number[] {
  const [first = []] = lists;
  return lists.length === 1 ? first : [...new Set(lists.flat())];
}

/**
 * Executes one round in which every CPU of the mask issues RMPOPT on region after region before it is done: the next at the end
 * of the one before. CPUs do not wait for each other between regions, only in the queues of a region.
 * @param classOf the class of each region before the round
 */
export function executeLoopRound(
  shape: RoundShape,
  lists: RegionLists,
  classOf: (region: number) => RegionClass,
  context: RoundContext,
): LoopRoundOutcome {
  const { costs, values, jitter } = context;
  const sending = jitter?.sendingOfLists(shape, lists) ?? costs;
  const [firstPs, stepPs] = [firstIssuePs(shape, sending), issueStepPs(shape, sending)];
  const startsPs = Float64Array.from(shape.cpus, (_, position) => firstPs + position * stepPs);
  // With one list for all, every region's instructions are known once those before it are; a queue of the machine mixes them.
  // It pays where regions are alike.
  const isByRegion = lists.length === 1 && values.resultQueueScope === 'region' && jitter === null;
  const log = isByRegion
    ? regionAfterRegion(shape, lists[0] ?? [], classOf, startsPs, context)
    : issueAfterIssue(shape, lists, classOf, startsPs, context);
  const critical = criticalPath(startsPs, log.endsPs, log.tally.workPs);
  const lastEndPs = critical.sendingPs + critical.scanningPs + critical.waitingPs;
  return {
    shape,
    visits: log.visits,
    durationPs: lastEndPs + (shape.condResched ? costs.condReschedPs : 0),
    firstIssuePs: firstPs,
    issueStepPs: stepPs,
    critical,
    senderSucceeded: false,
    byCpu: context.recordsCpus ? log.tally.records(log.endsPs) : NO_RECORDS,
  };
}

/** What came of all instructions of a round; arrays by position of the mask. */
interface LoopLog {
  readonly visits: readonly RegionVisit[];
  readonly endsPs: Float64Array;
  readonly tally: Tally;
}

/** The way of the CPU that ended last, of several the first in the mask. */
function criticalPath(startsPs: Float64Array, endsPs: Float64Array, workPs: Float64Array): CriticalPath {
  let last = 0;
  for (let position = 1; position < endsPs.length; position++) {
    if ((endsPs[position] ?? 0) > (endsPs[last] ?? 0)) last = position;
  }
  const [startPs = 0, endPs = 0, scanningPs = 0] = [startsPs[last], endsPs[last], workPs[last]];
  return { sendingPs: startPs, scanningPs, waitingPs: endPs - startPs - scanningPs };
}

const NO_TIMES = new Float64Array(0);

/** When CPUs arrive at a region, after the first of them. */
type Arrivals = Float64Array;

/** One region passed by all CPUs: what depends on its class and on how far apart they arrive, and on nothing else. */
interface Stage {
  readonly visit: RegionVisit;
  /** How much later the first CPU leaves than the first arrives. */
  readonly advancePs: number;
  /** When CPUs leave, after the first: the same array as the arrivals where nothing has changed. */
  readonly leaving: Arrivals;
  readonly durationsPs: Float64Array;
  readonly workPs: Float64Array;
}

/** All CPUs over one list: soon they follow each other at the same distance, and regions of a class are all alike. */
function regionAfterRegion(
  shape: RoundShape,
  list: readonly number[],
  classOf: (region: number) => RegionClass,
  startsPs: Float64Array,
  context: RoundContext,
): LoopLog {
  // Only as long as CPUs keep their distance do stages come again.
  const known = new Map<number, Stage>();
  const counts = new Map<Stage, number>();
  let nowPs = startsPs[0] ?? 0;
  let arrivals: Arrivals = startsPs.map((ps) => ps - nowPs);
  const order = Int32Array.from(shape.cpus, (_, position) => position);
  const visits = list.map((region) => {
    const regionClass = classOf(region);
    const key = regionClass.id * shape.cpus.length + rotationOf(shape, region, context.values);
    const stage = known.get(key) ?? executeStage(shape, regionClass, region, arrivals, order, context);
    if (stage.leaving === arrivals) known.set(key, stage);
    else known.clear();
    if (context.recordsCpus) counts.set(stage, (counts.get(stage) ?? 0) + 1);
    nowPs += stage.advancePs;
    arrivals = stage.leaving;
    return stage.visit;
  });
  const endsPs = arrivals.map((ps) => nowPs + ps);
  const tally = new Tally(startsPs);
  for (const [stage, howOften] of counts) {
    for (let position = 0; position < shape.cpus.length; position++) {
      const succeeds = stage.visit.optimized[position] === 1;
      const [durationPs = 0, workPs = 0] = [stage.durationsPs[position], stage.workPs[position]];
      tally.add(position, howOften, succeeds, durationPs, workPs);
    }
  }
  return { visits, endsPs, tally };
}

function executeStage(
  shape: RoundShape,
  regionClass: RegionClass,
  region: number,
  arrivals: Arrivals,
  order: Int32Array,
  context: RoundContext,
): Stage {
  const state = new RegionInRound(shape, regionClass, region, context, { freePs: 0 });
  const endsPs = times(shape);
  const isKept = context.recordsCpus;
  const [durationsPs, workPs] = isKept ? [times(shape), times(shape)] : [NO_TIMES, NO_TIMES];
  const visit = new RegionVisit(state, isKept ? shape.cpus.length : 0);
  orderByIssue(order, arrivals, rotationOf(shape, region, context.values));
  for (const position of order) {
    const issuePs = arrivals[position] ?? 0;
    state.issue(shape.cpus[position] ?? 0, issuePs);
    endsPs[position] = state.endPs;
    if (!isKept) continue;
    durationsPs[position] = state.endPs - issuePs;
    workPs[position] = state.workPs;
    visit.optimized[position] = state.succeeds ? 1 : 0;
  }
  const [advancePs, leaving] = sinceFirst(endsPs, arrivals);
  return { visit, advancePs, leaving, durationsPs, workPs };
}

/** How long until the first has left, and the others' times after it: the arrivals themselves if these are the same. */
function sinceFirst(endsPs: Float64Array, arrivals: Arrivals): [advancePs: number, leaving: Arrivals] {
  let firstPs = Number.POSITIVE_INFINITY;
  for (const ps of endsPs) firstPs = Math.min(firstPs, ps);
  let isSteady = true;
  for (let position = 0; position < endsPs.length; position++) {
    endsPs[position] = (endsPs[position] ?? 0) - firstPs;
    isSteady &&= endsPs[position] === arrivals[position];
  }
  return [firstPs, isSteady ? arrivals : endsPs];
}

/**
 * Puts positions in the order of issue; of equal times in the order of the mask, from `rotation` on. From region to region the
 * order changes little, which insertion sort makes the most of.
 */
function orderByIssue(order: Int32Array, timesPs: Arrivals, rotation: number): void {
  const size = order.length;
  for (let i = 1; i < size; i++) {
    const position = order[i] ?? 0;
    const timePs = timesPs[position] ?? 0;
    let place = i;
    for (; place > 0; place--) {
      const before = order[place - 1] ?? 0;
      const beforePs = timesPs[before] ?? 0;
      if (
        beforePs < timePs ||
        (beforePs === timePs && rankOf(before, rotation, size) < rankOf(position, rotation, size))
      )
        break;
      order[place] = before;
    }
    order[place] = position;
  }
}

/** All CPUs in the order of time, instruction by instruction. */
function issueAfterIssue(
  shape: RoundShape,
  lists: RegionLists,
  classOf: (region: number) => RegionClass,
  startsPs: Float64Array,
  context: RoundContext,
): LoopLog {
  const size = shape.cpus.length;
  const ofMachine: ResultQueue = { freePs: 0 };
  const regions = new Map(
    regionsIn(lists).map((region) => {
      const results = context.values.resultQueueScope === 'machine' ? ofMachine : { freePs: 0 };
      const state = new RegionInRound(shape, classOf(region), region, context, results);
      return [region, { state, visit: new RegionVisit(state, size) }];
    }),
  );
  const tally = new Tally(startsPs);
  const endsPs = startsPs.slice();
  const order = new IssueOrder(size);
  const regionAt = (position: number) =>
    (lists.length === 1 ? lists[0] : lists[position])?.[tally.instructions[position] ?? 0];
  const enqueue = (position: number) => {
    const done = tally.instructions[position] ?? 0;
    const region = regionAt(position);
    if (region === undefined) return;
    const rank = rankOf(position, rotationOf(shape, region, context.values), size);
    order.push(position, endsPs[position] ?? 0, done, rank);
  };
  for (let position = 0; position < size; position++) enqueue(position);
  for (let position = order.pop(); position >= 0; position = order.pop()) {
    const atPs = endsPs[position] ?? 0;
    const region = regions.get(regionAt(position) ?? -1);
    if (region === undefined) throw new Error(`CPU ${shape.cpus[position]} has no region to go on with`);
    region.state.issue(shape.cpus[position] ?? 0, atPs);
    const { endPs, succeeds, workPs } = region.state;
    region.visit.optimized[position] = succeeds ? 1 : 0;
    endsPs[position] = endPs;
    tally.add(position, 1, succeeds, endPs - atPs, workPs);
    enqueue(position);
  }
  const visits = [...regions.values()].map(({ visit }) => visit);
  return { visits, endsPs, tally };
}

function times({ cpus }: RoundShape): Float64Array {
  return new Float64Array(cpus.length);
}

/** The place of a position among those who issue on a region at once. */
function rankOf(position: number, rotation: number, size: number): number {
  return (position - rotation + size) % size;
}

/** What the CPUs of a round did, added up instruction by instruction; arrays by position of the mask. */
class Tally {
  readonly instructions: Uint32Array;
  readonly workPs: Float64Array;
  readonly #optimized: Uint32Array;
  readonly #shortestPs: Float64Array;
  readonly #longestPs: Float64Array;
  readonly #startsPs: Float64Array;

  constructor(startsPs: Float64Array) {
    const size = startsPs.length;
    this.#startsPs = startsPs;
    this.instructions = new Uint32Array(size);
    this.workPs = new Float64Array(size);
    this.#optimized = new Uint32Array(size);
    this.#shortestPs = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
    this.#longestPs = new Float64Array(size);
  }

  /** Adds so many RMPOPTs that were all alike. */
  add(position: number, howOften: number, succeeds: boolean, durationPs: number, workPs: number): void {
    const at = (array: ArrayLike<number>) => array[position] ?? 0;
    this.instructions[position] = at(this.instructions) + howOften;
    this.workPs[position] = at(this.workPs) + howOften * workPs;
    this.#optimized[position] = at(this.#optimized) + (succeeds ? howOften : 0);
    this.#shortestPs[position] = Math.min(at(this.#shortestPs), durationPs);
    this.#longestPs[position] = Math.max(at(this.#longestPs), durationPs);
  }

  /** @param endsPs when each CPU ended its last */
  records(endsPs: Float64Array): CpuRecords {
    return {
      instructions: this.instructions,
      optimized: this.#optimized,
      busyPs: endsPs.map((ps, position) => ps - (this.#startsPs[position] ?? 0)),
      shortestPs: this.#shortestPs,
      longestPs: this.#longestPs,
    };
  }
}

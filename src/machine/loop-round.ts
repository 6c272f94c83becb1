import { IssueOrder } from './issue-order.js';
import type { Jitter } from './jitter.js';
import type { Kernel } from './kernel.js';
import type { Mask } from './mask.js';
import type { ParameterValues } from './parameters.js';
import type { RegionClass, RegionClasses } from './region-class.js';
import {
  type CriticalPath,
  optimizedCores,
  type RegionLists,
  type RegionVisit,
  type RoundOutcome,
  regionsIn,
  rotationOf,
} from './round.js';
import { CpuSums } from './round-sums.js';

/** What a round in which CPUs loop by themselves is executed with. */
export interface LoopRoundContext {
  readonly kernel: Kernel;
  readonly classes: RegionClasses;
  readonly values: ParameterValues;
  readonly jitter: Jitter | null;
  /** When the first CPU begins, and how much later each further one does. */
  readonly firstPs: number;
  readonly stepPs: number;
  readonly condReschedPs: number;
}

/**
 * Executes one round in which every CPU of the mask issues RMPOPT on region after region before it is done: the next at the end
 * of the one before. CPUs do not wait for each other between regions, only in the queues of a region.
 * @param classOf the class of each region before the round
 */
export function executeLoopRound(
  mask: Mask,
  lists: RegionLists,
  classOf: (region: number) => RegionClass,
  context: LoopRoundContext,
): RoundOutcome {
  const { values, jitter, firstPs, stepPs, condReschedPs } = context;
  const { shape } = mask;
  const startsPs = Float64Array.from(shape.cpus, (_, position) => firstPs + position * stepPs);
  // If all CPUs share one list, each region can be executed after the one before. This pays, since alike regions are executed once.
  // One queue for the whole machine mixes regions, so it rules this out.
  const isByRegion = lists.length === 1 && values.resultQueueScope === 'region' && jitter === null;
  const log = isByRegion
    ? regionAfterRegion(mask, lists[0] ?? [], classOf, startsPs, context)
    : issueAfterIssue(mask, lists, classOf, startsPs, context);
  const critical = criticalPath(startsPs, log);
  const lastEndPs = critical.sendingPs + critical.executingPs + critical.queuedPs;
  return {
    shape,
    visits: log.visits,
    durationPs: lastEndPs + condReschedPs,
    firstIssuePs: firstPs,
    issueStepPs: stepPs,
    critical,
    senderSucceeded: false,
    byCpu: log.sums,
  };
}

/** The results of all RMPOPTs of a round; arrays by position of the mask. */
interface LoopLog {
  readonly visits: readonly RegionVisit[];
  readonly sums: CpuSums;
  /** What each CPU spent without waiting. */
  readonly workPs: Float64Array;
}

/** How the CPU that ended last spent its time; the first in the mask of several. */
function criticalPath(startsPs: Float64Array, { sums: { inRmpoptPs }, workPs }: LoopLog): CriticalPath {
  let last = 0;
  for (let position = 1; position < startsPs.length; position++) {
    if (startsPs[position] + inRmpoptPs[position] > startsPs[last] + inRmpoptPs[last]) last = position;
  }
  const [sendingPs = 0, spentPs = 0, executingPs = 0] = [startsPs[last], inRmpoptPs[last], workPs[last]];
  return { sendingPs, executingPs, queuedPs: spentPs - executingPs };
}

/** When CPUs arrive at a region, after the first of them. */
type Arrivals = Float64Array;

/** One region passed by all CPUs: what depends on its class and on how far apart they arrive, and on nothing else. */
interface Stage {
  readonly visit: RegionVisit;
  /** When CPUs leave, after the first: the same array as the arrivals where nothing has changed. */
  readonly leaving: Arrivals;
  readonly spentPs: Float64Array;
  readonly workPs: Float64Array;
  readonly carry: Float64Array;
}

/** All CPUs over one list: soon they follow each other at the same distance, and regions of a class are all alike. */
function regionAfterRegion(
  mask: Mask,
  list: readonly number[],
  classOf: (region: number) => RegionClass,
  startsPs: Float64Array,
  context: LoopRoundContext,
): LoopLog {
  const { shape } = mask;
  // A stage comes again only while the CPUs keep their distance.
  const known = new Map<number, Stage>();
  const counts = new Map<Stage, number>();
  let arrivals: Arrivals = startsPs.map((ps) => ps - (startsPs[0] ?? 0));
  const order = Int32Array.from(shape.cpus, (_, position) => position);
  const visits = list.map((region) => {
    const regionClass = classOf(region);
    const rotation = rotationOf(shape, region, context.values);
    const key = regionClass.id * shape.cpus.length + rotation;
    const stage = known.get(key) ?? executeStage(mask, regionClass, rotation, arrivals, order, context);
    if (stage.leaving === arrivals) known.set(key, stage);
    else known.clear();
    counts.set(stage, (counts.get(stage) ?? 0) + 1);
    arrivals = stage.leaving;
    return stage.visit;
  });
  const log = { visits, sums: new CpuSums(startsPs.length), workPs: new Float64Array(startsPs.length) };
  for (const [{ carry, spentPs, workPs }, times] of counts) {
    for (let position = 0; position < startsPs.length; position++) {
      log.sums.add(position, times, carry[position], spentPs[position]);
      log.workPs[position] += times * workPs[position];
    }
  }
  return log;
}

function executeStage(
  mask: Mask,
  regionClass: RegionClass,
  rotation: number,
  arrivals: Arrivals,
  order: Int32Array,
  { kernel, classes }: LoopRoundContext,
): Stage {
  const size = arrivals.length;
  orderByIssue(order, arrivals, rotation);
  kernel.begin([regionClass], mask.shape.hasSiblings);
  kernel.issuePs.set(arrivals);
  kernel.issue(mask, 0, order, 0, size, null, null);
  const [spentPs, workPs, carry] = [kernel.spentPs, kernel.workPs, kernel.carry].map((all) =>
    all.slice(0, size),
  );
  const next = kernel.classAfter(0, classes);
  const visit = { next, optimizedCores: optimizedCores(mask.shape, carry, kernel.successes) };
  return { visit, leaving: leavingAfter(arrivals, spentPs), spentPs, workPs, carry };
}

/** When CPUs leave, after the first of them: the arrivals themselves if these are the same. */
function leavingAfter(arrivals: Arrivals, spentPs: Float64Array): Arrivals {
  const leaving = new Float64Array(arrivals.length);
  let firstPs = Number.POSITIVE_INFINITY;
  for (let position = 0; position < leaving.length; position++) {
    leaving[position] = arrivals[position] + spentPs[position];
    if (leaving[position] < firstPs) firstPs = leaving[position];
  }
  let isSame = true;
  for (let position = 0; position < leaving.length; position++) {
    leaving[position] -= firstPs;
    if (leaving[position] !== arrivals[position]) isSame = false;
  }
  return isSame ? arrivals : leaving;
}

/**
 * Sorts positions by time of issue; those of equal times in the order of the mask, from `rotation` on. The order changes little from
 * region to region, which suits insertion sort.
 */
function orderByIssue(order: Int32Array, timesPs: Arrivals, rotation: number): void {
  const size = order.length;
  for (let i = 1; i < size; i++) {
    const position = order[i];
    const timePs = timesPs[position];
    const rank = rankOf(position, rotation, size);
    let place = i;
    for (; place > 0; place--) {
      const before = order[place - 1];
      const laterPs = timePs - timesPs[before];
      if (laterPs > 0 || (laterPs === 0 && rankOf(before, rotation, size) < rank)) break;
      order[place] = before;
    }
    order[place] = position;
  }
}

/** All CPUs in the order of time, instruction by instruction. */
function issueAfterIssue(
  mask: Mask,
  lists: RegionLists,
  classOf: (region: number) => RegionClass,
  startsPs: Float64Array,
  { kernel, classes, values, jitter }: LoopRoundContext,
): LoopLog {
  const { shape } = mask;
  const size = shape.cpus.length;
  const regions = regionsIn(lists);
  const slotOf = new Map(regions.map((region, slot) => [region, slot]));
  kernel.begin(regions.map(classOf), shape.hasSiblings);
  const sums = new CpuSums(size);
  const allWorkPs = new Float64Array(size);
  const endsPs = startsPs.slice();
  const carries = regions.map(() => new Uint8Array(size));
  const successes = new Int32Array(regions.length);
  const order = new IssueOrder(size);
  const slots = lists.map((list) => Int32Array.from(list, (region) => slotOf.get(region) ?? -1));
  const rotations = Int32Array.from(regions, (region) => rotationOf(shape, region, values));
  // How many each has issued, and the slot of the region it goes on with.
  const issued = new Int32Array(size);
  const slotAt = new Int32Array(size);
  const enqueue = (position: number) => {
    const own = slots[slots.length === 1 ? 0 : position];
    const done = issued[position];
    if (done === own.length) return;
    const slot = own[done];
    slotAt[position] = slot;
    order.push(position, endsPs[position], done, rankOf(position, rotations[slot], size));
  };
  for (let position = 0; position < size; position++) enqueue(position);
  for (let position = order.pop(); position >= 0; position = order.pop()) {
    const slot = slotAt[position];
    jitter?.draw(mask, regions[slot], position, position + 1);
    kernel.issuePs[position] = endsPs[position];
    kernel.issue(mask, slot, mask.order, position, position + 1, null, null);
    const spentPs = kernel.spentPs[position];
    const succeeds = kernel.carry[position];
    carries[slot][position] = succeeds;
    successes[slot] += succeeds;
    endsPs[position] += spentPs;
    issued[position]++;
    sums.add(position, 1, succeeds, spentPs);
    allWorkPs[position] += kernel.workPs[position];
    enqueue(position);
  }
  const visits = carries.map((carry, slot) => ({
    next: kernel.classAfter(slot, classes),
    optimizedCores: optimizedCores(shape, carry, successes[slot]),
  }));
  return { visits, sums, workPs: allWorkPs };
}

/** The place of a position among those who issue on a region at once. */
function rankOf(position: number, rotation: number, size: number): number {
  return position < rotation ? position - rotation + size : position - rotation;
}

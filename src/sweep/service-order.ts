import { Executor } from '../machine/executor.js';
import type { JitterSource } from '../machine/jitter.js';
import { MaskTimes } from '../machine/kernel.js';
import type { ParameterValues } from '../machine/parameters.js';
import type { RegionClass } from '../machine/region-class.js';
import { type RegionLists, type RoundResult, type RoundShape, regionsIn } from '../machine/round.js';
import { picoseconds } from '../units.js';
import type { SweepHistogram } from './predict.js';
import { callByCall, runSweep, type SweepGround } from './run-sweep.js';
import type { Phase, PlannedRound } from './strategy.js';

/** What CPUs spend in one loop of a sweep; arrays by CPU number. */
export interface CpuTimes {
  /** Of the whole loop. */
  readonly elapsedPs: number;
  /** Inside RMPOPT, waiting included. */
  readonly inRmpoptPs: Float64Array;
  /** The most in one round. */
  readonly longestStretchPs: Float64Array;
}

/**
 * What each CPU would spend in a sweep if those who issue at once were served in the other order that `arrivalOrder` knows. Nobody has
 * measured in which order they are.
 * @param histogram where costs are random, one in which every region stands for itself
 * @returns by phase; one that does not take place is missing
 */
export function timesInOtherOrder(
  histogram: SweepHistogram,
  values: ParameterValues,
  jitter: JitterSource | null,
): ReadonlyMap<Phase, CpuTimes> {
  const arrivalOrder = values.arrivalOrder === 'cpu' ? 'rotate' : 'cpu';
  const ground = new TimesGround(histogram, { ...values, arrivalOrder }, jitter);
  const timelines = runSweep(ground, histogram.plan);
  return new Map(timelines.map(({ phase, elapsedPs }, i) => [phase, { elapsedPs, ...ground.loops[i] }]));
}

/** Runs a plan over the histogram of a sweep and adds up what each CPU spends; regions alike that are served alike count at once. */
class TimesGround implements SweepGround<RoundResult> {
  readonly clockReadPs: number;
  /** Loop after loop. */
  readonly loops: Omit<CpuTimes, 'elapsedPs'>[] = [];
  readonly #histogram: SweepHistogram;
  readonly #executor: Executor;
  /** What the last round on a region left of it. */
  readonly #classOf = new Map<number, RegionClass>();
  /** Of the loop so far, by shape. */
  readonly #times = new Map<RoundShape, MaskTimes>();

  constructor(histogram: SweepHistogram, values: ParameterValues, jitter: JitterSource | null) {
    const { guestsRunning } = histogram;
    this.clockReadPs = picoseconds(values.clockReadNs);
    this.#histogram = histogram;
    const options = { guestsRunning, jitter, remembers: true, addsUp: false };
    this.#executor = new Executor(histogram, values, options);
  }

  beginPass(): void {
    this.#executor.beginPass(this.#histogram.pass);
  }

  roundsOf(planned: PlannedRound): readonly PlannedRound[] {
    return callByCall(planned);
  }

  execute(planned: PlannedRound): RoundResult {
    if ('lists' in planned) return this.#executeLoops(planned.shape, planned.lists);
    const { shape, region } = planned;
    const members = this.#histogram.membersOf.get(region) ?? [];
    const end = this.#executor.addTimes(shape, this.#classOfRegion(region), members, this.#timesOf(shape));
    this.#classOf.set(region, end.next);
    return end;
  }

  timesOf(): number {
    return 1;
  }

  takeSums(): [] {
    const { cpus } = this.#histogram.topology;
    const [inRmpoptPs, longestStretchPs] = [new Float64Array(cpus), new Float64Array(cpus)];
    for (const [shape, times] of this.#times) {
      for (const [position, cpu] of shape.cpus.entries()) {
        inRmpoptPs[cpu] += times.inRmpoptPs[position];
        longestStretchPs[cpu] = Math.max(longestStretchPs[cpu], times.longestPs[position]);
      }
    }
    this.#times.clear();
    this.loops.push({ inRmpoptPs, longestStretchPs });
    return [];
  }

  #executeLoops(shape: RoundShape, lists: RegionLists): RoundResult {
    const outcome = this.#executor.loops(shape, lists, (region) => this.#classOfRegion(region));
    for (const [i, region] of regionsIn(lists).entries()) this.#classOf.set(region, outcome.visits[i].next);
    const times = this.#timesOf(shape);
    times.rounds = 1;
    times.addRecords(outcome.byCpu);
    return outcome;
  }

  #timesOf(shape: RoundShape): MaskTimes {
    const known = this.#times.get(shape);
    if (known !== undefined) return known;
    const times = new MaskTimes(shape.cpus.length, this.#histogram.topology.cores);
    this.#times.set(shape, times);
    return times;
  }

  #classOfRegion(region: number): RegionClass {
    const known = this.#classOf.get(region) ?? this.#histogram.regions.get(region)?.regionClass;
    if (known === undefined) throw new Error(`region ${region} is not part of the histogram`);
    return known;
  }
}

import { Executor } from '../machine/executor.js';
import type { JitterSource } from '../machine/jitter.js';
import type { ParameterValues } from '../machine/parameters.js';
import type { PlannedRound, RoundResult } from '../machine/round.js';
import type { RoundSums } from '../machine/round-sums.js';
import { picoseconds } from '../units.js';
import { RegionStates, type SweepHistogram } from './predict.js';
import { callByCall, type PhaseTimeline, runSweep, type SweepGround } from './run-sweep.js';

/**
 * What each CPU would spend in a sweep if those who issue at once were served in the other order that `arrivalOrder` knows. Nobody has
 * measured in which order they are.
 * @param histogram where costs are random, one in which every region stands for itself
 * @returns of the sums only the times in RMPOPT and the longest stretches
 */
export function timesInOtherOrder(
  histogram: SweepHistogram,
  values: ParameterValues,
  jitter: JitterSource | null,
): PhaseTimeline[] {
  const arrivalOrder = values.arrivalOrder === 'cpu' ? 'rotate' : 'cpu';
  return runSweep(new TimesGround(histogram, { ...values, arrivalOrder }, jitter), histogram.plan);
}

/** Runs a plan over the histogram of a sweep and adds up what each CPU spends; regions alike that are served alike count at once. */
class TimesGround implements SweepGround<RoundResult> {
  readonly clockReadPs: number;
  readonly #histogram: SweepHistogram;
  readonly #executor: Executor;
  readonly #states: RegionStates;
  readonly #areCostsRandom: boolean;

  constructor(histogram: SweepHistogram, values: ParameterValues, jitter: JitterSource | null) {
    const { guestsRunning } = histogram;
    this.clockReadPs = picoseconds(values.clockReadNs);
    this.#histogram = histogram;
    this.#areCostsRandom = jitter !== null;
    this.#states = new RegionStates(histogram);
    this.#executor = new Executor(histogram, values, { guestsRunning, jitter, remembers: true });
  }

  beginPass(): void {
    this.#executor.beginPass(this.#histogram.pass);
  }

  roundsOf(planned: PlannedRound): readonly PlannedRound[] {
    return callByCall(planned);
  }

  execute(planned: PlannedRound): RoundResult {
    if ('lists' in planned || this.#areCostsRandom) return this.#states.execute(this.#executor, planned);
    const { shape, region } = planned;
    const members = this.#histogram.regions.get(region)?.members ?? [];
    const end = this.#executor.addTimes(shape, this.#states.of(region), members);
    this.#states.keep(region, end.next);
    return end;
  }

  takeSums(): readonly RoundSums[] {
    return this.#executor.takeSums();
  }
}

import { Executor } from '../machine/executor.js';
import type { JitterSource } from '../machine/jitter.js';
import type { ParameterValues } from '../machine/parameters.js';
import type { RoundResult } from '../machine/round.js';
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
  return runSweep(timesGround(histogram, { ...values, arrivalOrder }, jitter), histogram.plan);
}

/** Adds up what each CPU spends in the sweep of a histogram; regions alike that are served alike count at once. */
function timesGround(
  histogram: SweepHistogram,
  values: ParameterValues,
  jitter: JitterSource | null,
): SweepGround<RoundResult> {
  const { guestsRunning, pass, regions } = histogram;
  const states = new RegionStates(histogram);
  const executor = new Executor(histogram, values, { guestsRunning, jitter, remembers: true });
  return {
    clockReadPs: picoseconds(values.clockReadNs),
    beginPass: () => executor.beginPass(pass),
    roundsOf: callByCall,
    execute(planned) {
      if ('lists' in planned || jitter !== null) return states.execute(executor, planned);
      const { shape, region } = planned;
      const end = executor.addTimes(shape, states.of(region), regions.get(region)?.members ?? []);
      states.keep(region, end.next);
      return end;
    },
    takeSums: () => executor.takeSums(),
  };
}

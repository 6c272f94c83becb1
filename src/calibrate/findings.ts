import { PARAMETERS, type ParameterName } from '../machine/parameters.js';
import { bandsOfCluster, clustersOf } from '../measure/bands.js';
import { quantileNs } from '../measure/mixture.js';
import { rangeKey } from '../measure/range-key.js';
import type { KnownRange } from '../scenario/known-ranges.js';
import type { MachineFile } from '../scenario/machine-file.js';
import { NO_OVERRIDES, resolveMachine } from '../scenario/resolve-machine.js';
import { chooseSweep } from '../sweep/strategies.js';
import type { CalibratedHypothesis } from './calibrate.js';
import type { PhaseTimes } from './chain-task.js';
import { SEED } from './simulate-condition.js';

/** A cost as the figures leave it. */
export interface FittedCost {
  readonly name: ParameterName;
  readonly value: number;
  /** The middle nine tenths of the draws. */
  readonly low: number;
  readonly high: number;
  /** What was plausible before. */
  readonly least: number;
  readonly most: number;
  readonly standing: 'identified' | 'open' | 'undetermined';
}

/** A cost is undetermined where 90 % of its draws span more than this share of its plausible range: before any figure, 90 % do. */
const UNDETERMINED_SHARE = 0.8;
const IDENTIFIED_SHARE = 0.5;

/** Costs, not switches, that were fitted. */
export function fittedCosts({ names, ranges, values, draws }: CalibratedHypothesis): FittedCost[] {
  return names.flatMap((name, i): FittedCost[] => {
    if (PARAMETERS[name].kind === 'switch') return [];
    const ascending = draws.map((draw) => Number(draw.values[i])).sort((a, b) => a - b);
    const [low, high] = middleOf(ascending);
    const { low: least, high: most } = ranges[i] ?? { low: 0, high: 1 };
    const place = (value: number) =>
      least > 0 ? Math.log(value / least) / Math.log(most / least) : (value - least) / (most - least);
    const share = place(high) - place(low);
    const standing =
      share > UNDETERMINED_SHARE ? 'undetermined' : share > IDENTIFIED_SHARE ? 'open' : 'identified';
    return [{ name, value: Number(Number(values[i]).toPrecision(4)), low, high, least, most, standing }];
  });
}

/** The 5 % and 95 % points of ascending values. */
function middleOf(ascending: readonly number[]): [low: number, high: number] {
  const at = (share: number) =>
    ascending[Math.min(ascending.length - 1, Math.floor(share * ascending.length))] ?? 0;
  return [at(0.05), at(0.95)];
}

/** Low, middle and high of the noise of a sweep, and of the difference of a second sweep. */
export function noiseOf({ draws }: CalibratedHypothesis) {
  const spread = (values: readonly number[]) => {
    const ascending = [...values].sort((a, b) => a - b);
    const [low, high] = middleOf(ascending);
    const middle = ascending[Math.floor(ascending.length / 2)] ?? 0;
    return [low, middle, high].map((value) => Number(value.toFixed(3)));
  };
  return {
    sigma: spread(draws.map(({ sigma }) => sigma)),
    second: spread(draws.map(({ second }) => second)),
  };
}

/**
 * The ranges of the sweeps that were asked for, over all draws.
 * @param machine as it is fitted: what no draw sets is the machine's
 * @param plausibleSets as the machine is to have them
 */
export function knownRanges(
  one: CalibratedHypothesis,
  machine: MachineFile,
  plausibleSets: string,
): KnownRange[] {
  const { hypothesis, asked, names, draws, before } = one;
  const failureShared = names.indexOf('failureShared');
  return asked.flatMap(({ scenario, strategy, number, state }, i) => {
    const memoryBytes = scenario.memoryBytes ?? machine.memoryBytes;
    const config = resolveMachine(machine, hypothesis, memoryBytes, NO_OVERRIDES);
    const predictions = draws.map(({ values, sigma, asked: own }) => {
      return { ...own[i], sigma, drawn: failureShared < 0 ? '' : `failureShared=${values[failureShared]}` };
    });
    const range = {
      key: rangeKey(scenario, chooseSweep(strategy, null, null), SEED, number, config, plausibleSets),
      sweep: [scenario.name, strategy, state].join('/'),
      assumed: assumedPhases(
        predictions,
        before.map((own) => own[i]),
      ).join(','),
    };
    return clustersOf(predictions).map((cluster) => {
      const { sets, ...bands } = bandsOfCluster(cluster);
      return { ...range, switches: cluster.drawn, draws: sets, ...bands };
    });
  });
}

/** Where predictions spread nearly as widely as before any figure was known. */
function assumedPhases(predictions: readonly PhaseTimes[], before: readonly PhaseTimes[]): string[] {
  const spread = (times: readonly PhaseTimes[], phase: keyof PhaseTimes) => {
    const [low, high] = middleOf(times.map((time) => time[phase]).sort((a, b) => a - b));
    return high === 0 ? 0 : Math.log(high / low);
  };
  return (['localNs', 'remoteNs'] as const)
    .filter(
      (phase) =>
        spread(before, phase) > 0 && spread(predictions, phase) > UNDETERMINED_SHARE * spread(before, phase),
    )
    .map((phase) => phase.slice(0, -'Ns'.length));
}

/** A figure is out of reach below this quantile of its forecasts, and as far from their upper end. */
const OUT_OF_REACH = 0.005;
/** More noise than this means that some figures are out of reach. */
const NOISE_MAX = 0.1;

/** Why a hypothesis is strained, in words; nothing where it is not. */
export function strainsOf(one: CalibratedHypothesis): string[] {
  const outside = one.figures.flatMap(({ id, ns }, i) => {
    const forecasts = one.draws.map(({ forecasts: all }) => all[i] ?? { logNs: 0, sigma: 0 });
    const isOut = ns < quantileNs(forecasts, OUT_OF_REACH) || ns > quantileNs(forecasts, 1 - OUT_OF_REACH);
    return isOut ? [`${id} is out of reach`] : [];
  });
  const [, middle = 0] = noiseOf(one).sigma;
  return middle > NOISE_MAX
    ? [...outside, `sweeps would have to vary by ${Math.round(100 * middle)} %`]
    : outside;
}

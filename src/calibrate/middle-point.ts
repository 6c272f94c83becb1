import type { MachineFile } from '../scenario/machine-file.js';
import { type Asked, type Draw, type PhaseTimes, predictionsOf } from './chain-task.js';
import { invert } from './evidence.js';

/**
 * A point of the prior whose predictions lie in the middle of what draws predict. The middle of the draws themselves, where the search
 * starts, will not do: costs make up for each other, so that it may predict what few draws do.
 * @param draws with the switches that the machine has
 */
export function middlePoint(
  machine: MachineFile,
  hypothesis: string,
  asked: readonly Asked[],
  draws: readonly Draw[],
): Float64Array {
  const start = Float64Array.from(
    draws[0].point,
    (_, i) => middleOf(draws.map(({ point }) => point[i])).middle,
  );
  const logs = draws.map(({ asked: own }) => logsOf(own));
  const middles = logs[0].map((_, i) => middleOf(logs.map((own) => own[i])));
  const predict = predictionsOf(machine, hypothesis, asked);
  return leastSquares(start, (point) => [
    ...logsOf(predict(point)).map(
      (log, i) => (log - middles[i].middle) / Math.max(SPREAD_MIN, middles[i].spread),
    ),
    // What no prediction depends on stays where it is.
    ...Array.from(point, (value, i) => value - start[i]),
  ]);
}

/** Predictions that all draws agree about are met well enough when they are as near as this, on the scale of logarithms. */
const SPREAD_MIN = 0.01;

/** Of each sweep, the logarithms of both phases that take time, in nanoseconds. */
function logsOf(asked: readonly PhaseTimes[]): number[] {
  return asked.flatMap(({ localNs, remoteNs }) => [localNs, remoteNs].filter((ns) => ns > 0).map(Math.log));
}

/** The median, and half of the middle two thirds: a standard deviation, where the distribution is normal. */
function middleOf(values: readonly number[]): { middle: number; spread: number } {
  const ascending = Float64Array.from(values).sort();
  const at = (share: number) => ascending[Math.floor(share * ascending.length)];
  return { middle: at(0.5), spread: (at(0.84) - at(0.16)) / 2 };
}

const ITERATIONS = 10;
/** How far a coordinate is moved to see what that changes. */
const NUDGE = 0.05;
const HALVINGS = 5;

/** Where the squares of residuals are least: Gauss and Newton's method, with steps that are halved until they lead down. */
export function leastSquares(
  start: Float64Array,
  residualsOf: (point: Float64Array) => readonly number[],
): Float64Array {
  let point = start;
  let residuals = residualsOf(point);
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const step = newtonStep(point, residuals, residualsOf);
    let [share, isLower] = [1, false];
    for (let halving = 0; halving < HALVINGS && !isLower; halving++, share /= 2) {
      const tried = point.map((value, i) => value + share * step[i]);
      const reached = residualsOf(tried);
      isLower = squares(reached) < squares(residuals);
      if (isLower) [point, residuals] = [tried, reached];
    }
    if (!isLower) break;
  }
  return point;
}

function newtonStep(
  point: Float64Array,
  residuals: readonly number[],
  residualsOf: (point: Float64Array) => readonly number[],
): Float64Array {
  const size = point.length;
  const slopes = Array.from(point, (_, i) => {
    const nudged = residualsOf(point.map((value, k) => (k === i ? value + NUDGE : value)));
    return nudged.map((residual, j) => (residual - residuals[j]) / NUDGE);
  });
  const products = Float64Array.from({ length: size * size }, (_, at) =>
    dot(slopes[Math.floor(at / size)], slopes[at % size]),
  );
  const { inverse } = invert(products, size);
  return point.map(
    (_, i) => -slopes.reduce((sum, slope, k) => sum + inverse[i * size + k] * dot(slope, residuals), 0),
  );
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

function squares(values: readonly number[]): number {
  return dot(values, values);
}

import type { ParameterValues } from '../machine/parameters.js';
import { drawBits } from '../random.js';
import type { FigureModel } from './figure-model.js';
import { type FreeParameter, positionOf, valueAt, withValues } from './free-parameters.js';

/** Walks between two sets that are kept, so that these are nearly independent. */
const STEPS_BETWEEN = 40;
/** How many candidates may fail the exact check for each that is wanted. */
const CANDIDATES_PER_SET = 20;

/**
 * Draws parameter vectors that reproduce every figure within its tolerance, spread evenly (on the scale of the positions) over
 * all that do. The walk runs on a linear picture of the simulator; what it proposes is kept only if the simulator itself agrees.
 * @param start positions that are plausible themselves
 * @param seed two of the same seed and stream are the same
 */
export function drawPlausibleSets(
  model: FigureModel,
  free: readonly FreeParameter[],
  start: readonly number[],
  tolerances: readonly number[],
  count: number,
  seed: number,
  stream: number,
): ParameterValues[] {
  const picture = linearPicture(model, free, start);
  const isInside = (positions: readonly number[]) =>
    positions.every((position) => position >= 0 && position <= 1) &&
    picture(positions).every(
      (ns, i) => Math.abs(ns / (model.targets[i]?.meanNs ?? ns) - 1) <= (tolerances[i] ?? 0),
    );
  const draw = drawsOf(seed, stream);
  const sets: ParameterValues[] = [];
  let positions = start;
  for (let candidate = 0; candidate < count * CANDIDATES_PER_SET && sets.length < count; candidate++) {
    for (let step = 0; step < STEPS_BETWEEN; step++) positions = hitAndRun(positions, isInside, draw);
    const values = withValues(model.values, free, positions);
    if (model.isPlausible(values, tolerances)) sets.push(values);
  }
  return sets;
}

/** The simulated figures as a linear function of the parameters' values: times are sums of costs, up to who is waited for. */
function linearPicture(
  model: FigureModel,
  free: readonly FreeParameter[],
  start: readonly number[],
): (positions: readonly number[]) => number[] {
  const origin = model.predict(withValues(model.values, free, start));
  const startValues = free.map((parameter, i) => valueAt(parameter, start[i] ?? 0));
  const slopes = free.map((parameter, i) => {
    const position = start[i] ?? 0;
    const moved = position < 0.5 ? position + 0.1 : position - 0.1;
    const reached = model.predict(withValues(model.values, free, start.with(i, moved)));
    const difference = valueAt(parameter, moved) - (startValues[i] ?? 0);
    return reached.map((ns, k) => (ns - (origin[k] ?? 0)) / difference);
  });
  return (positions) => {
    const moves = free.map((parameter, i) => valueAt(parameter, positions[i] ?? 0) - (startValues[i] ?? 0));
    return origin.map((ns, k) => moves.reduce((sum, move, i) => sum + move * (slopes[i]?.[k] ?? 0), ns));
  };
}

/** A step of the walk: a random direction, and a random place on it inside, found by shrinking towards where it stands. */
function hitAndRun(
  positions: readonly number[],
  isInside: (positions: readonly number[]) => boolean,
  draw: () => number,
): readonly number[] {
  const direction = draw() < 0.5 ? oneAxis(positions.length, draw) : positions.map(() => gaussian(draw));
  // The window is laid at random around where the walk stands, which keeps the walk even.
  let low = -2 * draw();
  let high = low + 2;
  for (let tries = 0; tries < 60; tries++) {
    const length = low + (high - low) * draw();
    const candidate = positions.map((position, i) => position + length * (direction[i] ?? 0));
    if (isInside(candidate)) return candidate;
    if (length < 0) low = length;
    else high = length;
  }
  return positions;
}

function oneAxis(count: number, draw: () => number): number[] {
  const axis = Math.floor(draw() * count);
  return Array.from({ length: count }, (_, i) => (i === axis ? 1 : 0));
}

function gaussian(draw: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
}

/** A stream of numbers from 0 to below 1, the same for the same seed. */
function drawsOf(seed: number, stream: number): () => number {
  let counter = 0;
  return () => drawBits(seed, 'plausibleSets', stream, counter++) / 2 ** 32;
}

/** The middle nine tenths of the values a parameter takes over sets, and how much of its plausible range they span. */
export function intervalOf(parameter: FreeParameter, sets: readonly ParameterValues[]) {
  const ascending = sets.map((values) => Number(values[parameter.name])).sort((a, b) => a - b);
  const at = (share: number) =>
    ascending[Math.min(ascending.length - 1, Math.floor(share * ascending.length))] ?? 0;
  const [low, high] = [at(0.05), at(0.95)];
  return { low, high, spannedShare: positionOf(parameter, high) - positionOf(parameter, low) };
}

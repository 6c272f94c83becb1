import type { FigureModel } from './figure-model.js';
import { type FreeParameter, positionOf, withValues } from './free-parameters.js';

/** Where in their ranges the parameters agree best with the figures. */
export interface Fit {
  /** From 0 to 1, in the order of the free parameters. */
  readonly positions: readonly number[];
  /** How far each simulated figure is above its target, as a share. */
  readonly residuals: readonly number[];
}

/**
 * How strongly the fit holds to the values it starts from, where figures leave the choice: a step over this share of the
 * plausible range weighs as much as missing a figure by its tolerance.
 */
const PRIOR_SPREAD = 0.3;

const STEPS_MAX = 60;
const DIFFERENCE = 1e-3;

/**
 * Least squares by damped Gauss-Newton steps inside the plausible ranges: figures by their tolerance, parameters by their
 * distance from the start. Deterministic.
 */
export function fitParameters(
  model: FigureModel,
  free: readonly FreeParameter[],
  tolerances: readonly number[],
): Fit {
  const start = free.map((parameter) => positionOf(parameter, parameter.start));
  const simulate = (positions: readonly number[]) => model.predict(withValues(model.values, free, positions));
  const misses = (positions: readonly number[]) =>
    simulate(positions).map(
      (ns, i) => Math.log(ns / (model.targets[i]?.meanNs ?? ns)) / (tolerances[i] ?? 1),
    );
  const errors = (positions: readonly number[]) => [
    ...misses(positions),
    ...positions.map((position, i) => (position - (start[i] ?? 0)) / PRIOR_SPREAD),
  ];
  const positions = descend(errors, start);
  const residuals = simulate(positions).map((ns, i) => ns / (model.targets[i]?.meanNs ?? ns) - 1);
  return { positions, residuals };
}

function descend(errors: (positions: readonly number[]) => number[], start: readonly number[]): number[] {
  let positions = [...start];
  let current = errors(positions);
  let damping = 1e-2;
  for (let step = 0; step < STEPS_MAX && damping < 1e8; step++) {
    const slopes = slopesOf(errors, positions, current);
    const move = dampedStep(slopes, current, positions, damping);
    const next = positions.map((position, i) => Math.min(1, Math.max(0, position + (move[i] ?? 0))));
    const reached = errors(next);
    const gain = squares(current) - squares(reached);
    if (gain > 0) {
      [positions, current, damping] = [next, reached, damping / 4];
      if (gain < 1e-10 * squares(current)) break;
    } else {
      damping *= 8;
    }
  }
  return positions;
}

/** The derivative of every error by every position, from one small step inward. */
function slopesOf(
  errors: (positions: readonly number[]) => number[],
  positions: readonly number[],
  current: readonly number[],
): number[][] {
  return positions.map((position, i) => {
    const difference = position < 0.5 ? DIFFERENCE : -DIFFERENCE;
    const moved = errors(positions.with(i, position + difference));
    return moved.map((error, k) => (error - (current[k] ?? 0)) / difference);
  });
}

/** The step that the linear picture asks for; a position at its bound that would leave the range stays. */
function dampedStep(
  slopes: readonly number[][],
  current: readonly number[],
  positions: readonly number[],
  damping: number,
): number[] {
  const gradient = slopes.map((slope) => dot(slope, current));
  const isFree = positions.map(
    (position, i) =>
      !((position <= 0 && (gradient[i] ?? 0) > 0) || (position >= 1 && (gradient[i] ?? 0) < 0)),
  );
  const indices = [...positions.keys()].filter((i) => isFree[i]);
  const matrix = indices.map((i) =>
    indices.map((j) => dot(slopes[i] ?? [], slopes[j] ?? []) * (i === j ? 1 + damping : 1)),
  );
  const solution = solve(
    matrix,
    indices.map((i) => -(gradient[i] ?? 0)),
  );
  const step = positions.map(() => 0);
  for (const [k, i] of indices.entries()) step[i] = solution[k] ?? 0;
  return step;
}

/** Solves a small symmetric system by elimination; its diagonal is positive, since every position has a prior. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i] ?? 0]);
  for (const [i, pivot] of rows.entries()) {
    for (const row of rows.slice(i + 1)) {
      const factor = (row[i] ?? 0) / (pivot[i] ?? 1);
      for (let k = i; k < row.length; k++) row[k] = (row[k] ?? 0) - factor * (pivot[k] ?? 0);
    }
  }
  const solution: number[] = right.map(() => 0);
  for (let i = rows.length - 1; i >= 0; i--) {
    const row = rows[i] ?? [];
    const known = dot(row.slice(i + 1, -1), solution.slice(i + 1));
    solution[i] = ((row.at(-1) ?? 0) - known) / (row[i] ?? 1);
  }
  return solution;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}

function squares(values: readonly number[]): number {
  return dot(values, values);
}

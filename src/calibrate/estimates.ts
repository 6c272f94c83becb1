/** A value with its middle nine tenths. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly error: number;
  /** How many independent figures, beyond those it takes to tell it, say how far it is off. */
  readonly freedom: number;
}

/** 95 % of Student's distribution lie below it, by degrees of freedom from 1. */
const T95 = [6.3138, 2.92, 2.3534, 2.1318, 2.015, 1.9432, 1.8946, 1.8595, 1.8331, 1.8125];
/** 95 % of a normal distribution lie below so many standard deviations. */
export const Z95 = 1.6448536269514722;

function t95(freedom: number): number {
  if (freedom < 1) return Number.POSITIVE_INFINITY;
  const whole = Math.floor(freedom);
  return (
    T95[whole - 1] ??
    Z95 + (Z95 ** 3 + Z95) / (4 * freedom) + (5 * Z95 ** 5 + 16 * Z95 ** 3 + 3 * Z95) / (96 * freedom ** 2)
  );
}

function estimate(value: number, error: number, freedom: number): Estimate {
  const half = error === 0 ? 0 : t95(freedom) * error;
  return { value, low: value - half, high: value + half, error, freedom };
}

/** The mean of independent figures. */
export function estimateOf(figures: readonly number[]): Estimate {
  const count = figures.length;
  const value = figures.reduce((sum, one) => sum + one, 0) / count;
  const squares = figures.reduce((sum, one) => sum + (one - value) ** 2, 0);
  return estimate(value, Math.sqrt(squares / (count - 1) / count), count - 1);
}

/** a - b, which are independent of each other. */
export function minus(a: Estimate, b: Estimate): Estimate {
  return combined(a.value - b.value, [a, b], 1);
}

/** The mean of estimates that are independent of each other. */
export function averageOf(estimates: readonly Estimate[]): Estimate {
  const sum = estimates.reduce((total, { value }) => total + value, 0);
  return combined(sum / estimates.length, estimates, estimates.length);
}

/** Errors add up by their squares, degrees of freedom as Welch and Satterthwaite have it. */
function combined(value: number, parts: readonly Estimate[], count: number): Estimate {
  const squares = parts.map(({ error }) => error ** 2);
  const sum = squares.reduce((total, one) => total + one, 0);
  const shares = parts.reduce((total, { freedom }, i) => total + (squares[i] ?? 0) ** 2 / freedom, 0);
  return estimate(value, Math.sqrt(sum) / count, shares === 0 ? 1 : sum ** 2 / shares);
}

interface Point {
  readonly x: readonly number[];
  readonly y: number;
}

/** Coefficients with their errors, and what they predict. */
export interface FittedLine {
  readonly coefficients: readonly Estimate[];
  readonly predict: (x: readonly number[]) => number;
}

/** Weights follow the fitted values, so that they are good after a few rounds. */
const REWEIGHTINGS = 4;

/** Least squares where every figure is off by the same share of it. */
export function fitLine(points: readonly Point[]): FittedLine {
  let weights = points.map(({ y }) => 1 / y ** 2);
  let solved = solve(points, weights);
  const predict = (x: readonly number[]) =>
    x.reduce((sum, value, i) => sum + value * (solved.values[i] ?? 0), 0);
  for (let i = 0; i < REWEIGHTINGS; i++) {
    weights = points.map(({ x, y }) => 1 / Math.max(predict(x), y / 10) ** 2);
    solved = solve(points, weights);
  }
  const freedom = points.length - solved.values.length;
  const squares = points.reduce((sum, { x, y }, i) => sum + (weights[i] ?? 0) * (y - predict(x)) ** 2, 0);
  const coefficients = solved.values.map((value, i) =>
    estimate(value, Math.sqrt((squares / freedom) * (solved.inverse[i]?.[i] ?? 0)), freedom),
  );
  return { coefficients, predict };
}

/** Solves the normal equations. */
function solve(points: readonly Point[], weights: readonly number[]) {
  const size = points[0]?.x.length ?? 0;
  const sumOf = (figure: (point: Point) => number) =>
    points.reduce((sum, point, i) => sum + (weights[i] ?? 0) * figure(point), 0);
  const indices = Array.from({ length: size }, (_, i) => i);
  const matrix = indices.map((i) => indices.map((j) => sumOf(({ x }) => (x[i] ?? 0) * (x[j] ?? 0))));
  const inverse = inverted(matrix);
  const right = indices.map((i) => sumOf(({ x, y }) => (x[i] ?? 0) * y));
  const values = inverse.map((row) => row.reduce((sum, cell, j) => sum + cell * (right[j] ?? 0), 0));
  return { values, inverse };
}

/** The inverse of a small symmetric positive matrix, by Gauss and Jordan. */
function inverted(matrix: readonly (readonly number[])[]): number[][] {
  const rows = matrix.map((row, i) => [...row, ...matrix.map((_, j) => (i === j ? 1 : 0))]);
  for (const [i, pivot] of rows.entries()) {
    const by = pivot[i] ?? 1;
    for (const [j, cell] of pivot.entries()) pivot[j] = cell / by;
    for (const row of rows) {
      if (row === pivot) continue;
      const factor = row[i] ?? 0;
      for (const [j, cell] of pivot.entries()) row[j] = (row[j] ?? 0) - factor * cell;
    }
  }
  return rows.map((row) => row.slice(matrix.length));
}

import { describe, expect, test } from 'vitest';
import { convergenceOf } from '../../src/calibrate/convergence.js';
import { gaussianFrom, type Uniform, walk } from '../../src/calibrate/sampler.js';
import { hashWords } from '../../src/random.js';

function uniformOf(seed: number): Uniform {
  let counter = 0;
  return () => hashWords([counter++], seed) / 2 ** 32;
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviationOf = (values: readonly number[]) => {
  const mean = meanOf(values);
  return Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)));
};

/** Walks of a likelihood, and what they kept of a coordinate. */
function walks(dimension: number, logLikelihood: (point: Float64Array) => number, steps: number) {
  const chains = [1, 2, 3, 4].map((seed) =>
    walk(dimension, logLikelihood, { adapting: steps / 4, frozen: steps, thinning: 4 }, uniformOf(seed)),
  );
  const of = (i: number) => chains.map(({ points }) => points.map((point) => point[i] ?? 0));
  return { of, all: (i: number) => of(i).flat(), acceptance: chains.map((chain) => chain.acceptance) };
}

describe('a walk through a posterior', () => {
  test('has the mean and the spread that a measured value leaves of a standard normal prior', () => {
    const [measured, noise] = [1.5, 0.5];
    const { of, all } = walks(1, ([x = 0]) => -(((measured - x) / noise) ** 2) / 2, 4000);
    const variance = 1 / (1 + 1 / noise ** 2);
    expect(meanOf(all(0))).toBeCloseTo((variance * measured) / noise ** 2, 1);
    expect(deviationOf(all(0))).toBeCloseTo(Math.sqrt(variance), 1);
    expect(convergenceOf(of(0)).rHat).toBeLessThan(1.01);
  });

  test('leaves a coordinate as it was that the likelihood does not look at', () => {
    const { all, of } = walks(6, ([x = 0, y = 0]) => -(((3 * x + 3 * y - 2) / 0.1) ** 2) / 2, 4000);
    for (const free of [2, 3, 4, 5]) {
      expect(Math.abs(meanOf(all(free)))).toBeLessThan(0.2);
      expect(Math.abs(deviationOf(all(free)) - 1)).toBeLessThan(0.15);
      expect(convergenceOf(of(free)).effectiveSize).toBeGreaterThan(150);
    }
    // Of two that only their sum is known of, each is as open as the other is.
    const [first, second] = [all(0), all(1)];
    expect(meanOf(first.map((x, i) => x + (second[i] ?? 0)))).toBeCloseTo(2 / 3, 2);
    expect(deviationOf(first)).toBeCloseTo(Math.SQRT1_2, 1);
  });

  test('finds both of two places that are as likely', () => {
    const { all } = walks(
      1,
      ([x = 0]) => Math.log(Math.exp(-(((x - 1) / 0.3) ** 2)) + Math.exp(-(((x + 1) / 0.3) ** 2))),
      6000,
    );
    const above = all(0).filter((x) => x > 0).length / all(0).length;
    expect(above).toBeGreaterThan(0.4);
    expect(above).toBeLessThan(0.6);
  });

  test('is the same for the same numbers', () => {
    const once = () =>
      walk(2, ([x = 0]) => -(x ** 2), { adapting: 50, frozen: 50, thinning: 5 }, uniformOf(7));
    expect(once()).toEqual(once());
    expect(once().points).toHaveLength(10);
  });
});

describe('convergence', () => {
  const gaussian = gaussianFrom(uniformOf(9));
  const independent = () => Array.from({ length: 2000 }, gaussian);

  test('of independent draws is 1, and each of them counts', () => {
    const { rHat, effectiveSize } = convergenceOf([
      independent(),
      independent(),
      independent(),
      independent(),
    ]);
    expect(rHat).toBeLessThan(1.005);
    expect(effectiveSize).toBeGreaterThan(6000);
    expect(effectiveSize).toBeLessThan(10_000);
  });

  test('of draws that remember nine tenths of the one before counts one in nineteen', () => {
    const chain = () => {
      let x = gaussian();
      return Array.from({ length: 5000 }, () => {
        x = 0.9 * x + Math.sqrt(1 - 0.81) * gaussian();
        return x;
      });
    };
    const { effectiveSize } = convergenceOf([chain(), chain(), chain(), chain()]);
    expect(effectiveSize).toBeGreaterThan((0.7 * 20_000) / 19);
    expect(effectiveSize).toBeLessThan((1.4 * 20_000) / 19);
  });

  test('is worse where one walk stays elsewhere, and where all drift', () => {
    const elsewhere = independent().map((x) => x + 1);
    expect(convergenceOf([independent(), independent(), independent(), elsewhere]).rHat).toBeGreaterThan(
      1.05,
    );
    const drifting = () => independent().map((x, i) => x + i / 1000);
    expect(convergenceOf([drifting(), drifting()]).rHat).toBeGreaterThan(1.05);
  });

  test('of what never moves is 1 where all stay at one place, and none where they do not', () => {
    const still = (at: number) => new Array<number>(100).fill(at);
    expect(convergenceOf([still(2), still(2)])).toEqual({ rHat: 1, effectiveSize: 200 });
    expect(convergenceOf([still(2), still(3)])).toEqual({ rHat: Number.POSITIVE_INFINITY, effectiveSize: 0 });
  });
});

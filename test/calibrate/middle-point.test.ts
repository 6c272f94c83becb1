import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leastSquares } from '../../src/calibrate/middle-point.js';

test('least squares finds the point at which linear residuals vanish, however narrow the valley', () => {
  const coordinate = fc.double({ min: -2, max: 2, noNaN: true });
  fc.assert(
    fc.property(coordinate, coordinate, fc.constantFrom(1, 10, 100), (x, y, narrow) => {
      const residuals = ([a = 0, b = 0]: Float64Array) => [a - x + (b - y), narrow * (a - x - (b - y))];
      const found = leastSquares(Float64Array.of(0, 0), residuals);
      expect(found[0]).toBeCloseTo(x, 6);
      expect(found[1]).toBeCloseTo(y, 6);
    }),
  );
});

test('it goes along a bent valley, and never up', () => {
  const residuals = ([a = 0, b = 0]: Float64Array) => [1 - a, 3 * (b - a * a)];
  const squares = (point: Float64Array) => residuals(point).reduce((sum, one) => sum + one * one, 0);
  const start = Float64Array.of(-1.2, 1);
  const found = leastSquares(start, residuals);
  expect(squares(found)).toBeLessThan(1e-3);
  expect(squares(found)).toBeLessThan(squares(start));
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalQuantiles, shareBelow } from '../../src/machine/normal-quantiles.js';
import { quantileNs } from '../../src/measure/mixture.js';

test('the quantiles of one forecast are those of a log-normal distribution', () => {
  const one = [{ logNs: Math.log(1000), sigma: 0.1 }];
  const quantiles = normalQuantiles(1001);
  for (const i of [0, 50, 500, 950, 1000]) {
    const share = (i + 0.5) / 1001;
    expect(quantileNs(one, share)).toBeCloseTo(1000 * Math.exp(0.1 * (quantiles[i] ?? 0)), 1);
  }
});

test('of forecasts without noise it is the least that is not below the share', () => {
  const times = [5, 1, 4, 2, 3].map((ns) => ({ logNs: Math.log(ns), sigma: 0 }));
  expect([0.05, 0.2, 0.5, 0.95].map((share) => quantileNs(times, share))).toEqual(
    [1, 1, 3, 5].map((ns) => expect.closeTo(ns, 3)),
  );
});

test('as many of many draws fall below a quantile as it says', () => {
  const standard = normalQuantiles(400);
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          logNs: fc.double({ min: 5, max: 7, noNaN: true }),
          sigma: fc.constantFrom(0.02, 0.1, 0.2),
        }),
        {
          minLength: 1,
          maxLength: 12,
        },
      ),
      fc.constantFrom(0.05, 0.5, 0.95),
      (forecasts, share) => {
        const limit = Math.log(quantileNs(forecasts, share));
        const draws = forecasts.flatMap(({ logNs, sigma }) => [...standard].map((z) => logNs + sigma * z));
        const below = draws.filter((draw) => draw < limit).length / draws.length;
        expect(below).toBeCloseTo(share, 2);
      },
    ),
    { numRuns: 50 },
  );
});

test('is where a slow search finds it, to a millionth, however little some draws scatter', () => {
  const forecast = fc.record({
    logNs: fc.double({ min: 5, max: 7, noNaN: true }),
    sigma: fc.constantFrom(0.0005, 0.02, 0.1),
  });
  fc.assert(
    fc.property(
      fc.array(forecast, { minLength: 1, maxLength: 12 }),
      fc.constantFrom(0.037, 0.53, 0.963),
      (forecasts, share) => {
        const below = (limit: number) =>
          forecasts.reduce((sum, { logNs, sigma }) => sum + shareBelow((limit - logNs) / sigma), 0);
        let [low, high] = [0, 20];
        while (high - low > 1e-9) {
          const middle = (low + high) / 2;
          if (below(middle) < share * forecasts.length) low = middle;
          else high = middle;
        }
        expect(Math.abs(Math.log(quantileNs(forecasts, share)) - low)).toBeLessThan(1e-6);
      },
    ),
    { numRuns: 200 },
  );
});

test('a draw that hardly scatters holds no search up that passes it', () => {
  const forecasts = [
    { logNs: 0, sigma: 1 },
    { logNs: 10, sigma: 1e-9 },
    { logNs: 20, sigma: 1 },
  ];
  expect(Math.log(quantileNs(forecasts, 0.05))).toBeCloseTo(-1.0364, 3);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { microseconds } from '../../src/report/trace.js';

test.each([
  [0, '0'],
  [7, '0.007'],
  [1000, '1'],
  [12_516, '12.516'],
  [9_007_199_254_740, '9007199254.74'],
])('%i ns are written as %s us', (ns, us) => {
  expect(microseconds(ns)).toBe(us);
});

test('no reader loses a nanosecond, whether it rounds or cuts off', () => {
  const upTo9007Seconds = fc.integer({ min: 0, max: 9_007_199_254_740 });
  fc.assert(
    fc.property(fc.oneof(fc.nat(2_000_000), upTo9007Seconds), (ns) => {
      const text = microseconds(ns);
      const [whole = '', fraction = ''] = text.split('.');
      expect(Math.round(Number(text) * 1000)).toBe(ns);
      expect(Math.floor(Number(text) * 1000)).toBe(ns);
      // Some read what is before and behind the point by itself.
      expect(Number(whole) * 1000 + Math.floor(Number(`0.${fraction}`) * 1000)).toBe(ns);
    }),
    { numRuns: 20_000 },
  );
});

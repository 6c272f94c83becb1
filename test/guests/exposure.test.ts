import { expect, test } from 'vitest';
import { Exposure } from '../../src/guests/exposure.js';

const MS = 1_000_000;
const FREE = { isFree: true, cores: 0, ownNodeCores: 0 };
const TAKEN = { isFree: false, cores: 0, ownNodeCores: 0 };

test('a region waits from when it is free until it is optimized on every core that could', () => {
  const exposure = new Exposure(Int32Array.of(4), 100 * MS);
  exposure.set(0, 0, TAKEN);
  exposure.set(0, 10 * MS, FREE);
  exposure.set(0, 15 * MS, { isFree: true, cores: 1, ownNodeCores: 1 });
  expect(exposure.isWaiting(0)).toBe(true);
  exposure.set(0, 30 * MS, { isFree: true, cores: 4, ownNodeCores: 2 });
  expect(exposure.isWaiting(0)).toBe(false);
  exposure.set(0, 60 * MS, TAKEN);
  expect(exposure.close().totals).toEqual({
    freeUs: 50_000,
    waitingUs: 20_000,
    missedUs: 0,
    outsideUs: 0,
    coreUs: 15_000 + 30_000 * 4,
    ownNodeCoreUs: 15_000 + 30_000 * 2,
  });
});

test('a region in no window never waits, and is told apart', () => {
  const exposure = new Exposure(Int32Array.of(0), 10 * MS);
  exposure.set(0, 0, FREE);
  expect(exposure.waitingRegions).toBe(0);
  expect(exposure.close().totals).toMatchObject({ freeUs: 10_000, waitingUs: 0, outsideUs: 10_000 });
});

test('what happens after the end is not counted', () => {
  const exposure = new Exposure(Int32Array.of(1), 10 * MS);
  exposure.set(0, 4 * MS, FREE);
  exposure.set(0, 12 * MS, { isFree: true, cores: 1, ownNodeCores: 1 });
  expect(exposure.close().totals).toMatchObject({ freeUs: 6000, waitingUs: 6000, coreUs: 0 });
});

test('the curve has a point for each moment at which the number of waiting regions changed', () => {
  const exposure = new Exposure(Int32Array.of(1, 1), 10 * MS);
  exposure.mark(0);
  for (const region of [0, 1]) exposure.set(region, 2 * MS, FREE);
  exposure.mark(2 * MS);
  exposure.set(0, 3 * MS, TAKEN);
  exposure.set(0, 3 * MS, FREE);
  exposure.mark(3 * MS);
  exposure.set(1, 5 * MS, TAKEN);
  exposure.mark(5 * MS);
  expect(exposure.close().curve).toEqual([
    { atNs: 0, waitingRegions: 0 },
    { atNs: 2 * MS, waitingRegions: 2 },
    { atNs: 5 * MS, waitingRegions: 1 },
  ]);
});

test('what a sweep has missed counts from then on, or from when it is free, until it is optimized or taken', () => {
  const exposure = new Exposure(Int32Array.of(1, 1, 1), 100 * MS);
  exposure.set(0, 10 * MS, FREE);
  for (const region of [0, 1, 2]) exposure.miss(region, 20 * MS);
  exposure.set(1, 30 * MS, FREE);
  exposure.set(0, 50 * MS, { isFree: true, cores: 1, ownNodeCores: 1 });
  exposure.set(1, 40 * MS, TAKEN);
  exposure.forgetMiss(1);
  exposure.set(1, 60 * MS, FREE);
  // Region 0 from 20 to 50, region 1 from 30 to 40; region 2 never comes back.
  expect(exposure.close().totals).toMatchObject({ waitingUs: 40_000 + 50_000, missedUs: 40_000 });
});

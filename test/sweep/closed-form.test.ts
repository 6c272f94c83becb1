import { expect, test } from 'vitest';
import { createMachine } from '../support/machines.js';
import { assign, elapsedPs, sweep } from '../support/sweeps.js';

// R regions, T targets, no preassigned region, clock reads free; costs in ns are those of the starting values.
const REGIONS = 4;
const [FIXED, HIT, SERVICE, SCHED, BASE, PER_TARGET] = [30, 2500, 170, 5, 3000, 85];
const SCAN_LOCAL = 24;

function tiny(topology: string) {
  return createMachine({ topology, regions: REGIONS, preassigned: [], values: { clockReadNs: 0 } });
}

test.each([
  ['1x1x2x1', 1],
  ['1x1x4x2', 3],
  ['1x2x3x1', 5],
])('on %s with every first page assigned, both phases follow the closed form', (topology, targets) => {
  const machine = tiny(topology);
  for (let region = 0; region < REGIONS; region++) assign(machine, region, 0);
  const record = sweep(machine);
  expect(elapsedPs(record, 'local')).toBe(REGIONS * (FIXED + SCHED) * 1000);
  expect(elapsedPs(record, 'remote')).toBe(REGIONS * (BASE + PER_TARGET * targets + FIXED + SCHED) * 1000);
});

test.each([
  ['1x1x2x1', 1],
  ['1x1x4x2', 3],
  ['1x2x3x1', 5],
])('on an empty %s with shared results, both phases follow the closed form', (topology, targets) => {
  const record = sweep(tiny(topology));
  expect(elapsedPs(record, 'local')).toBe(REGIONS * (FIXED + 512 * SCAN_LOCAL + SERVICE + SCHED) * 1000);
  const roundNs = BASE + PER_TARGET * targets + FIXED + HIT + targets * SERVICE + SCHED;
  expect(elapsedPs(record, 'remote')).toBe(REGIONS * roundNs * 1000);
});

test('doubling the regions doubles both phases exactly', () => {
  const [single, double] = [64, 128].map((regions) =>
    sweep(createMachine({ regions, preassigned: [], values: { clockReadNs: 0 } })),
  );
  if (single === undefined || double === undefined) throw new Error('two sweeps');
  expect(elapsedPs(double, 'local')).toBe(2 * elapsedPs(single, 'local'));
  expect(elapsedPs(double, 'remote')).toBe(2 * elapsedPs(single, 'remote'));
});

test('a clock that takes time is read once per phase', () => {
  const free = sweep(tiny('1x1x2x1'));
  const dear = sweep(
    createMachine({ topology: '1x1x2x1', regions: REGIONS, preassigned: [], values: { clockReadNs: 24 } }),
  );
  expect(elapsedPs(dear, 'local') - elapsedPs(free, 'local')).toBe(24_000);
  expect(elapsedPs(dear, 'remote') - elapsedPs(free, 'remote')).toBe(24_000);
});

import { expect, test } from 'vitest';
import type { StrategyName } from '../../src/sweep/strategies.js';
import type { Threads } from '../../src/sweep/strategy.js';
import { createMachine } from '../support/machines.js';
import { sweep } from '../support/sweeps.js';

/** Who issued RMPOPT on what, by which way, in order: `local 0: 0` is phase, region and CPUs. */
function trace(strategy: StrategyName, threads: Threads, topology = '1x2x1x2', regions = 2) {
  const { rounds } = sweep(createMachine({ topology, regions, preassigned: [] }), strategy, threads);
  return rounds.map(({ phase, planned }) => {
    const regions =
      'region' in planned ? planned.region : planned.lists.map((list) => list.join('+')).join('|');
    return `${phase} ${regions} ${planned.shape.delivery}: ${[...planned.shape.cpus].join(' ')}`;
  });
}

test('local-first runs the local CPU over all regions, then rounds to one thread of every other core', () => {
  expect(trace('local-first', 'primary')).toEqual([
    'local 0 local: 0',
    'local 1 local: 0',
    'remote 0 ipi: 1',
    'remote 1 ipi: 1',
  ]);
});

test('local-first with all threads reaches the siblings too', () => {
  expect(trace('local-first', 'all').slice(2)).toEqual(['remote 0 ipi: 1 2 3', 'remote 1 ipi: 1 2 3']);
});

test('broadcast has the sender in every round and no local phase', () => {
  expect(trace('broadcast', 'all')).toEqual(['remote 0 ipi: 0 1 2 3', 'remote 1 ipi: 0 1 2 3']);
  expect(trace('broadcast', 'primary')).toEqual(['remote 0 ipi: 0 1', 'remote 1 ipi: 0 1']);
});

test('serial calls one CPU after another, region by region', () => {
  expect(trace('serial', 'primary')).toEqual([
    'remote 0 call: 0',
    'remote 0 call: 1',
    'remote 1 call: 0',
    'remote 1 call: 1',
  ]);
});

test('where there is no other CPU, local-first has no remote phase', () => {
  const record = sweep(createMachine({ topology: '1x1x1x1', regions: 2, preassigned: [] }));
  expect(record.phases.map(({ phase }) => phase)).toEqual(['local']);
});

test('rounds follow each other without a gap, and regions above the window are left alone', () => {
  const { rounds } = sweep(createMachine({ topology: '1x1x2x1', regions: 2050 }));
  expect(Math.max(...rounds.map(({ planned }) => ('region' in planned ? planned.region : -1)))).toBe(2047);
  for (const [i, { phase, startPs, outcome }] of rounds.entries()) {
    const next = rounds[i + 1];
    if (next?.phase === phase) expect(next.startPs).toBe(startPs + outcome.durationPs);
  }
});

import { describe, expect, test } from 'vitest';
import { Cost } from '../../src/machine/costs.js';
import { Jitter } from '../../src/machine/jitter.js';
import type { Machine } from '../../src/machine/machine.js';
import { Mask } from '../../src/machine/mask.js';
import { normalQuantiles } from '../../src/machine/normal-quantiles.js';
import type { ParameterValues } from '../../src/machine/parameters.js';
import { createRoundShape } from '../../src/machine/round.js';
import { chooseSweep, type StrategyName } from '../../src/sweep/strategies.js';
import { Sweeper } from '../../src/sweep/sweeper.js';
import { createMachine, machineConfig } from '../support/machines.js';
import { elapsedPs, sweep } from '../support/sweeps.js';

function jitter(values: Partial<ParameterValues> = {}, source = { seed: 1, run: 1 }, pass = 1): Jitter {
  const drawn = new Jitter(machineConfig({ values }).values, false, source, CPUS);
  drawn.beginSweep(pass);
  return drawn;
}

const CPUS = 512;

/** What the RMPOPTs of remote CPUs on a region cost, by one part of the cost. */
function costsPs(drawn: Jitter, part: Cost, region: number, count: number): number[] {
  const cpus = Int32Array.from({ length: count }, (_, cpu) => cpu);
  const parts = { delivery: 'ipi', sender: -1, cpus, condResched: false } as const;
  const shape = createRoundShape(parts, machineConfig().topology);
  const mask = new Mask(shape, new Float64Array(count), new Float64Array(count));
  drawn.draw(mask, region, 0, count);
  return Array.from(mask.rows, (row) => drawn.table.ps[row + part]);
}

/** The hit costs that many RMPOPTs draw. */
function hitsOf(drawn: Jitter, cpus: number, regions: number): number[] {
  return Array.from({ length: regions }, (_, region) => costsPs(drawn, Cost.Hit, region, cpus)).flat();
}

test('the quantiles are those of tables of the normal distribution', () => {
  // Parts 39 and 40 of 40 have their middle at 38.5 / 40 and 39.5 / 40.
  const quantiles = normalQuantiles(40);
  expect(quantiles[38]).toBeCloseTo(1.780464341692, 10);
  expect(quantiles[39]).toBeCloseTo(2.241402727605, 10);
  expect(quantiles[0]).toBe(-(quantiles[39] ?? 0));
});

describe('factors', () => {
  test('have mean 1 and the spread asked for', () => {
    const { factors } = jitter({ jitterSigma: 0.2 });
    const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const logs = factors.map(Math.log);
    const middle = mean(logs);
    expect(mean(factors)).toBeCloseTo(1, 12);
    expect(Math.sqrt(mean(logs.map((log) => (log - middle) ** 2)))).toBeCloseTo(0.2, 3);
    expect(Math.exp(middle)).toBeCloseTo(Math.exp(-(0.2 ** 2) / 2), 4);
  });

  test('are all 1 where there is no spread', () => {
    expect(new Set(jitter({ jitterSigma: 0 }).factors)).toEqual(new Set([1]));
  });

  test('are drawn about equally often', () => {
    const hits = hitsOf(jitter(), 512, 200);
    const mean = hits.reduce((sum, ps) => sum + ps, 0) / hits.length;
    expect(mean / 2_500_000).toBeCloseTo(1, 2);
  });
});

describe('a draw', () => {
  test('is the same again, and another for another seed, run, sweep, region or CPU', () => {
    const first = hitsOf(jitter(), 64, 4);
    expect(hitsOf(jitter(), 64, 4)).toEqual(first);
    for (const other of [
      jitter({}, { seed: 2, run: 1 }),
      jitter({}, { seed: 1, run: 2 }),
      jitter({}, { seed: 1, run: 1 }, 2),
    ]) {
      const alike = hitsOf(other, 64, 4).filter((ps, i) => ps === first[i]).length;
      expect(alike).toBeLessThan(5);
    }
    expect(new Set(first).size).toBeGreaterThan(240);
  });

  test('stays what it is when CPUs are added', () => {
    const [small, large] = ['1x1x4x2', '1x4x4x2'].map((topology) => {
      const values = { resultServiceNs: 0 };
      const machine = createMachine({
        topology,
        regions: 8,
        values,
        preassigned: [],
        jitter: { seed: 1, run: 1 },
      });
      const { rounds } = sweep(machine, 'local-first', 'primary');
      const remote = rounds.filter(({ phase }) => phase === 'remote');
      return remote.map(({ outcome }) => outcome.byCpu.inRmpoptPs[0]);
    });
    expect(large).toEqual(small);
  });
});

describe('rare slow RMPOPTs', () => {
  const STILL = { jitterSigma: 0 };

  test('are as many, and as long on average, as asked for', () => {
    const drawn = jitter({ ...STILL, tailProbability: 0.01, tailNs: 100_000 });
    const extrasPs = Array.from({ length: 400 }, (_, region) => costsPs(drawn, Cost.Fixed, region, CPUS))
      .flat()
      .map((ps) => ps - 30_000);
    const slow = extrasPs.filter((ps) => ps > 0);
    expect(slow.length / extrasPs.length).toBeCloseTo(0.01, 3);
    expect(slow.reduce((sum, ps) => sum + ps, 0) / slow.length / 1e8).toBeCloseTo(1, 1);
  });

  test('are none or all at the ends, and too few to be counted in the bits of one draw when asked for', () => {
    const extrasOf = (tailProbability: number) =>
      costsPs(jitter({ ...STILL, tailProbability }), Cost.Fixed, 0, 64).map((ps) => ps - 30_000);
    expect(new Set(extrasOf(0))).toEqual(new Set([0]));
    expect(new Set(extrasOf(1e-9))).toEqual(new Set([0]));
    expect(Math.min(...extrasOf(1))).toBeGreaterThan(0);
  });
});

test('two sweeps of one machine differ, two machines with one seed do not', () => {
  const host = () => createMachine({ topology: '1x2x4x2', regions: 16, jitter: { seed: 3, run: 7 } });
  const [one, other] = [host(), host()];
  const remote = (machine: typeof one) => elapsedPs(sweep(machine, 'local-first'), 'remote');
  const [first, second] = [remote(one), remote(one)];
  expect(second).not.toBe(first);
  expect([remote(other), remote(other)]).toEqual([first, second]);
});

test('sweeps in the middle of another, of a host with other costs, change nothing of either', () => {
  const serialHost = () =>
    createMachine({ topology: '1x2x4x2', regions: 16, hypothesis: 'rescan', jitter: { seed: 3, run: 1 } });
  const otherHost = () => createMachine({ topology: '2x2x2x2', regions: 8, jitter: { seed: 4, run: 1 } });
  const timeline = (machine: Machine, strategy: StrategyName, between = () => {}) =>
    new Sweeper(machine)
      .sweep(chooseSweep(strategy, 'all', null), between)
      .map(({ phase, elapsedPs, sums }) => ({ phase, elapsedPs, sums }));
  const other = otherHost();
  const inner: unknown[] = [];
  const outer = timeline(serialHost(), 'serial', () => inner.push(timeline(other, 'local-first')));
  expect(outer).toEqual(timeline(serialHost(), 'serial'));
  const alone = otherHost();
  expect(inner).toEqual(inner.map(() => timeline(alone, 'local-first')));
});

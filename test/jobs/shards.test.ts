import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dealCells } from '../../src/jobs/shards.js';
import type { Plan, PlannedCell } from '../../src/measure/plan.js';
import { chooseSweep, type StrategyName } from '../../src/sweep/strategies.js';
import { STARTING_VALUES } from '../support/machines.js';

function gridCell(strategy: StrategyName): PlannedCell {
  const names = {
    scenario: 'empty',
    name: '',
    axes: {},
    mayBeBaseline: true,
    hypotheses: ['shared'],
    otherHypotheses: [],
    bandHypotheses: [],
  };
  const steps = [{ kind: 'measure', state: 'empty' } as const];
  const scenario = { name: 'empty', title: '', memoryBytes: null, privateMemory: [], steps };
  const host = { machine: 0, mapping: 'none', memoryBytes: 2 ** 40, topology: STARTING_VALUES.topology };
  return {
    ...names,
    cell: { ...host, parameters: new Map(), scenario, sweep: chooseSweep(strategy, null, null) },
  };
}

function grid(cells: readonly PlannedCell[]): Plan {
  const tool = { name: 'rmpopt-bench', version: '0' };
  return {
    tool,
    command: [],
    machines: [STARTING_VALUES],
    parameters: new Map(),
    seed: 1,
    jitter: null,
    perCpu: false,
    withTrace: false,
    isGrid: true,
    cells,
  };
}

function deal(strategies: readonly StrategyName[], count: number): number[][] {
  const request = grid(strategies.map(gridCell));
  return Array.from({ length: count }, (_, i) => dealCells(request, { index: i + 1, count }));
}

const strategies = fc.array(fc.constantFrom<StrategyName>('local-first', 'serial', 'single-ipi'), {
  maxLength: 60,
});

describe('the parts of a grid', () => {
  test('hold every cell once, in the order of the grid', () => {
    fc.assert(
      fc.property(strategies, fc.integer({ min: 1, max: 70 }), (names, count) => {
        const parts = deal(names, count);
        expect(parts.flat().sort((a, b) => a - b)).toEqual([...names.keys()]);
        for (const part of parts) expect(part).toEqual([...part].sort((a, b) => a - b));
      }),
    );
  });

  test('have as many cells, and as many heavy ones, as each other, give or take one', () => {
    fc.assert(
      fc.property(strategies, fc.integer({ min: 1, max: 8 }), (names, count) => {
        const parts = deal(names, count);
        for (const isCounted of [() => true, (number: number) => names[number] === 'single-ipi']) {
          const sizes = parts.map((part) => part.filter(isCounted).length);
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test('do not follow the regularity of the grid', () => {
    const [first = []] = deal(Array(300).fill('local-first'), 3);
    const remainders = [0, 1, 2].map((rest) => first.filter((number) => number % 3 === rest).length);
    for (const count of remainders) expect(count).toBeGreaterThan(20);
  });
});

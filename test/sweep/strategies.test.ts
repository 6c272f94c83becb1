import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Machine } from '../../src/machine/machine.js';
import type { ParameterValues } from '../../src/machine/parameters.js';
import { chooseSweep, STRATEGIES, STRATEGY_NAMES, type StrategyName } from '../../src/sweep/strategies.js';
import { Sweeper } from '../../src/sweep/sweeper.js';
import { probe } from '../support/instructions.js';
import { createMachine } from '../support/machines.js';
import { assign, elapsedPs, giveBack, type SweepRecord, sweep } from '../support/sweeps.js';

const HYPOTHESES = ['shared', 'rescan', 'per-core'] as const;

function tablesOf(machine: Machine): string {
  const cpus = Array.from({ length: machine.topology.cpus }, (_, cpu) => cpu);
  return Array.from({ length: machine.regions }, (_, region) =>
    cpus.map((cpu) => probe(machine, cpu, region * 2 ** 30)).join(''),
  ).join(' ');
}

/** Per phase what it took, and per CPU what it did. */
function accountOf({ phases, rounds }: SweepRecord) {
  const sums = new Map<string, [count: number, inRmpoptPs: number]>();
  for (const { phase, outcome } of rounds) {
    for (const [i, cpu] of outcome.shape.cpus.entries()) {
      const [count, inRmpoptPs] = sums.get(`${phase} ${cpu}`) ?? [0, 0];
      const issued = outcome.byCpu.issued[i] ?? 0;
      sums.set(`${phase} ${cpu}`, [count + issued, inRmpoptPs + (outcome.byCpu.inRmpoptPs[i] ?? 0)]);
    }
  }
  return { phases: phases.map(({ phase, elapsedPs: ps }) => [phase, ps]), sums: [...sums].sort() };
}

const ipisOf = ({ rounds }: SweepRecord) =>
  rounds.reduce((sum, { outcome: { shape } }) => sum + (shape.delivery === 'local' ? 0 : shape.targets), 0);

const topologies = fc.constantFrom('1x1x1x1', '1x1x3x2', '1x3x2x1', '2x2x5x2', '2x1x1x1');
const switches = fc.record({
  resultShared: fc.constantFrom('machine', 'l3', 'none'),
  resultQueueScope: fc.constantFrom('region', 'machine'),
  failureShared: fc.boolean(),
  arrivalOrder: fc.constantFrom('cpu', 'rotate'),
}) as fc.Arbitrary<Partial<ParameterValues>>;
const ownership = fc.array(fc.constantFrom(null, 0, 700, 262_143), { minLength: 1, maxLength: 24 });

/** A host with at most one private page per region, by its place. */
function hostWith(topology: string, pages: readonly (number | null)[], values: Partial<ParameterValues>) {
  const machine = createMachine({ topology, regions: pages.length, preassigned: [], values });
  for (const [region, page] of pages.entries()) if (page !== null) assign(machine, region, page);
  return machine;
}

describe('what sweeps leave in the tables', () => {
  test.each(['single-ipi', 'split-local', 'batched', 'skip-failed', 'broadcast', 'serial'] as const)(
    'is the same after %s as after local-first',
    (strategy) => {
      fc.assert(
        fc.property(topologies, ownership, switches, fc.nat(8), (topology, pages, values, batch) => {
          const [one, other] = [hostWith(topology, pages, values), hostWith(topology, pages, values)];
          sweep(one, 'local-first');
          sweep(other, strategy, 'primary', batch + 1);
          expect(tablesOf(other)).toBe(tablesOf(one));
        }),
        { numRuns: 60 },
      );
    },
  );
});

describe('batched', () => {
  test('with one region a round is local-first, CPU by CPU, whatever the costs and switches', () => {
    const costs = fc.record({
      entryScanRemoteNs: fc.integer({ min: 0, max: 60 }),
      resultServiceNs: fc.integer({ min: 0, max: 300 }),
      groupServiceNs: fc.integer({ min: 0, max: 8000 }),
      ipiBurstNs: fc.integer({ min: 0, max: 30 }),
    });
    fc.assert(
      fc.property(topologies, ownership, switches, costs, (topology, pages, ofSwitches, ofCosts) => {
        const values = { ...ofSwitches, ...ofCosts };
        const [one, other] = [hostWith(topology, pages, values), hostWith(topology, pages, values)];
        for (let pass = 0; pass < 2; pass++) {
          const expected = accountOf(sweep(one, 'local-first'));
          expect(accountOf(sweep(other, 'batched', null, 1))).toEqual(expected);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('with all regions a round is single-ipi', () => {
    const pages = [null, 0, null, 700, null];
    const [one, other] = [hostWith('2x2x5x2', pages, {}), hostWith('2x2x5x2', pages, {})];
    expect(accountOf(sweep(one, 'batched', null, 5))).toEqual(accountOf(sweep(other, 'single-ipi')));
  });

  test('sends one IPI to each target for so many regions', () => {
    expect(ipisOf(sweep(hostWith('1x1x4x1', new Array(10).fill(null), {}), 'batched', null, 4))).toBe(3 * 3);
  });
});

describe('skip-failed', () => {
  test.each(HYPOTHESES)('costs under %s what local-first costs on an empty host', (hypothesis) => {
    const host = () => createMachine({ topology: '2x2x5x2', regions: 40, preassigned: [], hypothesis });
    expect(accountOf(sweep(host(), 'skip-failed'))).toEqual(accountOf(sweep(host(), 'local-first')));
  });

  test('sends no IPI on a full host', () => {
    const record = sweep(hostWith('2x2x5x2', new Array(20).fill(0), {}), 'skip-failed');
    expect(ipisOf(record)).toBe(0);
    expect(record.rounds).toHaveLength(20);
  });

  test('leaves out of the second loop exactly the regions the local CPU failed on', () => {
    const { rounds } = sweep(hostWith('1x1x3x1', [null, 0, null, 700], {}), 'skip-failed');
    const remote = rounds.flatMap(({ phase, planned }) =>
      phase === 'remote' && 'region' in planned ? [planned.region] : [],
    );
    expect(remote).toEqual([0, 2]);
  });
});

describe('dirty-only', () => {
  test('issues nothing right after a sweep, and on a fresh host costs what local-first costs', () => {
    const [one, other] = [createMachine({ regions: 40 }), createMachine({ regions: 40 })];
    expect(accountOf(sweep(one, 'dirty-only'))).toEqual(accountOf(sweep(other, 'local-first')));
    expect(sweep(one, 'dirty-only').rounds).toEqual([]);
  });

  test('goes over the regions touched since, by whoever assigned or gave back', () => {
    const machine = createMachine({ topology: '1x1x2x1', regions: 8, preassigned: [] });
    assign(machine, 1, 0);
    sweep(machine, 'dirty-only');
    giveBack(machine, 1, 0);
    assign(machine, 5, 512, '2m');
    const { rounds } = sweep(machine, 'dirty-only');
    expect(rounds.map(({ planned }) => ('region' in planned ? planned.region : null))).toEqual([1, 5, 1, 5]);
    giveBack(machine, 5, 512, '2m');
    expect(sweep(machine, 'dirty-only').rounds).toHaveLength(2);
  });

  test('does not know of sweeps by others than itself less than of its own', () => {
    const machine = createMachine({ topology: '1x1x2x1', regions: 8 });
    sweep(machine, 'broadcast');
    expect(sweep(machine, 'dirty-only').rounds).toEqual([]);
  });
});

describe('split-local', () => {
  test('deals regions of a socket to one CPU of each of its L3 groups, and leaves that CPU out later', () => {
    const machine = createMachine({ topology: '2x2x2x1', regions: 8, preassigned: [] });
    const [first, ...others] = sweep(machine, 'split-local').rounds;
    expect([...(first?.planned.shape.cpus ?? [])]).toEqual([0, 2, 4, 6]);
    expect(first?.planned).toMatchObject({
      lists: [
        [0, 2],
        [1, 3],
        [4, 6],
        [5, 7],
      ],
    });
    const masks = others.map(({ planned }) => [...planned.shape.cpus].join(' '));
    expect(masks.slice(0, 2)).toEqual(['1 2 3 4 5 6 7', '0 1 3 4 5 6 7']);
  });
});

/** Strategies whose rounds on a region take the same wherever it stands in the sweep. */
const PROPORTIONAL: readonly StrategyName[] = STRATEGY_NAMES.filter(
  (name) => name !== 'single-ipi' && name !== 'split-local',
);

test.each(PROPORTIONAL)('by %s twice the regions take exactly twice as long', (strategy) => {
  for (const hypothesis of HYPOTHESES) {
    const phases = (regions: number) => {
      const machine = createMachine({
        topology: '2x2x5x2',
        regions,
        preassigned: [],
        hypothesis,
        values: { clockReadNs: 0 },
      });
      const record = sweep(machine, strategy, null, 4);
      return [elapsedPs(record, 'local'), elapsedPs(record, 'remote')];
    };
    expect(phases(48)).toEqual(phases(24).map((ps) => 2 * ps));
  }
});

test('every strategy says what it does and where it comes from', () => {
  for (const { summary, origin } of Object.values(STRATEGIES)) {
    expect(summary).toMatch(/^[a-z].*[^.]$/);
    expect(origin).toMatch(/posted|suggested|timed/);
  }
});

test('a sweep counts its own rounds alone, also after one that was given up between two rounds', () => {
  const machine = createMachine({ topology: '1x1x2x1', regions: 4 });
  const choice = chooseSweep('local-first', null, null);
  const given = new Sweeper(machine).sweepByRounds(choice, { observe: () => {}, haltsBefore: () => true });
  expect(given.next().done).toBe(false);
  const rounds = new Sweeper(machine).sweep(choice).map(({ sums }) => sums.map((one) => one.rounds));
  expect(rounds).toEqual([[4], [4]]);
});

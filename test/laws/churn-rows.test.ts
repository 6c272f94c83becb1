import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SWEEP_POLICY_NAMES } from '../../src/guests/sweep-policy.js';
import { parseTopology } from '../../src/machine/topology.js';
import { churn } from '../../src/measure/churn.js';
import type { ChurnRequest } from '../../src/measure/churn-rows.js';
import type { ChurnDocument, ChurnRow } from '../../src/run-document/churn-document.js';
import type { Arrivals, ChurnScenario, TimedStep } from '../../src/scenario/churn-scenario.js';
import { PLACEMENTS } from '../../src/scenario/scenario.js';
import { chooseSweep, STRATEGY_NAMES } from '../../src/sweep/strategies.js';
import { guest, NOWHERE } from '../support/guests.js';
import { STARTING_VALUES } from '../support/machines.js';
import { gib } from '../support/measuring.js';
import { toEnd } from '../support/to-end.js';
import { plausibleMachine, setsOf } from './plausible.js';
import { nearestRank } from './recount.js';

const SECOND = 1e9;
/** Memory comes back at once, unless a test says otherwise. */
const AT_ONCE = [
  ['rmpupdateNs', 0],
  ['flushPerPageNs', 0],
] as const;

function scenario(parts: Partial<ChurnScenario>): ChurnScenario {
  const nothing = { memoryBytes: null, durationNs: null, privateMemory: [], timeline: [], arrivals: [] };
  return { name: 'told', title: 'told', ...nothing, ...parts };
}

function live(
  of: Pick<ChurnRequest, 'scenario'> & Partial<Omit<ChurnRequest, 'topology'>> & { topology?: string },
): ChurnDocument {
  const { topology = '1x1x2x1', ...choice } = of;
  const request = {
    ...{ tool: { name: 'rmpopt-bench', version: 'test' }, command: [], machine: STARTING_VALUES },
    ...{ hypotheses: ['shared'], bandHypotheses: [], memoryBytes: gib(6), topology: parseTopology(topology) },
    ...{ sweep: chooseSweep('local-first', null, null), seed: 1, runs: 1, mapping: null },
    ...{ policies: SWEEP_POLICY_NAMES, windows: null, delayNs: 10 * SECOND, maxWaitNs: 25 * SECOND },
    ...{ delaysNs: [], durationNs: 100 * SECOND },
    ...choice,
    parameters: new Map([...AT_ONCE, ...(choice.parameters ?? [])]),
  };
  return toEnd(churn(request));
}

const at = (seconds: number) => ({ atNs: seconds * SECOND, source: NOWHERE });
const launch = (seconds: number, name: string, sizeGib = 1): TimedStep => {
  return { ...at(seconds), kind: 'launch', guest: guest(name, sizeGib, '2m') };
};
const terminate = (seconds: number, name: string): TimedStep => ({ ...at(seconds), kind: 'terminate', name });

const arrivals: fc.Arbitrary<Arrivals> = fc
  .record({
    everyNs: fc.integer({ min: 4, max: 40 }),
    lifetimeNs: fc.integer({ min: 1, max: 60 }),
    fromNs: fc.integer({ min: 0, max: 30 }),
    timing: fc.constantFrom('random' as const, 'regular' as const),
    placement: fc.constantFrom(...PLACEMENTS),
    count: fc.option(fc.integer({ min: 1, max: 6 })),
  })
  .map(({ everyNs, lifetimeNs, fromNs, ...rest }) => ({
    ...{ name: 'g', untilNs: null, sizesBytes: [gib(1), gib(2)], mappings: ['2m' as const], source: NOWHERE },
    ...{ everyNs: everyNs * SECOND, lifetimeNs: lifetimeNs * SECOND, fromNs: fromNs * SECOND },
    ...rest,
  }));

test('results are what somebody works out from the events and the sweeps of the same document', () => {
  fc.assert(
    fc.property(
      ...[fc.array(arrivals, { minLength: 1, maxLength: 2 }), fc.constantFrom(...STRATEGY_NAMES)],
      ...[fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 99 }), fc.constantFrom(0, 1500.5)],
      (streams, strategy, delay, seed, guestExitNs) => {
        const document = live({
          scenario: scenario({ arrivals: streams.map((one, i) => ({ ...one, name: `g${i}` })) }),
          ...{ sweep: chooseSweep(strategy, null, null), delayNs: delay * SECOND, seed },
          ...{ delaysNs: [3 * SECOND], parameters: new Map([['guestExitNs', guestExitNs]]) },
        });
        for (const row of document.results) {
          if (row.policy === 'immediate' || row.delayNs === delay * SECOND) expectAccount(row, document);
          expect(row.guestTakenNs).toBe(row.guestInRmpoptNs + Math.round(row.guestIpis * guestExitNs));
        }
        let [guests, exits] = [0, 0];
        for (const one of document.events) {
          if (one.event === 'launch') guests++;
          if (one.event === 'exit') guests--;
          exits += one.exits;
          expect([one.guests, one.exits]).toEqual([guests, one.event === 'exit' ? 1 : 0]);
        }
        expect(document.results.every((row) => row.exits === exits)).toBe(true);
      },
    ),
    { numRuns: 25 },
  );
});

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function expectAccount(row: ChurnRow, { events, sweeps }: ChurnDocument): void {
  const own = sweeps.filter((sweep) => sweep.policy === row.policy && sweep.delayNs === row.delayNs);
  const exitsAt = events.flatMap(({ atNs, exits }) => Array(exits).fill(atNs) as number[]);
  const served = sum(own.map(({ exits }) => exits));
  const [unsweptSinceNs = null] = exitsAt.slice(served);
  const waits = own.map(({ startNs, elapsedNs, firstExitNs }) => startNs + elapsedNs - firstExitNs);
  const elapsedNs = own.map((sweep) => sweep.elapsedNs);
  expect(row).toMatchObject({
    launches: events.filter(({ event }) => event === 'launch').length,
    turnedAway: events.filter(({ event }) => event === 'turned-away').length,
    sweeps: own.length,
    idleSweeps: own.filter(({ waitingRegions }) => waitingRegions === 0).length,
    elapsedNs: sum(elapsedNs),
    longestSweepNs: Math.max(0, ...elapsedNs),
    exitsUnswept: exitsAt.length - served,
    unsweptSinceNs,
    longestWaitNs: Math.max(0, ...waits, unsweptSinceNs === null ? 0 : row.durationNs - unsweptSinceNs),
  });
  // A sweep answers the exits that no earlier one has answered, the first of them first.
  let before = 0;
  for (const sweep of own) {
    expect(sweep.firstExitNs).toBe(exitsAt[before]);
    before += sweep.exits;
    expect(exitsAt[before - 1]).toBeLessThanOrEqual(sweep.startNs);
    expect(sweep.postponements).toBeLessThan(sweep.exits);
  }
  const postponements = sum(own.map((sweep) => sweep.postponements));
  expect(row.postponements).toBeGreaterThanOrEqual(postponements);
  if (unsweptSinceNs === null) expect(row.postponements).toBe(postponements);
  expect(row.cpuTimeNs).toBeGreaterThanOrEqual(row.elapsedNs);
  expect(row.guestInRmpoptNs).toBeLessThanOrEqual(row.cpuTimeNs - row.elapsedNs);
}

describe('a guest of 1 GiB that is there from the start and leaves after 10 s, on 6 GiB', () => {
  // Firmware and RMP hold regions 0 and 5, the guest region 1. Regions 2 to 4 are free for 100 s, region 1 for 90 s.
  const guestLeaves = (topology: string, memoryBytes: number) =>
    live({
      scenario: scenario({ privateMemory: [guest('a', 1, '1g')], timeline: [terminate(10, 'a')] }),
      ...{ topology, memoryBytes, policies: ['first-exit'], delayNs: 30 * SECOND, windows: ['low'] },
    }).results[0];

  test.each(['1x1x1x1', '1x1x32x1', '2x1x16x1', '1x1x33x2', '2x1x33x1', '3x2x11x1'])(
    'leaves it unoptimized on every core of %s, and no other region on any, until the sweep 30 s later',
    (topology) => {
      const row = guestLeaves(topology, gib(6));
      expect(row.freeRegionS).toBe(390);
      expect(row.outsideRegionS).toBe(0);
      // But for the time the sweep takes, far below a second.
      expect(row.waitingRegionS).toBeCloseTo(30, 1);
      expect(row.optimizedShare).toBeCloseTo(360 / 390, 3);
      expect(row.ownNodeShare).toBeCloseTo(360 / 390, 3);
      expect(row).toMatchObject({ sweeps: 1, launches: 1, exits: 1, idleSweeps: 0, exitsUnswept: 0 });
    },
  );
});

test('pages of no guest that are private from the start hold their regions until all is freed and swept', () => {
  // Regions 1 to 4 hold a page for 10 s, then wait for 30 s.
  const each = { kind: 'each-region', pages: 1, at: 'last', mapping: '4k', source: NOWHERE } as const;
  const [row] = live({
    scenario: scenario({
      privateMemory: [each, guest('a', 0.5, '2m')],
      timeline: [{ ...at(10), kind: 'free-all' }],
    }),
    ...{ policies: ['first-exit'], delayNs: 30 * SECOND },
  }).results;
  expect(row.freeRegionS).toBe(4 * 90);
  expect(row.waitingRegionS).toBeCloseTo(4 * 30, 1);
  expect(row.optimizedShare).toBeCloseTo(60 / 90, 3);
  expect(row).toMatchObject({ exits: 1, sweeps: 1, idleSweeps: 0 });
});

describe('what happens at the very end of the watch', () => {
  const events = (...timeline: TimedStep[]) =>
    live({ scenario: scenario({ timeline }), durationNs: 50 * SECOND }).events.map(
      ({ atNs, event, guest }) => {
        return `${atNs / SECOND} ${event} ${guest}`;
      },
    );

  test('is no part of it', () => {
    expect(events(launch(49, 'a'), terminate(50, 'a'))).toEqual(['49 launch a']);
    expect(events(launch(50, 'a'))).toEqual([]);
  });

  test('is as if the watch had been longer but for what comes then', () => {
    const before = { ...terminate(1, 'a'), atNs: 50 * SECOND - 1 };
    expect(events(launch(0, 'a'), before)).toEqual(['0 launch a', '49.999999999 exit a']);
  });
});

test('where the window of a node does not hold a region, only the other cores can have it optimized', () => {
  // 2056 GiB: the RMP holds the upper 9 regions, firmware region 0. The window of node 0 ends with region 2047, that of node 1
  // begins with region 8. So the regions 1 to 7 are for one of the two cores; all that are left, for both.
  const [low, node] = live({
    scenario: scenario({}),
    ...{ topology: '2x1x1x1', memoryBytes: gib(2056), policies: ['first-exit'], durationNs: 60 * SECOND },
  }).results;
  const free = 2056 - 10;
  expect(low).toMatchObject({ window: 'low', regions: 2048, outsideRegionS: 0, freeRegionS: 60 * free });
  expect(node).toMatchObject({ window: 'node', regions: 2056, outsideRegionS: 0, freeRegionS: 60 * free });
  expect(low.optimizedShare).toBe(1);
  expect(node.optimizedShare).toBeCloseTo((2 * free - 7) / (2 * free), 6);
  expect(node.waitingRegionS).toBe(0);
});

test('unless said, hosts of more than 2 TiB are watched under both windows, others under one', () => {
  const windows = (memoryBytes: number) =>
    live({ scenario: scenario({}), memoryBytes, policies: ['immediate'], durationNs: SECOND }).results.map(
      ({ window }) => window,
    );
  expect(windows(gib(2048))).toEqual(['low']);
  expect(windows(gib(2049))).toEqual(['low', 'node']);
});

test('the range of all sweeps is over what each set of costs that meets the same sweeps says of them', () => {
  const of = {
    scenario: scenario({
      privateMemory: [guest('a', 1, '2m'), guest('b', 0.5, '4k')],
      timeline: [terminate(10, 'a'), terminate(50, 'b')],
    }),
    ...{ policies: ['first-exit'] as const, topology: '1x2x2x2' },
  };
  // One in four is predicted with, and those with other switches than the host's have met something else.
  const sets = setsOf('shared', 41).filter((set, i) => i % 4 === 0 && !set.failureShared && set.earlyExit);
  const times = sets.map((set) => {
    const parameters = new Map(Object.entries(set)) as ChurnRequest['parameters'];
    return live({ ...of, parameters }).results[0].elapsedNs;
  });
  const [row] = live({ ...of, machine: plausibleMachine(41), bandHypotheses: ['shared'] }).results;
  expect(row.sweeps).toBe(2);
  // Each set's time is rounded once, that of its sweeps phase by phase; quantiles are found to a millionth.
  for (const [found, share] of [
    [row.elapsedLowNs, 0.05],
    [row.elapsedHighNs, 0.95],
  ] as const) {
    const expected = nearestRank(times, share);
    expect(Math.abs((found ?? 0) - expected)).toBeLessThanOrEqual(2 + 2e-6 * expected);
  }
});

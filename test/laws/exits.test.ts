import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DealtOrder, RunOrder } from '../../src/guests/file-order.js';
import type { ParameterName, ParameterValue } from '../../src/machine/parameters.js';
import { parseTopology } from '../../src/machine/topology.js';
import { churn } from '../../src/measure/churn.js';
import type { ChurnRequest } from '../../src/measure/churn-rows.js';
import type { ChurnScenario } from '../../src/scenario/churn-scenario.js';
import { chooseSweep } from '../../src/sweep/strategies.js';
import { guest, NOWHERE } from '../support/guests.js';
import { STARTING_VALUES } from '../support/machines.js';
import { gib } from '../support/measuring.js';
import { expectSame } from '../support/same.js';
import { toEnd } from '../support/to-end.js';

const SECOND = 1e9;
const PAGES_PER_REGION = 262_144;

test('a file dealt in turn is what somebody finds who deals it unit by unit', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 7 }),
      fc.constantFrom(1, 3),
      (shares, unitEntries) => {
        const turn = [...shares.keys()].sort((a, b) => (shares[b] ?? 0) - (shares[a] ?? 0) || a - b);
        const left = [...shares];
        const file: number[] = [];
        while (left.some((units) => units > 0)) {
          for (const region of turn.filter((one) => (left[one] ?? 0) > 0)) {
            left[region] = (left[region] ?? 0) - 1;
            for (let i = 0; i < unitEntries; i++) file.push(region);
          }
        }
        expectOrder(new DealtOrder(shares, unitEntries), file, shares.length);
      },
    ),
  );
});

test('a file in runs is what somebody finds who goes through it page by page', () => {
  const run = fc.record({ region: fc.integer({ min: 0, max: 3 }), pages: fc.integer({ min: 1, max: 5 }) });
  fc.assert(
    fc.property(fc.array(run, { maxLength: 8 }), (drawn) => {
      const next = [10, 10, 10, 10];
      const runs = drawn.map(({ region, pages }) => {
        const startPage = region * PAGES_PER_REGION + (next[region] ?? 0);
        next[region] = (next[region] ?? 0) + pages + 1;
        return { startPage, pages };
      });
      const file = drawn.flatMap(({ region, pages }) => Array<number>(pages).fill(region));
      expectOrder(new RunOrder(runs, 1), file, 4);
    }),
  );
  const overTheBound = new RunOrder([{ startPage: PAGES_PER_REGION - 4, pages: 6 }], 2);
  expectOrder(overTheBound, [0, 0, 1], 2);
});

function expectOrder(order: DealtOrder | RunOrder, file: readonly number[], regions: number): void {
  for (let region = 0; region < regions; region++) {
    const firsts = Array.from({ length: file.length + 1 }, (_, first) => first);
    const counts = firsts.map((first) => file.slice(0, first).filter((one) => one === region).length);
    expectSame(
      firsts.map((first) => order.countAmong(first, region)),
      counts,
    );
  }
  const ends = [...new Set(file)].map((region) => ({ region, entries: file.lastIndexOf(region) + 1 }));
  expect(order.lastEntries()).toEqual(ends.sort((a, b) => a.entries - b.entries));
}

function live(
  scenario: Partial<ChurnScenario>,
  { set = {}, ...choice }: Partial<ChurnRequest> & { set?: Partial<Record<ParameterName, ParameterValue>> },
) {
  const nothing = { memoryBytes: null, durationNs: null, privateMemory: [], timeline: [], arrivals: [] };
  const request: ChurnRequest = {
    ...{ tool: { name: 'rmpopt-bench', version: 'test' }, command: [], machine: STARTING_VALUES },
    ...{
      hypotheses: ['shared'],
      bandHypotheses: [],
      memoryBytes: gib(64),
      topology: parseTopology('1x1x2x1'),
    },
    ...{ sweep: chooseSweep('local-first', null, null), seed: 1, runs: 1, mapping: null },
    ...{ policies: ['last-exit'], windows: null, delayNs: 10 * SECOND, maxWaitNs: 25 * SECOND },
    ...{ delaysNs: [], durationNs: 200 * SECOND },
    scenario: { name: 'told', title: 'told', ...nothing, ...scenario },
    parameters: new Map(Object.entries(set)) as ChurnRequest['parameters'],
    ...choice,
  };
  return toEnd(churn(request));
}

const terminate = (seconds: number, name: string) => {
  return { atNs: seconds * SECOND, kind: 'terminate' as const, name, source: NOWHERE };
};

describe('a guest of 20 GiB that ends after 10 s, converted in T = 10.5 s', () => {
  // Regions 1 to 20, whole ones. Its entries are of 2 MiB, and take as long as 512 of 4 KiB at 1.5 us and 0.5 us.
  const large = guest('a', 20, '1g');
  const set = { rmpupdateNs: 512 * 1500, flushPerPageNs: 500 };
  const conversionS = (20 * PAGES_PER_REGION * 2000) / 1e9;
  const swept = (delayS: number, others: readonly ReturnType<typeof terminate>[] = []) =>
    live(
      { privateMemory: [large, guest('b', 1, '1g')], timeline: [terminate(10, 'a'), ...others] },
      { delayNs: delayS * SECOND, set },
    );

  test.each([0, 1, 3, 7, 10, 10.4, 11])(
    'a sweep after %d s misses g (1 - d / T), but for the edges',
    (delayS) => {
      const { results, events } = swept(delayS);
      expect(events.find(({ event }) => event === 'exit')?.conversionNs).toBe(conversionS * SECOND);
      expect(events.find(({ event }) => event === 'converted')?.atNs).toBe((10 + conversionS) * SECOND);
      const expected = Math.max(0, 20 * (1 - delayS / conversionS));
      expect(results[0]?.missedRegions).toBeGreaterThanOrEqual(Math.floor(expected));
      expect(results[0]?.missedRegions).toBeLessThanOrEqual(Math.ceil(expected));
    },
  );

  test('what it has missed waits for the sweep of the next exit, or for good', () => {
    const [never] = swept(5).results;
    const [later] = swept(5, [terminate(60, 'b')]).results;
    // T / 20 a region, so 9 have come back; region i of the others at 10 + i T / 20.
    const missedS = (untilS: number) => {
      const missed = Array.from({ length: 11 }, (_, i) => untilS - (10 + ((i + 10) * conversionS) / 20));
      return missed.reduce((sum, one) => sum + one, 0);
    };
    expect(never?.missedRegions).toBe(11);
    expect(never?.missedRegionS).toBeCloseTo(missedS(200), 2);
    expect(later?.missedRegionS).toBeCloseTo(missedS(65), 1);
    // The sweep after the second exit comes long after its guest has been converted.
    expect(later).toMatchObject({ missedRegions: 11, sweeps: 2, futileSweeps: 0 });
  });

  test('a sweep after its conversion misses none', () => {
    const { results, sweeps } = live(
      { privateMemory: [large], timeline: [terminate(10, 'a')] },
      { policies: ['after-conversion'], set },
    );
    expect(results[0]).toMatchObject({ sweeps: 1, missedRegions: 0, missedRegionS: 0 });
    expect(sweeps[0]).toMatchObject({ startNs: (10 + conversionS) * SECOND, newRegions: 20 });
  });
});

test('a scan ends at the first page that has not come back at that moment', () => {
  // The first guest fills region 0 behind the firmware, so the second has the first 8 entries of region 1, 1 ms each. After
  // 3.5 ms 3 of them have come back: the scan reads as many. Regions 0 and 2 are met at their first entry.
  const free = Object.fromEntries(
    Object.entries(STARTING_VALUES.parameters).flatMap(([name, { value }]) => {
      return name.endsWith('Ns') && typeof value === 'number' ? [[name, 0]] : [];
    }),
  );
  const { sweeps } = live(
    {
      privateMemory: [guest('fill', 1022 / 1024, '2m'), guest('a', 16 / 1024, '2m')],
      timeline: [terminate(10, 'a')],
    },
    {
      ...{ memoryBytes: gib(3), topology: parseTopology('1x1x1x1'), delayNs: 3_500_000 },
      set: { ...free, rmpupdateNs: 1_000_000, entryScanLocalNs: 1000 },
    },
  );
  expect(sweeps.map(({ elapsedNs, missedRegions }) => [elapsedNs, missedRegions])).toEqual([[3000, 1]]);
});

test('what a guest held in a region can be placed again when the last page of it has come back', () => {
  // Regions 1 to 4 of a host of 6 GiB; each has 512 entries of 1 ms.
  const launch = (seconds: number) => {
    return { atNs: seconds * SECOND, kind: 'launch' as const, guest: guest('b', 1, '1g'), source: NOWHERE };
  };
  const at = (seconds: number) =>
    live(
      { privateMemory: [guest('a', 4, '1g')], timeline: [terminate(10, 'a'), launch(seconds)] },
      { memoryBytes: gib(6), set: { rmpupdateNs: 1_000_000, flushPerPageNs: 0 } },
    );
  expect(() => at(10.511)).toThrow('room for guest b');
  expect(at(10.512).events.at(-1)).toMatchObject({ event: 'converted' });
});

test('hypotheses that say how long exits take in different ways have no history in common', () => {
  const [shared] = Object.values(STARTING_VALUES.hypotheses);
  if (shared === undefined) throw new Error('a machine without hypotheses');
  const other = {
    ...shared.parameters,
    rmpupdateNs: { value: 9, provenance: 'assumed', source: 'told' },
  } as const;
  const machine = {
    ...STARTING_VALUES,
    hypotheses: { ...STARTING_VALUES.hypotheses, other: { ...shared, parameters: other } },
  };
  expect(() => live({}, { machine, hypotheses: ['shared', 'other'] })).toThrow(
    'rmpupdateNs: expected one value for all hypotheses, found 1500 (shared) and 9 (other)',
  );
});

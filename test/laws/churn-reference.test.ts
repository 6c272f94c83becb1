import { describe, expect, test } from 'vitest';
import { type ChurnEvent, type ChurnHistory, type ChurnPolicy, liveThrough } from './churn-reference.js';
import { type ReferenceConfig, ReferenceHost, type ReferenceValues } from './reference.js';

// Every figure expected here was worked out by hand, in the comment above it.

const PAGES_PER_REGION = 262_144;

const FREE_OF_COST: ReferenceValues = {
  rmpoptFixedNs: 0,
  entryScanLocalNs: 0,
  entryScanRemoteNs: 0,
  entryScanWarmNs: 0,
  resultHitNs: 0,
  resultServiceNs: 0,
  groupServiceNs: 0,
  ipiBaseNs: 0,
  ipiPerTargetNs: 0,
  ipiShorthand: true,
  ipiBurstNs: 0,
  guestExitNs: 0,
  disturbance: 1,
  serialCallNs: 0,
  condReschedNs: 0,
  clockReadNs: 0,
  earlyExit: true,
  failureShared: false,
  scan: '2m',
  resultShared: 'none',
  resultQueueScope: 'region',
  arrivalOrder: 'cpu',
};

const ONE_CPU = { sockets: 1, l3GroupsPerSocket: 1, coresPerL3Group: 1, threadsPerCore: 1 };
const TWO_CORES = { ...ONE_CPU, coresPerL3Group: 2 };
const TWO_SOCKETS = { ...ONE_CPU, sockets: 2 };

const IMMEDIATE: ChurnPolicy = { name: 'immediate', delayNs: 0, maxWaitNs: null };

function ms(count: number): number {
  return count * 1_000_000;
}

interface World extends Partial<Omit<ChurnHistory, 'host' | 'durationNs' | 'tickNs'>> {
  readonly topology: ReferenceConfig['topology'];
  readonly regions: number;
  readonly values?: Partial<ReferenceValues>;
  readonly durationMs: number;
}

function live({ topology, regions, values = {}, durationMs, ...rest }: World) {
  return liveThrough({
    host: { topology, regions, preassigned: [], values: { ...FREE_OF_COST, ...values } },
    strategy: 'local-first',
    threads: 'all',
    window: 'low',
    policy: IMMEDIATE,
    durationNs: ms(durationMs),
    tickNs: ms(1),
    events: [],
    ...rest,
  });
}

/** A guest of one page in every region it names. */
function assign(atMs: number, ...regions: number[]): ChurnEvent {
  const pages = regions.map((region) => {
    return { startPage: region * PAGES_PER_REGION + 7, pages: 1, entrySize: '4k' as const };
  });
  return { atNs: ms(atMs), kind: 'assign', pages, exits: 0, guestsRunning: true };
}

function leave(atMs: number, who: { regions: number[]; others: boolean; exits?: number }): ChurnEvent {
  const { pages } = assign(atMs, ...who.regions);
  return {
    atNs: ms(atMs),
    kind: 'give-back',
    pages,
    exits: who.exits ?? 1,
    guestsRunning: who.others,
  };
}

test('a region waits from its last page on, through the delay and the local loop, to the end of the round that reaches the last core', () => {
  // The sweep starts at 10 + 5 = 15 ms. Local loop of 1 ms each: region 0 to 16, region 1 to 17. Rounds of 2 + 1 ms each:
  // region 0 to 20, region 1 to 23: 8 ms in all. Region 0 waits from 10 to 20; it is free from 10 to 100, region 1 from 0.
  const account = live({
    topology: TWO_CORES,
    regions: 2,
    values: { rmpoptFixedNs: ms(1), ipiBaseNs: ms(2) },
    policy: { name: 'first-exit', delayNs: ms(5), maxWaitNs: null },
    events: [assign(0, 0), leave(10, { regions: [0], others: false })],
    durationMs: 100,
  });
  expect(account).toEqual({
    sweeps: [
      {
        startNs: ms(15),
        elapsedNs: ms(8),
        firstExitNs: ms(10),
        exits: 1,
        postponements: 0,
        waitingRegions: 1,
        newRegions: 1,
        missedRegions: 0,
      },
    ],
    rounds: 2,
    ipis: 2,
    issued: 4,
    optimized: 4,
    guestIpis: 0,
    guestInRmpoptNs: 0,
    postponements: 0,
    exitsUnswept: 0,
    unsweptSinceNs: null,
    freeRegionS: 0.19,
    waitingRegionS: 0.01,
    missedRegionS: 0,
    conversionNs: 0,
    outsideRegionS: 0,
  });
});

describe('what happens during a round', () => {
  test('takes effect at its end, and an exit during a sweep asks for another', () => {
    // Broadcast of 4 ms a round and 1 ms after it. First sweep: rounds 10-14 and 15-19, over at 20. Region 0 is free from 10;
    // the guest that comes into it at 12 gets in at 14. Region 1, left at 17, is free from 19. The second sweep starts at 20:
    // rounds 20-24, where region 0 fails, and 25-29, over at 30.
    // Waiting: region 0 from 10 to 14, region 1 from 19 to 29. Free: 4 ms, and 40 - 19 = 21 ms.
    const account = live({
      topology: TWO_CORES,
      regions: 2,
      strategy: 'broadcast',
      values: { ipiBaseNs: ms(4), condReschedNs: ms(1) },
      events: [
        assign(0, 0, 1),
        leave(10, { regions: [0], others: true }),
        assign(12, 0),
        leave(17, { regions: [1], others: true }),
      ],
      durationMs: 40,
    });
    const common = {
      ...{ elapsedNs: ms(10), exits: 1, postponements: 0, waitingRegions: 1 },
      ...{ newRegions: 1, missedRegions: 0 },
    };
    expect(account.sweeps).toEqual([
      { ...common, startNs: ms(10), firstExitNs: ms(10) },
      { ...common, startNs: ms(20), firstExitNs: ms(17) },
    ]);
    expect(account.waitingRegionS).toBe(0.014);
    expect(account.freeRegionS).toBe(0.025);
    // First sweep: region 0 on both cores, region 1 on none; second: the other way round.
    expect(account).toMatchObject({ rounds: 4, ipis: 4, guestIpis: 4, issued: 8, optimized: 4 });
  });

  test('changes the price of the next one, when the last guest has left', () => {
    // 4 ms a round, 3 ms more and RMPOPTs of 2 x 1 ms on the other core while a guest runs, 1 ms after each. The first round,
    // with a guest: 10 + 4 + 3 + 2 = 19, its end. The guest left at 12: region 1 is free from 19. Next round, without:
    // 20 + 4 + 1 = 25; over at 26. The second sweep, asked for at 12, starts at 26: rounds to 31 and 37; over at 38.
    // Waiting: region 0 from 10 to 19, region 1 from 19 to 25.
    const account = live({
      topology: TWO_CORES,
      regions: 2,
      strategy: 'broadcast',
      values: {
        rmpoptFixedNs: ms(1),
        disturbance: 2,
        ipiBaseNs: ms(4),
        guestExitNs: ms(3),
        condReschedNs: ms(1),
      },
      events: [
        assign(0, 0, 1),
        leave(10, { regions: [0], others: true }),
        leave(12, { regions: [1], others: false }),
      ],
      durationMs: 40,
    });
    expect(account.sweeps).toMatchObject([
      { startNs: ms(10), elapsedNs: ms(16), waitingRegions: 1 },
      { startNs: ms(26), elapsedNs: ms(12), waitingRegions: 0 },
    ]);
    expect(account.waitingRegionS).toBe(0.015);
    expect(account).toMatchObject({ guestIpis: 1, guestInRmpoptNs: ms(2), ipis: 4 });
  });
});

describe('guests that leave at 10, 14, 18 and 30 ms', () => {
  // One CPU, four regions with a guest each, 1 ms a region: region r is optimized r + 1 ms after the start of a sweep. The
  // watch ends at 36 ms.
  const world: World = {
    topology: ONE_CPU,
    regions: 4,
    values: { rmpoptFixedNs: ms(1) },
    events: [
      assign(0, 0, 1, 2, 3),
      leave(10, { regions: [0], others: true }),
      leave(14, { regions: [1], others: true }),
      leave(18, { regions: [2], others: true, exits: 2 }),
      leave(30, { regions: [3], others: false }),
    ],
    durationMs: 36,
  };

  test('put a sweep 6 ms after the last exit off twice, and one that is due when the watch ends does not start', () => {
    // Due at 16, 20, 24: at 24 it starts. The exit at 30 is due at 36, when the watch ends.
    // Waiting: 25 - 10, 26 - 14, 27 - 18 and 36 - 30, which makes 42. Free: 26 + 22 + 18 + 6 = 72.
    const account = live({ ...world, policy: { name: 'last-exit', delayNs: ms(6), maxWaitNs: null } });
    expect(account.sweeps).toEqual([
      {
        startNs: ms(24),
        elapsedNs: ms(4),
        firstExitNs: ms(10),
        exits: 4,
        postponements: 2,
        waitingRegions: 3,
        newRegions: 3,
        missedRegions: 0,
      },
    ]);
    expect(account).toMatchObject({ exitsUnswept: 1, unsweptSinceNs: ms(30), postponements: 2 });
    expect(account.waitingRegionS).toBe(0.042);
    expect(account.freeRegionS).toBe(0.072);
    expect(account).toMatchObject({ rounds: 0, ipis: 0, guestIpis: 0, guestInRmpoptNs: 0 });
  });

  test('put it off once when 10 ms are the most it may wait', () => {
    // Due at 16, then 20, then still 20. Waiting: 21 - 10, 22 - 14, 23 - 18 and 36 - 30, which makes 30.
    const account = live({ ...world, policy: { name: 'max-wait', delayNs: ms(6), maxWaitNs: ms(10) } });
    expect(account.sweeps).toMatchObject([
      { startNs: ms(20), exits: 4, postponements: 1, waitingRegions: 3 },
    ]);
    expect(account).toMatchObject({ exitsUnswept: 1, postponements: 1, waitingRegionS: 0.03 });
  });

  test('are swept from 6 ms after the first exit on, whoever leaves meanwhile', () => {
    // Starts at 16, over at 20: region 0 at 17, region 1 at 18. Region 2, left at 18, is free before its instruction begins at
    // 18, and is optimized at 19; its exit asks for a sweep at 24 all the same. Region 3 from 30 to the end.
    // Waiting: 17 - 10, 18 - 14, 19 - 18, 36 - 30, which makes 18.
    const account = live({ ...world, policy: { name: 'first-exit', delayNs: ms(6), maxWaitNs: null } });
    expect(account.sweeps).toMatchObject([
      { startNs: ms(16), firstExitNs: ms(10), exits: 2, waitingRegions: 2 },
      { startNs: ms(24), firstExitNs: ms(18), exits: 2, waitingRegions: 0 },
    ]);
    expect(account).toMatchObject({ exitsUnswept: 1, postponements: 0, waitingRegionS: 0.018 });
  });
});

test('an exit puts off even a sweep whose time had come while another ran', () => {
  // One region, one CPU, sweeps of 20 ms, 5 ms after the last exit. Exit at 1: sweep from 6 to 26. Exit at 10: due at 15, but
  // the sweep runs. Exit at 24: due at 29, and there it starts; it runs to 49, past the end of the watch, and counts whole.
  // Exit at 32: due at 37, but the sweep that would answer it could start at 49 only.
  const account = live({
    topology: ONE_CPU,
    regions: 1,
    values: { rmpoptFixedNs: ms(20) },
    policy: { name: 'last-exit', delayNs: ms(5), maxWaitNs: null },
    events: [1, 10, 24, 32].map((at) => leave(at, { regions: [], others: true })),
    durationMs: 40,
  });
  expect(account.sweeps).toMatchObject([
    { startNs: ms(6), elapsedNs: ms(20), exits: 1, postponements: 0 },
    { startNs: ms(29), elapsedNs: ms(20), exits: 2, postponements: 1 },
  ]);
  expect(account).toMatchObject({
    exitsUnswept: 1,
    unsweptSinceNs: ms(32),
    waitingRegionS: 0,
    freeRegionS: 0.04,
  });
});

describe('a guest whose pages come back one by one', () => {
  // One page in each of regions 0, 1 and 2; it leaves at 10 ms. A page takes 1 ms of RMPUPDATE and 1 ms of flush: region 0 is
  // free from 12, region 1 from 14, region 2 from 16. One CPU, 1 ms an RMPOPT: a sweep passes region r at start + r. The watch
  // ends at 40 ms; the threads take 6 ms.
  const pages = [0, 1, 2].map((region) => {
    return { startPage: region * PAGES_PER_REGION + 7, pages: 1, entrySize: '4k' as const };
  });
  const leaves = (atMs: number): ChurnEvent => {
    const conversions = [{ pages, exits: 1 }];
    return { atNs: ms(atMs), kind: 'leave', pages: [], conversions, exits: 1, guestsRunning: false };
  };
  const world: World = {
    topology: ONE_CPU,
    regions: 3,
    values: { rmpoptFixedNs: ms(1) },
    rmpupdateNs: ms(1),
    flushPerPageNs: ms(1),
    events: [assign(0, 0, 1, 2), leaves(10)],
    durationMs: 40,
  };
  const afterwards: ChurnEvent = {
    ...{ atNs: ms(30), kind: 'give-back', pages: [], exits: 1, guestsRunning: false },
  };

  test('is missed where a sweep passes before the last page of a region, until the sweep of another exit', () => {
    // Sweep from 12 to 15: region 0 at 12, region 1 at 13, region 2 at 14. Regions 1 and 2 are missed: they wait from 14 and 16.
    // The next sweep, from 32: region 1 until 34, region 2 until 35. Waiting: region 0 from 12 to 13, then 20 and 19. Missed
    // counts from the end of the sweep at 15: 19 and 19.
    const policy: ChurnPolicy = { name: 'last-exit', delayNs: ms(2), maxWaitNs: null };
    const account = live({ ...world, policy, events: [...(world.events ?? []), afterwards] });
    expect(account.sweeps).toMatchObject([
      { startNs: ms(12), waitingRegions: 1, newRegions: 1, missedRegions: 2 },
      { startNs: ms(32), waitingRegions: 2, newRegions: 2, missedRegions: 0 },
    ]);
    expect(account).toMatchObject({ waitingRegionS: 0.04, missedRegionS: 0.038, conversionNs: ms(6) });
    expect(account.freeRegionS).toBe((28 + 26 + 24) / 1000);
  });

  test('is missed for good where no other exit follows', () => {
    // As before, but regions 1 and 2 wait to the end: 26 and 24; missed 25 and 24.
    const policy: ChurnPolicy = { name: 'first-exit', delayNs: ms(2), maxWaitNs: null };
    expect(live({ ...world, policy })).toMatchObject({ waitingRegionS: 0.051, missedRegionS: 0.049 });
  });

  test('is missed by nobody where a sweep comes after the conversion, or right behind its pages', () => {
    // After it: from 16 on; regions wait 17 - 12, 18 - 14, 19 - 16.
    const after = live({ ...world, policy: { name: 'after-conversion', delayNs: 0, maxWaitNs: null } });
    expect(after.sweeps).toMatchObject([
      { startNs: ms(16), firstExitNs: ms(10), exits: 1, missedRegions: 0 },
    ]);
    expect(after).toMatchObject({ waitingRegionS: 0.012, missedRegionS: 0, exitsUnswept: 0 });
    // With 3 ms an RMPOPT, from 12: regions at 12, 15 and 18, each free by then. What comes back during an RMPOPT counts from its
    // end: they wait 15 - 12, 18 - 15, 21 - 18.
    const values = { rmpoptFixedNs: ms(3) };
    const policy: ChurnPolicy = { name: 'first-exit', delayNs: ms(2), maxWaitNs: null };
    const behind = live({ ...world, values, policy });
    expect(behind.sweeps).toMatchObject([{ waitingRegions: 1, newRegions: 3, missedRegions: 0 }]);
    expect(behind).toMatchObject({ waitingRegionS: 0.009, missedRegionS: 0 });
  });

  test('is still unswept where the watch ends before its last page', () => {
    const account = live({
      ...world,
      policy: { name: 'after-conversion', delayNs: 0, maxWaitNs: null },
      durationMs: 15,
    });
    expect(account).toMatchObject({ sweeps: [], exitsUnswept: 1, unsweptSinceNs: ms(10) });
    expect(account).toMatchObject({ freeRegionS: 0.004, waitingRegionS: 0.004, conversionNs: ms(6) });
  });

  test('cannot have its memory placed again before that', () => {
    const events = [...(world.events ?? []), assign(13, 1)];
    expect(() => live({ ...world, events })).toThrow('placed again at 13000000 ns');
    expect(() => live({ ...world, events: [...(world.events ?? []), assign(14, 1)] })).not.toThrow();
  });
});

describe('windows', () => {
  // Two sockets of one core, four regions, 1 ms an RMPOPT: local loop 10-14, rounds on core 1 14-18.
  const world: World = {
    topology: TWO_SOCKETS,
    regions: 4,
    values: { rmpoptFixedNs: ms(1) },
    events: [assign(0, 1, 3), leave(10, { regions: [1, 3], others: false })],
    durationMs: 20,
  };

  test('that begin at 0 let a region wait for every core', () => {
    // Region 1 until the round that ends at 16, region 3 until 18.
    const account = live({ ...world, window: 'low' });
    expect(account).toMatchObject({ ipis: 4, issued: 8, optimized: 8 });
    expect(account.waitingRegionS).toBe(0.014);
  });

  test('that begin at the own node let it wait only for cores whose window holds it', () => {
    // The window of core 1 begins at region 2. Region 1 waits for core 0 alone, until 12; region 3 until 18.
    const account = live({ ...world, window: 'node' });
    expect(account).toMatchObject({ ipis: 4, issued: 8, optimized: 6 });
    expect(account.waitingRegionS).toBe(0.01);
  });

  test('of 2048 regions leave the rest outside, where nothing waits', () => {
    // 2050 regions over 5 ms; two of them lie outside.
    const account = live({ topology: ONE_CPU, regions: 2050, durationMs: 5 });
    expect(account).toMatchObject({ freeRegionS: 10.25, waitingRegionS: 0, outsideRegionS: 0.01 });
  });
});

test('a sweep in which nothing happens takes as long round by round as in one go', () => {
  // All of them whole tens, so that somebody who looks every 10 ns misses nothing.
  const values = {
    ...FREE_OF_COST,
    rmpoptFixedNs: 30,
    entryScanLocalNs: 20,
    entryScanRemoteNs: 40,
    entryScanWarmNs: 10,
    resultHitNs: 2500,
    resultServiceNs: 170,
    groupServiceNs: 5200,
    ipiBaseNs: 3000,
    ipiPerTargetNs: 80,
    ipiBurstNs: 10,
    guestExitNs: 2000,
    disturbance: 2,
    condReschedNs: 10,
    clockReadNs: 20,
  };
  const topology = { sockets: 2, l3GroupsPerSocket: 2, coresPerL3Group: 2, threadsPerCore: 2 };
  for (const resultShared of ['machine', 'l3', 'none'] as const) {
    for (const resultQueueScope of ['region', 'machine'] as const) {
      for (const strategy of ['local-first', 'broadcast'] as const) {
        const host = {
          topology,
          regions: 4,
          preassigned: [],
          values: { ...values, resultShared, resultQueueScope },
        };
        const inOneGo = new ReferenceHost(host);
        inOneGo.sweep(strategy, 'all', false);
        for (const region of [1, 2]) inOneGo.rmpupdate(region * PAGES_PER_REGION + 7, 1, '4k', 'somebody');
        inOneGo.rmpupdate(2 * PAGES_PER_REGION + 7, 1, '4k', null);
        const phases = inOneGo.sweep(strategy, 'all', true);
        const account = liveThrough({
          host,
          strategy,
          threads: 'all',
          window: 'low',
          policy: IMMEDIATE,
          durationNs: 10,
          tickNs: 10,
          events: [
            { ...assign(0, 1, 2), atNs: 0 },
            { ...leave(0, { regions: [2], others: true }), atNs: 0 },
          ],
        });
        const elapsedPs = phases.reduce((sum, phase) => sum + phase.elapsedPs, 0);
        expect(account.sweeps.map(({ elapsedNs }) => elapsedNs * 1000)).toEqual([elapsedPs]);
        const issued = phases.flatMap((phase) => phase.issued);
        expect(account.optimized).toBe(issued.filter(({ carry }) => carry === 1).length);
      }
    }
  }
});

describe('a history that cannot be told', () => {
  const world: World = { topology: ONE_CPU, regions: 1, durationMs: 10 };

  test.each<[string, Partial<World>, string]>([
    [
      'a round that ends between two ticks',
      { values: { rmpoptFixedNs: 5 }, events: [leave(1, { regions: [], others: false })] },
      '1000005 ns is not a whole number of ticks',
    ],
    [
      'a page given away twice in different sizes',
      {
        events: [
          assign(0, 0),
          { ...assign(1), pages: [{ startPage: 0, pages: PAGES_PER_REGION, entrySize: '2m' }] },
        ],
      },
      'assign at 1000000 ns: FAIL_OVERLAP',
    ],
    [
      'events out of order',
      { events: [assign(2), assign(1)] },
      'an event at 1000000 ns comes after a later one',
    ],
  ])('is refused: %s', (_, part, message) => {
    expect(() => live({ ...world, ...part })).toThrow(message);
  });
});

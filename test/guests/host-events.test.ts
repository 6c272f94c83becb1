import { describe, expect, test } from 'vitest';
import { type HostEvent, hostEvents } from '../../src/guests/host-events.js';
import type { Arrivals, ChurnScenario } from '../../src/scenario/churn-scenario.js';
import { guest, NOWHERE } from '../support/guests.js';

const SECOND = 1e9;
const HOUR = 3600 * SECOND;

function scenario(parts: Partial<ChurnScenario>): ChurnScenario {
  const nothing = { memoryBytes: null, durationNs: null, privateMemory: [], timeline: [], arrivals: [] };
  return { name: 'test', title: 'test', ...nothing, ...parts };
}

function arrivals(parts: Partial<Arrivals>): Arrivals {
  return {
    ...{ name: 'web', timing: 'regular', everyNs: 10 * SECOND, lifetimeNs: 60 * SECOND, fromNs: 0 },
    ...{ untilNs: null, count: null, sizesBytes: [2 ** 30], mappings: ['4k'], placement: 'contiguous' },
    source: NOWHERE,
    ...parts,
  };
}

const told = (events: readonly HostEvent[]) =>
  events.map((event) => {
    const name = event.kind === 'launch' ? event.guest.name : event.kind === 'exit' ? event.name : 'all';
    return `${event.atNs / SECOND} ${event.kind} ${name}`;
  });

describe('regular arrivals', () => {
  test('come at the start and then in equal steps, stay as long each, and leave before others come', () => {
    const events = hostEvents(
      scenario({ arrivals: [arrivals({ lifetimeNs: 20 * SECOND })] }),
      35 * SECOND,
      1,
    );
    expect(told(events)).toEqual([
      '0 launch web-1',
      '10 launch web-2',
      '20 exit web-1',
      '20 launch web-3',
      '30 exit web-2',
      '30 launch web-4',
    ]);
  });

  test('keep to their count, and to when they begin and end', () => {
    const parts = { fromNs: 5 * SECOND, untilNs: 25 * SECOND };
    const launches = (own: Partial<Arrivals>) =>
      hostEvents(scenario({ arrivals: [arrivals({ ...parts, ...own })] }), HOUR, 1)
        .filter(({ kind }) => kind === 'launch')
        .map(({ atNs }) => atNs / SECOND);
    expect(launches({})).toEqual([5, 15]);
    expect(launches({ count: 1 })).toEqual([5]);
    expect(launches({ count: 3, everyNs: 0 })).toEqual([5, 5, 5]);
  });
});

describe('random arrivals', () => {
  const random = arrivals({ timing: 'random', sizesBytes: [2 ** 30, 2 ** 31], mappings: ['4k', '2m'] });
  const long = 100 * HOUR;
  const events = hostEvents(scenario({ arrivals: [random] }), long, 1);
  const launches = events.filter((event) => event.kind === 'launch');

  test('come as often as they should, in the mean', () => {
    expect(launches.length / (long / (10 * SECOND))).toBeCloseTo(1, 1);
  });

  test('stay as long as they should, in the mean', () => {
    const exits = new Map(events.flatMap((one) => (one.kind === 'exit' ? [[one.name, one.atNs]] : [])));
    const lifetimes = launches
      .slice(0, 10_000)
      .map((one) => (exits.get(one.guest.name) ?? Number.NaN) - one.atNs);
    const mean = lifetimes.reduce((sum, ns) => sum + ns, 0) / lifetimes.length;
    expect(mean / (60 * SECOND)).toBeCloseTo(1, 1);
  });

  test('have each size and each mapping about as often, one regardless of the other', () => {
    for (const sizeBytes of random.sizesBytes) {
      for (const mapping of random.mappings) {
        const alike = launches.filter(
          (one) => one.guest.sizeBytes === sizeBytes && one.guest.mapping === mapping,
        );
        expect(alike.length / launches.length).toBeCloseTo(0.25, 1);
      }
    }
  });

  test('are the same with the same seed, and are left alone by another stream', () => {
    const own = (others: Arrivals[], seed = 1) =>
      told(hostEvents(scenario({ arrivals: [random, ...others] }), HOUR, seed)).filter((one) =>
        / web-/.test(one),
      );
    expect(own([arrivals({ name: 'other', timing: 'random' })])).toEqual(own([]));
    expect(own([], 2)).not.toEqual(own([]));
  });
});

test('of what happens at once, exits come before launches, whatever the order of the file', () => {
  const at = { atNs: SECOND, source: NOWHERE };
  const timeline = [
    { ...at, kind: 'launch' as const, guest: guest('b', 1, '4k') },
    { ...at, kind: 'terminate' as const, name: 'a' },
  ];
  expect(told(hostEvents(scenario({ timeline }), HOUR, 1))).toEqual(['1 exit a', '1 launch b']);
});

test('more guests than can be simulated are refused where they are asked for', () => {
  const absurd = scenario({ arrivals: [arrivals({ everyNs: 1 })] });
  expect(() => hostEvents(absurd, HOUR, 1)).toThrow(/at most 100000 guests in 1h, found 3600000000000/);
  expect(hostEvents(scenario({ arrivals: [arrivals({ everyNs: 1, count: 5 })] }), HOUR, 1)).toHaveLength(10);
});

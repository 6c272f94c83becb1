import { describe, expect, test } from 'vitest';
import { type MemoryChange, PrivateMemory } from '../../src/guests/private-memory.js';
import type { Machine } from '../../src/machine/machine.js';
import { guest, NOWHERE } from '../support/guests.js';
import { probe } from '../support/instructions.js';
import { createMachine } from '../support/machines.js';
import { elapsedPs, sweep } from '../support/sweeps.js';

const PAGES_PER_GIB = 262_144;

function host(regions = 64, seed = 1) {
  const machine = createMachine({ topology: '1x1x2x1', regions });
  return { machine, memory: new PrivateMemory(machine, seed) };
}

function optimizedRegions(machine: Machine): number[] {
  const regions = Array.from({ length: machine.regions }, (_, region) => region);
  return regions.filter((region) => probe(machine, 1, region * 2 ** 30) === 1);
}

function sizeOf({ regions, rmpUpdates }: MemoryChange) {
  return { regions: regions.size, rmpUpdates };
}

function pagesByRegion(machine: Machine, owner: string): number[] {
  return Array.from({ length: machine.regions }, (_, region) =>
    machine.rmp
      .runsOf(region)
      .filter((run) => run.owner.name === owner)
      .reduce((sum, run) => sum + run.endPage - run.startPage, 0),
  );
}

describe('a contiguous 10 GiB guest on 64 GiB', () => {
  test.each([
    ['4k', 11, 10 * PAGES_PER_GIB],
    ['2m', 11, 10 * 512],
    ['1g', 10, 10 * 512],
  ] as const)('with %s pages pins %i regions and takes %i RMPUPDATEs', (mapping, regions, rmpUpdates) => {
    const { memory } = host();
    expect(sizeOf(memory.launch(guest('a', 10, mapping)))).toEqual({ regions, rmpUpdates });
    expect(sizeOf(memory.terminate('a'))).toEqual({ regions, rmpUpdates });
  });

  test('starts right behind firmware, or at the next region with 1g', () => {
    const { machine, memory } = host();
    memory.launch(guest('a', 1, '4k'));
    memory.launch(guest('b', 1, '1g'));
    expect(machine.rmp.runsOf(0)[1]?.owner.name).toBe('a');
    expect(machine.rmp.runsOf(2)[0]?.owner.name).toBe('b');
    expect(pagesByRegion(machine, 'a').slice(0, 3)).toEqual([PAGES_PER_GIB - 512, 512, 0]);
  });

  test('takes the lowest piece that holds it, also one that another guest has left', () => {
    const { machine, memory } = host();
    for (const name of ['a', 'b', 'c']) memory.launch(guest(name, 2, '1g'));
    memory.terminate('b');
    memory.launch(guest('d', 3, '1g'));
    memory.launch(guest('e', 1, '1g'));
    const first = (name: string) => pagesByRegion(machine, name).findIndex((pages) => pages > 0);
    expect(['a', 'c', 'd', 'e'].map(first)).toEqual([1, 5, 7, 3]);
  });
});

describe('a fragmented guest', () => {
  test('lies in pieces of 4 MiB, so that a small one pins a region per piece at most', () => {
    const { machine, memory } = host();
    const { regions, rmpUpdates } = memory.launch(guest('a', 0.125, '4k', 'fragmented'));
    const shares = pagesByRegion(machine, 'a').filter((pages) => pages > 0);
    expect(rmpUpdates).toBe(PAGES_PER_GIB / 8);
    expect(shares.every((pages) => pages % 1024 === 0)).toBe(true);
    expect(shares).toHaveLength(regions.size);
    // 32 pieces dealt to 63 regions: some share one, and none is needed by all.
    expect(regions.size).toBeGreaterThan(16);
    expect(regions.size).toBeLessThan(32);
  });

  test('takes whole pages of a larger mapping, one region each', () => {
    const { memory } = host();
    expect(memory.launch(guest('a', 5, '1g', 'fragmented')).regions.size).toBe(5);
  });

  test('fills what is free to the last page, and has no room for more', () => {
    const { machine, memory } = host(3);
    const freePages = 2 * PAGES_PER_GIB - 512;
    memory.launch({ ...guest('a', 1, '4k', 'fragmented'), sizeBytes: freePages * 4096 });
    expect(pagesByRegion(machine, 'a')).toEqual([PAGES_PER_GIB - 512, PAGES_PER_GIB, 0]);
    expect(() => memory.launch({ ...guest('b', 1, '4k', 'fragmented'), sizeBytes: 4096 })).toThrow(/none/);
  });

  test('lies elsewhere with another seed, and in the same place with the same', () => {
    const places = [1, 1, 2].map((seed) => {
      const { machine, memory } = host(64, seed);
      memory.launch(guest('a', 0.125, '2m', 'fragmented'));
      return pagesByRegion(machine, 'a').join();
    });
    expect(places[0]).toBe(places[1]);
    expect(places[0]).not.toBe(places[2]);
  });
});

describe('a scattered guest', () => {
  test('with 4k pages pins every region that has room, in equal shares', () => {
    const { machine, memory } = host();
    expect(sizeOf(memory.launch(guest('a', 1, '4k', 'scattered')))).toEqual({
      regions: 63,
      rmpUpdates: PAGES_PER_GIB,
    });
    const shares = pagesByRegion(machine, 'a');
    // 262,144 pages over 63 regions: 4161 each, and one more for one of them.
    expect(shares.slice(0, 63).toSorted((a, b) => a - b)).toEqual([...Array(62).fill(4161), 4162]);
    expect(shares[63]).toBe(0);
  });

  test('lies lowest in each region', () => {
    const { machine, memory } = host();
    memory.launch(guest('a', 1, '2m', 'scattered'));
    expect(machine.rmp.runsOf(5)[0]).toMatchObject({ startPage: 0, entrySize: '2m' });
    expect(machine.rmp.runsOf(0)[1]).toMatchObject({ startPage: 512, entrySize: '2m' });
  });

  test('with 1g pages pins as many regions as it has GiB, chosen by the seed', () => {
    const pinned = (seed: number) => {
      const { machine, memory } = host(64, seed);
      expect(sizeOf(memory.launch(guest('a', 5, '1g', 'scattered')))).toEqual({
        regions: 5,
        rmpUpdates: 5 * 512,
      });
      return pagesByRegion(machine, 'a').flatMap((pages, region) => (pages > 0 ? [region] : []));
    };
    expect(pinned(1)).toEqual(pinned(1));
    expect(pinned(1)).not.toEqual(pinned(2));
  });

  test('fills small rooms to the brim and deals the rest to the others', () => {
    const { machine, memory } = host(4);
    memory.launch(guest('a', 1.5, '2m'));
    memory.launch(guest('b', 1.25, '2m', 'scattered'));
    // Room: none in region 0, half of region 1 less firmware's block, all of region 2; region 3 is the RMP.
    expect(pagesByRegion(machine, 'b').map((pages) => pages / 512)).toEqual([0, 255, 385, 0]);
  });

  test('of 100 GiB on 2 TiB is stored as a run per region', () => {
    const { machine, memory } = host(2048);
    memory.launch(guest('a', 100, '4k', 'scattered'));
    for (let region = 0; region < 2048; region++)
      expect(machine.rmp.runsOf(region).length).toBeLessThanOrEqual(2);
  });
});

test('regions come back only by a sweep after the guest has left', () => {
  const { machine, memory } = host(16);
  memory.launch(guest('a', 4, '1g'));
  sweep(machine);
  expect(optimizedRegions(machine)).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  memory.terminate('a');
  expect(optimizedRegions(machine)).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  sweep(machine);
  expect(optimizedRegions(machine)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
});

test('a launch takes its regions back at once', () => {
  const { machine, memory } = host(16);
  sweep(machine);
  memory.launch(guest('a', 2, '4k', 'scattered'));
  expect(optimizedRegions(machine)).toEqual([]);
});

test('rounds are slower while a guest runs, and no slower for pages of no guest', () => {
  const remotePs = (prepare: (memory: PrivateMemory) => void) => {
    const { machine, memory } = host(8);
    prepare(memory);
    return elapsedPs(sweep(machine), 'remote');
  };
  const page = { kind: 'each-region', pages: 1, at: 'first', mapping: '4k', source: NOWHERE } as const;
  const quietPs = remotePs(() => {});
  expect(remotePs((memory) => memory.assignInEachRegion(page))).toBeLessThan(quietPs);
  // Two of eight regions hold no private memory; each of the eight rounds pays for the vCPUs that leave guest mode.
  const ofGuestPs = remotePs((memory) => memory.launch(guest('a', 5, '1g')));
  const ofPagesPs = remotePs((memory) => {
    memory.launch(guest('a', 5, '1g'));
    memory.terminate('a');
    memory.assignInEachRegion({ ...page, pages: 'all' });
  });
  expect(ofPagesPs).toBe(8 * (3000 + 85 + 30 + 5) * 1000 + 24_000);
  const disturbedNs = 5 * 0.25 * 30 + 2 * (0.25 * 30) + 0.25 * 30;
  const cleanNs = 1 * 1.25 * (2500 + 170);
  expect(ofGuestPs).toBe(ofPagesPs + (8 * 2000 + disturbedNs + cleanNs) * 1000);
});

test('guests without room are refused with what there is', () => {
  const { memory } = host(8);
  expect(() => memory.launch(guest('a', 8, '4k'))).toThrow(
    'test.yaml:1:1: private[0]: expected room for guest a, 8 GiB in one piece aligned to 4k, found 6.9 GiB at most',
  );
  memory.launch(guest('b', 3, '1g'));
  expect(() => memory.launch(guest('c', 5, '1g', 'scattered'))).toThrow(
    'in free 1g pages, found 3 GiB at most',
  );
});

test('free all ends guests and frees pages of none, but not those of the platform', () => {
  const { machine, memory } = host(8);
  memory.launch(guest('a', 1, '4k'));
  memory.assignInEachRegion({
    kind: 'each-region',
    pages: 'all',
    at: 'first',
    mapping: '2m',
    source: NOWHERE,
  });
  memory.freeAll();
  expect(machine.guestsRunning).toBe(false);
  expect(Array.from({ length: 8 }, (_, region) => machine.rmp.firstAssignedPage(region))).toEqual([
    0,
    ...Array(6).fill(null),
    0,
  ]);
});

describe('pages in each region', () => {
  const at = (
    position: 'first' | 'last' | 'random',
    pages: number | 'all',
    mapping: '4k' | '2m' | '1g',
    seed = 1,
  ) => {
    const { machine, memory } = host(8, seed);
    memory.assignInEachRegion({ kind: 'each-region', pages, at: position, mapping, source: NOWHERE });
    return Array.from({ length: 8 }, (_, region) =>
      machine.rmp
        .runsOf(region)
        .filter(({ owner }) => !owner.immutable)
        .map(({ startPage, endPage }) => [startPage, endPage]),
    );
  };

  test('lie where they are asked for and step over pages that are taken', () => {
    expect(at('first', 3, '4k').slice(0, 2)).toEqual([[[512, 515]], [[0, 3]]]);
    expect(at('last', 3, '4k')[2]).toEqual([[PAGES_PER_GIB - 3, PAGES_PER_GIB]]);
    expect(at('last', 2, '2m')[2]).toEqual([[PAGES_PER_GIB - 1024, PAGES_PER_GIB]]);
    expect(at('first', 1, '1g').slice(0, 2)).toEqual([[[512, PAGES_PER_GIB]], [[0, PAGES_PER_GIB]]]);
    expect(at('first', 'all', '4k')[7]).toEqual([]);
  });

  test('at random are one aligned run, moved by the seed', () => {
    const runs = at('random', 2, '2m');
    for (const run of runs.slice(0, 7)) {
      const [[startPage = -1, endPage = -1] = []] = run;
      expect(endPage - startPage).toBe(1024);
      expect(startPage % 512).toBe(0);
    }
    expect(at('random', 2, '2m')).toEqual(runs);
    expect(at('random', 2, '2m', 2)).not.toEqual(runs);
  });
});

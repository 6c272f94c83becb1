import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InputError } from '../../src/errors.js';
import { PrivateMemory } from '../../src/guests/private-memory.js';
import { guest, NOWHERE } from '../support/guests.js';
import { ownerOf } from '../support/instructions.js';
import { createMachine } from '../support/machines.js';

const REGIONS = 4;
const BLOCKS = 512;
const PAGES_PER_BLOCK = 512;
const NAMES = ['a', 'b', 'c', 'd'];

/** Sizes of which several fill what another has left to the last block. */
const step = fc.record({
  name: fc.constantFrom(...NAMES),
  isLaunch: fc.boolean(),
  blocks: fc.constantFrom(1, 127, 128, 255, 256, 511, 512, 1024),
  mapping: fc.constantFrom('4k' as const, '2m' as const, '1g' as const),
});

function ownersByBlock({ rmp }: ReturnType<typeof createMachine>): (string | null)[] {
  return Array.from({ length: REGIONS * BLOCKS }, (_, block) => {
    return ownerOf(rmp, block * PAGES_PER_BLOCK);
  });
}

test('a contiguous guest lies where somebody who tries one place after another finds the first room, to the last block of it', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
      const machine = createMachine({ topology: '1x1x1x1', regions: REGIONS, preassigned: [] });
      const memory = new PrivateMemory(machine, 1);
      const blocks: (string | null)[] = Array(REGIONS * BLOCKS).fill(null);
      for (const { name, isLaunch, blocks: wanted, mapping } of steps) {
        if (blocks.includes(name)) {
          memory.terminate(name);
          for (const [i, owner] of blocks.entries()) if (owner === name) blocks[i] = null;
        }
        if (isLaunch && (mapping !== '1g' || wanted % BLOCKS === 0)) {
          const step = mapping === '1g' ? BLOCKS : 1;
          const places = [...blocks.keys()].filter((place) => place % step === 0);
          const place = places.find((first) => {
            const room = blocks.slice(first, first + wanted);
            return room.length === wanted && room.every((owner) => owner === null);
          });
          const launch = () => memory.launch(guest(name, wanted / BLOCKS, mapping));
          if (place === undefined) expect(launch).toThrow(InputError);
          else {
            launch();
            blocks.fill(name, place, place + wanted);
          }
        }
      }
      expect(ownersByBlock(machine).join()).toBe(blocks.join());
    }),
    { numRuns: 100 },
  );
});

test('a run of pages at random lies in every place where it fits, the last one too', () => {
  const places = (pages: number, seeds: number) => {
    const seen = new Set<number>();
    for (let seed = 1; seed <= seeds; seed++) {
      const machine = createMachine({ topology: '1x1x1x1', regions: 8, preassigned: [] });
      new PrivateMemory(machine, seed).assignInEachRegion({
        ...{ kind: 'each-region', pages, at: 'random', mapping: '2m', source: NOWHERE },
      });
      for (let region = 0; region < 8; region++) {
        const [run, ...others] = machine.rmp.runsOf(region);
        expect(others).toEqual([]);
        expect((run?.endPage ?? 0) - (run?.startPage ?? 0)).toBe(pages * PAGES_PER_BLOCK);
        seen.add((run?.startPage ?? Number.NaN) / PAGES_PER_BLOCK);
      }
    }
    return [...seen].sort((a, b) => a - b);
  };
  expect(places(512, 1)).toEqual([0]);
  expect(places(511, 2)).toEqual([0, 1]);
  expect(places(509, 8)).toEqual([0, 1, 2, 3]);
});

test('pages at an end of a region are the lowest or the highest that are free, whatever lies between them', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 506, max: 511 })), {
        maxLength: 6,
      }),
      ...[fc.integer({ min: 1, max: 9 }), fc.constantFrom('first' as const, 'last' as const)],
      (taken, pages, end) => {
        const machine = createMachine({ topology: '1x1x1x1', regions: 1, preassigned: [] });
        const owner = { name: 'taken', immutable: false };
        for (const block of taken) {
          machine.rmpupdate({
            ...{ startPage: block * PAGES_PER_BLOCK, pages: PAGES_PER_BLOCK, entrySize: '2m', owner },
          });
        }
        const entry = { kind: 'each-region', pages, at: end, mapping: '2m', source: NOWHERE } as const;
        expect(new PrivateMemory(machine, 1).assignInEachRegion(entry).rmpUpdates).toBe(pages);
        const isOurs = (block: number) => {
          const holder = ownerOf(machine.rmp, block * PAGES_PER_BLOCK) ?? 'taken';
          return holder !== 'taken';
        };
        const free = Array.from({ length: BLOCKS }, (_, block) => block).filter(
          (one) => !taken.includes(one),
        );
        const expected = end === 'first' ? free.slice(0, pages) : free.slice(-pages);
        expect(free.filter(isOurs)).toEqual(expected);
      },
    ),
    { numRuns: 60 },
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InputError } from '../../src/errors.js';
import { PrivateMemory } from '../../src/guests/private-memory.js';
import { PAGES_PER_BLOCK, PAGES_PER_REGION } from '../../src/machine/memory.js';
import type { RmpUpdate } from '../../src/machine/rmp.js';
import { MAPPING_NAMES, MAPPINGS, PLACEMENTS } from '../../src/scenario/scenario.js';
import { STRATEGY_NAMES } from '../../src/sweep/strategies.js';
import { THREADS } from '../../src/sweep/strategy.js';
import { NOWHERE } from '../support/guests.js';
import { createMachine, machineConfig } from '../support/machines.js';
import { compareStates, sweepBoth } from './compare.js';
import { ReferenceHost } from './reference.js';

const REGIONS = 4;
const MIB = 2 ** 20;

const name = fc.constantFrom('a', 'b', 'c');
const step = fc.oneof(
  fc.record({
    kind: fc.constant('launch' as const),
    name,
    // The reference takes long over a whole GiB, page by page.
    mapping: fc.constantFrom(...MAPPING_NAMES, '4k', '2m', '4k', '2m'),
    placement: fc.constantFrom(...PLACEMENTS),
    size: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({ kind: fc.constant('terminate' as const), name }),
  fc.record({ kind: fc.constant('free-all' as const) }),
  fc.record({
    kind: fc.constant('sweep' as const),
    strategy: fc.constantFrom(...STRATEGY_NAMES),
    threads: fc.constantFrom(...THREADS),
  }),
);

/** Small guests, so that the naive reference can hold their pages one by one: some MiB of 4k, some tens of MiB of 2m. */
const UNIT_BYTES = { '4k': MIB, '2m': 16 * MIB, '1g': 1024 * MIB } as const;

test('over random timelines of launch, terminate and sweep, machine and reference agree and accounts balance', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('1x1x2x1', '2x1x2x2', '1x3x1x1'),
      fc.constantFrom('shared', 'rescan', 'per-core'),
      fc.integer({ min: 1, max: 100 }),
      fc.array(step, { minLength: 1, maxLength: 12 }),
      (topology, hypothesis, seed, steps) => {
        const preassigned = [{ holder: 'firmware' as const, startPage: 0, pages: PAGES_PER_BLOCK }];
        const choice = { topology, regions: REGIONS, hypothesis, preassigned };
        const config = machineConfig(choice);
        const machine = createMachine(choice);
        const reference = new ReferenceHost({
          topology: config.topology,
          regions: REGIONS,
          preassigned,
          values: config.values,
        });
        const updates: RmpUpdate[] = [];
        const execute = machine.rmpupdate.bind(machine);
        machine.rmpupdate = (update) => {
          updates.push(update);
          return execute(update);
        };
        const memory = new PrivateMemory(machine, seed);
        const pagesOf = new Map<string, number>();

        for (const one of steps) {
          switch (one.kind) {
            case 'launch': {
              if (pagesOf.has(one.name)) break;
              const sizeBytes = one.size * UNIT_BYTES[one.mapping];
              const guest = { ...one, kind: 'guest' as const, sizeBytes, source: NOWHERE };
              try {
                const { rmpUpdates, regions } = memory.launch(guest);
                expect(rmpUpdates).toBe(
                  sizeBytes / (MAPPINGS[one.mapping].entrySize === '2m' ? 2 * MIB : 4096),
                );
                expect(regions.size).toBeGreaterThan(0);
                pagesOf.set(one.name, sizeBytes / 4096);
              } catch (error) {
                expect(error).toBeInstanceOf(InputError);
              }
              break;
            }
            case 'terminate':
              if (pagesOf.delete(one.name)) memory.terminate(one.name);
              break;
            case 'free-all':
              memory.freeAll();
              pagesOf.clear();
              break;
            case 'sweep':
              sweepBoth(machine, reference, one.strategy, one.threads, pagesOf.size > 0);
              break;
          }
          for (const { startPage, pages, entrySize, owner } of updates.splice(0)) {
            const { result } = reference.rmpupdate(startPage, pages, entrySize, owner?.name ?? null);
            expect(result).toBe('SUCCESS');
          }
          compareStates(machine, reference);
          expect(machine.guestsRunning).toBe(pagesOf.size > 0);
          const held = [...pagesOf.values()].reduce((sum, pages) => sum + pages, PAGES_PER_BLOCK);
          expect(assignedPages(machine)).toBe(held);
        }
      },
    ),
    { numRuns: 60 },
  );
});

function assignedPages(machine: ReturnType<typeof createMachine>): number {
  let free = 0;
  for (let region = 0; region < machine.regions; region++) {
    for (const { startPage, endPage } of machine.rmp.freeSpans(region)) free += endPage - startPage;
  }
  return machine.regions * PAGES_PER_REGION - free;
}

// Small scenarios, told both to the product and to the naive reference.

import fc from 'fast-check';
import type { Scenario, Step } from '../../src/scenario/scenario.js';
import { NOWHERE } from '../support/guests.js';
import {
  type EntrySize,
  type ReferenceConfig,
  ReferenceHost,
  type ReferencePhase,
  type ReferenceStrategy,
  type ReferenceThreads,
} from './reference.js';

const PAGES_PER_BLOCK = 512;
const PAGES_PER_REGION = 262_144;
const GUEST_BLOCKS = 2;

/** What may be private from the start: pages at one end of every region. */
export interface Ends {
  readonly at: 'first' | 'last';
  readonly pages: number;
  readonly mapping: '4k' | '2m';
}

/** What may happen; the one guest holds two blocks of 2 MiB. */
export type ToldStep = 'sweep' | 'measure' | 'launch' | 'terminate' | 'free';

export interface ToldScenario {
  /** 1 to 4. */
  readonly memoryGib: number;
  readonly ends: Ends | null;
  readonly steps: readonly ToldStep[];
}

/** Leaves out what cannot happen: a guest that runs is not launched, one that does not is not ended, and 1 GiB has no room. */
function possible(told: ToldScenario): ToldScenario {
  let runs = false;
  const steps = told.steps.filter((step) => {
    if (step === 'launch' && (runs || told.memoryGib === 1)) return false;
    if (step === 'terminate' && !runs) return false;
    if (step === 'launch') runs = true;
    if (step === 'terminate' || step === 'free') runs = false;
    return true;
  });
  return { ...told, steps: steps.includes('measure') ? steps : [...steps, 'measure'] };
}

/** Hosts of 1 to 4 GiB: without a free region, with one, with two. */
export const scenarios: fc.Arbitrary<ToldScenario> = fc
  .record({
    memoryGib: fc.constantFrom(1, 2, 3, 3, 4, 4),
    ends: fc.option(
      fc.record({
        at: fc.constantFrom('first' as const, 'last' as const),
        pages: fc.integer({ min: 1, max: 2 }),
        mapping: fc.constantFrom('4k' as const, '2m' as const),
      }),
    ),
    steps: fc.array(fc.constantFrom<ToldStep>('measure', 'measure', 'sweep', 'launch', 'terminate', 'free'), {
      minLength: 1,
      maxLength: 5,
    }),
  })
  .map(possible);

export function toScenario({ ends, steps, memoryGib }: ToldScenario): Scenario {
  const each = ends === null ? [] : [{ kind: 'each-region' as const, ...ends, source: NOWHERE }];
  let measured = 0;
  const toStep = (step: ToldStep): Step => {
    switch (step) {
      case 'measure':
        return { kind: 'measure', state: `sweep ${++measured}` };
      case 'launch':
        return {
          kind: 'launch',
          guest: {
            ...{ kind: 'guest', name: 'g', sizeBytes: GUEST_BLOCKS * 2 ** 21, mapping: '2m' },
            ...{ placement: 'contiguous', source: NOWHERE },
          },
        };
      case 'terminate':
        return { kind: 'terminate', name: 'g' };
      case 'free':
        return { kind: 'free-all' };
      case 'sweep':
        return { kind: 'sweep' };
    }
  };
  const memoryBytes = memoryGib * 2 ** 30;
  return { name: 'told', title: 'told', memoryBytes, privateMemory: each, steps: steps.map(toStep) };
}

/** A timed sweep as the reference has it. */
export interface ToldSweep {
  readonly label: string;
  readonly phases: readonly ReferencePhase[];
  /** RMPUPDATEs executed before it. */
  readonly rmpUpdates: number;
  /** Of each region the first assigned page before it, and whether some core had the region optimized. */
  readonly regions: readonly { readonly firstPage: number | null; readonly isOptimized: boolean }[];
}

/** How the reference sweeps. */
export interface ToldSweeps {
  readonly strategy: ReferenceStrategy;
  readonly threads: ReferenceThreads;
  readonly batch: number;
}

/**
 * What the platform holds on so small a host: the RMP the top GiB, firmware the first 2 MiB below it. Of each its first page
 * does: a scan stops there, and the others can change hands no more than that.
 */
function preassignedOn(memoryGib: number): ReferenceConfig['preassigned'] {
  const rmp = { startPage: (memoryGib - 1) * PAGES_PER_REGION, pages: 1 };
  return memoryGib === 1 ? [rmp] : [{ startPage: 0, pages: 1 }, rmp];
}

function blocksOf({ pages, mapping }: Ends): number {
  return mapping === '2m' ? pages : Math.ceil(pages / PAGES_PER_BLOCK);
}

/** Tells the reference the scenario; every RMPUPDATE has to succeed. */
export function tellReference(
  { memoryGib, ends, steps }: ToldScenario,
  config: Omit<ReferenceConfig, 'regions' | 'preassigned'>,
  { strategy, threads, batch }: ToldSweeps,
): ToldSweep[] {
  const host = new ReferenceHost({ ...config, regions: memoryGib, preassigned: preassignedOn(memoryGib) });
  let rmpUpdates = 0;
  const update = (startPage: number, pages: number, size: EntrySize, owner: string | null) => {
    const { result, updated } = host.rmpupdate(startPage, pages, size, owner);
    if (result !== 'SUCCESS') throw new Error(`${result} at page ${startPage}`);
    rmpUpdates += updated;
  };
  const updateEnds = (owner: string | null) => {
    if (ends === null) return;
    const pages = ends.pages * (ends.mapping === '2m' ? PAGES_PER_BLOCK : 1);
    for (let region = 0; region < memoryGib - 1; region++) {
      const firmware = region === 0 ? PAGES_PER_BLOCK : 0;
      const first = ends.at === 'first' ? firmware : PAGES_PER_REGION - pages;
      update(region * PAGES_PER_REGION + first, pages, ends.mapping, owner);
    }
  };
  updateEnds('each');
  let areEndsHeld = true;
  let guestAt: number | null = null;
  const updateGuest = (startPage: number, owner: string | null) =>
    update(startPage, GUEST_BLOCKS * PAGES_PER_BLOCK, '2m', owner);
  const sweeps: ToldSweep[] = [];
  for (const step of steps) {
    switch (step) {
      case 'launch':
        // The lowest whole blocks: behind firmware, and behind those that pages of the start lie in.
        guestAt = PAGES_PER_BLOCK * (1 + (areEndsHeld && ends?.at === 'first' ? blocksOf(ends) : 0));
        updateGuest(guestAt, 'g');
        break;
      case 'terminate':
      case 'free':
        if (guestAt !== null) updateGuest(guestAt, null);
        guestAt = null;
        if (step === 'free' && areEndsHeld) updateEnds(null);
        if (step === 'free') areEndsHeld = false;
        break;
      default: {
        const regions = Array.from({ length: memoryGib }, (_, region) => {
          // Whoever is reached by a sweep is, whatever the strategy.
          const isOptimized = host.probe(0, region) === 1;
          return { firstPage: host.firstAssignedPage(region), isOptimized };
        });
        const phases = host.sweep(strategy, threads, guestAt !== null, batch);
        if (step === 'measure') {
          sweeps.push({ label: `sweep ${sweeps.length + 1}`, phases, rmpUpdates, regions });
        }
      }
    }
  }
  return sweeps;
}

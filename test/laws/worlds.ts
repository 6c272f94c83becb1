import fc from 'fast-check';
import type { Machine } from '../../src/machine/machine.js';
import { PAGES_PER_BLOCK, PAGES_PER_REGION } from '../../src/machine/memory.js';
import type { ParameterValues } from '../../src/machine/parameters.js';
import type { RmpSegment } from '../../src/machine/rmp-placement.js';
import { STRATEGY_NAMES } from '../../src/sweep/strategies.js';
import { THREADS } from '../../src/sweep/strategy.js';
import { GIB_BYTES } from '../../src/units.js';

const BLOCKS_PER_REGION = PAGES_PER_REGION / PAGES_PER_BLOCK;

export const REGIONS = 3;

const dimension = fc.integer({ min: 1, max: 3 });
const coresPerL3Group = fc.integer({ min: 1, max: 6 });
const topology = fc
  .tuple(fc.integer({ min: 1, max: 2 }), dimension, coresPerL3Group, fc.integer({ min: 1, max: 2 }))
  .map((dimensions) => dimensions.join('x'));

const costNs = (max: number) =>
  fc.oneof(
    fc.constant(0),
    fc.integer({ min: 0, max: max * 1000 }).map((n) => n / 1000),
  );
const values: fc.Arbitrary<Partial<ParameterValues>> = fc.record({
  rmpoptFixedNs: costNs(60),
  entryScanLocalNs: costNs(30),
  entryScanRemoteNs: costNs(50),
  entryScanWarmNs: costNs(50),
  resultHitNs: costNs(20_000),
  resultServiceNs: costNs(3000),
  groupServiceNs: costNs(8000),
  ipiBaseNs: costNs(3000),
  ipiPerTargetNs: costNs(200),
  ipiBurstNs: fc.oneof(fc.constant(0), costNs(5000)),
  ipiShorthand: fc.boolean(),
  serialCallNs: costNs(3000),
  condReschedNs: costNs(50),
  clockReadNs: costNs(40),
  earlyExit: fc.boolean(),
  scan: fc.constantFrom('2m', '4k'),
  resultShared: fc.constantFrom('machine', 'l3', 'none'),
  failureShared: fc.boolean(),
  resultQueueScope: fc.constantFrom('region', 'machine'),
  arrivalOrder: fc.constantFrom('cpu', 'rotate'),
});

/** Pages near block and region bounds, where entries of both sizes meet, and some anywhere. */
const page = fc
  .tuple(
    fc.integer({ min: 0, max: REGIONS - 1 }),
    fc.oneof(
      fc.constantFrom(0, 1, 2, BLOCKS_PER_REGION - 1),
      fc.integer({ min: 0, max: BLOCKS_PER_REGION - 1 }),
    ),
    fc.constantFrom(0, 0, 0, 1, PAGES_PER_BLOCK - 1),
  )
  .map(([region, block, offset]) => region * PAGES_PER_REGION + block * PAGES_PER_BLOCK + offset);

/** Something that changes a host, or a sweep of it. */
export const step = fc.oneof(
  fc.record({
    kind: fc.constant('update' as const),
    page,
    pages: fc.constantFrom(1, 3, PAGES_PER_BLOCK, 2 * PAGES_PER_BLOCK, PAGES_PER_BLOCK + 1),
    entrySize: fc.constantFrom('4k' as const, '2m' as const),
    owner: fc.constantFrom('alice', 'bob', null),
  }),
  fc.record({
    kind: fc.constant('sweep' as const),
    strategy: fc.constantFrom(...STRATEGY_NAMES),
    threads: fc.constantFrom(...THREADS),
  }),
);

export const owners = { alice: { name: 'alice', immutable: false }, bob: { name: 'bob', immutable: false } };

/** A small host with any costs. */
export const world = fc.record({
  topology,
  values,
  firmware: fc.boolean(),
  /** The GiB at which the RMP entries of each region lie; empty: its own. */
  entriesAtGib: fc.oneof(
    fc.constant([]),
    fc.array(fc.integer({ min: 0, max: REGIONS - 1 }), { minLength: REGIONS, maxLength: REGIONS }),
  ),
});

type ValueOf<A> = A extends fc.Arbitrary<infer V> ? V : never;
export type SmallWorld = ValueOf<typeof world>;

/** A segment for each region. */
export function segmentsAt(entriesAtGib: readonly number[]): RmpSegment[] {
  return entriesAtGib.map((atGib, region) => ({
    atBytes: atGib * GIB_BYTES,
    coversFromBytes: region * GIB_BYTES,
    coversToBytes: (region + 1) * GIB_BYTES,
  }));
}

/** The same as the reference is told it. */
export function socketsAt(entriesAtGib: readonly number[], sockets: number): number[] {
  return entriesAtGib.map((gib) => Math.floor((gib * sockets) / REGIONS));
}

/** Pages that are private before a sweep. */
export const ownership = fc.array(
  fc.record({ page, entrySize: fc.constantFrom('4k' as const, '2m' as const) }),
  {
    maxLength: 4,
  },
);

export function populate(machine: Machine, pages: { page: number; entrySize: '4k' | '2m' }[]) {
  for (const { page: startPage, entrySize } of pages) {
    machine.rmpupdate({ startPage, pages: entrySize === '2m' ? 512 : 1, entrySize, owner: owners.alice });
  }
}

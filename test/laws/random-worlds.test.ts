import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BLOCKS_PER_REGION, PAGES_PER_BLOCK, PAGES_PER_REGION } from '../../src/machine/memory.js';
import type { ParameterValues } from '../../src/machine/parameters.js';
import { createRoundShape } from '../../src/machine/round.js';
import { formatTopology } from '../../src/machine/topology.js';
import { runSweep } from '../../src/sweep/run-sweep.js';
import { STRATEGY_NAMES } from '../../src/sweep/strategies.js';
import type { Loop } from '../../src/sweep/strategy.js';
import { THREADS } from '../../src/sweep/strategy.js';
import { createMachine, machineConfig } from '../support/machines.js';
import { sweep } from '../support/sweeps.js';
import { compareStates, sweepBoth } from './compare.js';
import { ReferenceHost } from './reference.js';

const REGIONS = 3;

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

const step = fc.oneof(
  fc.record({
    kind: fc.constant('update' as const),
    page,
    pages: fc.constantFrom(1, 3, PAGES_PER_BLOCK, 2 * PAGES_PER_BLOCK, PAGES_PER_BLOCK + 1),
    entrySize: fc.constantFrom('4k' as const, '2m' as const),
    owner: fc.constantFrom('alice', 'bob', null),
  }),
  fc.record({ kind: fc.constantFrom('psmash' as const, 'collapse' as const), page }),
  fc.record({
    kind: fc.constant('sweep' as const),
    strategy: fc.constantFrom(...STRATEGY_NAMES),
    threads: fc.constantFrom(...THREADS),
  }),
);

const owners = { alice: { name: 'alice', immutable: false }, bob: { name: 'bob', immutable: false } };

function hosts(choice: { topology: string; values: Partial<ParameterValues>; firmware: boolean }) {
  const preassigned = choice.firmware
    ? [{ holder: 'firmware' as const, startPage: 0, pages: PAGES_PER_BLOCK }]
    : [];
  const machineChoice = { topology: choice.topology, regions: REGIONS, values: choice.values, preassigned };
  const config = machineConfig(machineChoice);
  return {
    machine: createMachine(machineChoice),
    plain: createMachine({ ...machineChoice, rememberRounds: false }),
    reference: new ReferenceHost({
      topology: config.topology,
      regions: REGIONS,
      preassigned,
      values: config.values,
    }),
  };
}

const world = fc.record({ topology, values, firmware: fc.boolean() });

test('after any sequence of RMPUPDATE, PSMASH, collapse and sweeps, machine and naive reference agree', () => {
  fc.assert(
    fc.property(world, fc.array(step, { minLength: 1, maxLength: 12 }), (choice, steps) => {
      const { machine, reference } = hosts(choice);
      for (const one of steps) {
        switch (one.kind) {
          case 'update': {
            const owner = one.owner === null ? null : owners[one.owner];
            const { page: startPage, pages, entrySize } = one;
            const expected = reference.rmpupdate(startPage, pages, entrySize, one.owner);
            expect(machine.rmpupdate({ startPage, pages, entrySize, owner })).toEqual(expected);
            break;
          }
          case 'sweep':
            sweepBoth(machine, reference, one.strategy, one.threads, false);
            break;
          default:
            expect(machine[one.kind](one.page)).toBe(reference[one.kind](one.page));
        }
        compareStates(machine, reference);
      }
    }),
    { numRuns: 1500 },
  );
});

const ownership = fc.array(fc.record({ page, entrySize: fc.constantFrom('4k' as const, '2m' as const) }), {
  maxLength: 4,
});

function populate(
  machine: ReturnType<typeof createMachine>,
  pages: { page: number; entrySize: '4k' | '2m' }[],
) {
  for (const { page: startPage, entrySize } of pages) {
    machine.rmpupdate({ startPage, pages: entrySize === '2m' ? 512 : 1, entrySize, owner: owners.alice });
  }
}

function tablesOf(machine: ReturnType<typeof createMachine>): string {
  const cpus = Array.from({ length: machine.topology.cpus }, (_, cpu) => cpu);
  const regions = Array.from({ length: machine.regions }, (_, region) => region);
  return regions.map((region) => cpus.map((cpu) => machine.probe(cpu, region * 2 ** 30)).join('')).join(' ');
}

describe('in any world', () => {
  test('a round looked up by region class is the round executed', () => {
    fc.assert(
      fc.property(world, ownership, fc.constantFrom(...STRATEGY_NAMES), (choice, pages, strategy) => {
        const { machine, plain } = hosts(choice);
        for (const one of [machine, plain]) populate(one, pages);
        for (let pass = 0; pass < 2; pass++) {
          const [remembered, executed] = [sweep(machine, strategy), sweep(plain, strategy)];
          expect(remembered.phases.map(({ elapsedPs }) => elapsedPs)).toEqual(
            executed.phases.map(({ elapsedPs }) => elapsedPs),
          );
          expect(remembered.rounds.map(({ outcome }) => Array.from(outcome.byCpu.busyPs))).toEqual(
            executed.rounds.map(({ outcome }) => Array.from(outcome.byCpu.busyPs)),
          );
        }
        expect(tablesOf(machine)).toBe(tablesOf(plain));
      }),
      { numRuns: 200 },
    );
  });

  test('RMPOPT again, by any strategy, changes no table, and siblings see one table', () => {
    fc.assert(
      fc.property(world, ownership, fc.constantFrom(...STRATEGY_NAMES), (choice, pages, strategy) => {
        const { machine } = hosts(choice);
        populate(machine, pages);
        sweep(machine, 'broadcast', 'primary');
        const tables = tablesOf(machine);
        sweep(machine, strategy);
        expect(tablesOf(machine)).toBe(tables);
        const { cores, cpus } = machine.topology;
        for (let cpu = 0; cpu < cpus; cpu++) {
          for (let region = 0; region < REGIONS; region++) {
            expect(machine.probe(cpu, region * 2 ** 30)).toBe(machine.probe(cpu % cores, region * 2 ** 30));
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  test('final tables do not depend on the order of CPUs and regions', () => {
    fc.assert(
      fc.property(world, ownership, fc.infiniteStream(fc.nat()), (choice, pages, stream) => {
        const { machine, plain } = hosts(choice);
        for (const one of [machine, plain]) populate(one, pages);
        sweep(machine, 'broadcast');
        const everyone = Array.from({ length: machine.topology.cpus }, (_, cpu) => cpu);
        const pairs = everyone.flatMap((cpu) =>
          Array.from({ length: REGIONS }, (_, region) => ({ cpu, region })),
        );
        const keys = new Map(pairs.map((pair) => [pair, stream.next().value]));
        const shuffled = pairs.toSorted((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
        const rounds = shuffled.map(({ cpu, region }) => ({
          region,
          shape: createRoundShape(
            { delivery: 'call', sender: 0, cpus: Int32Array.of(cpu), condResched: false },
            plain.topology,
          ),
        }));
        function* calls(): Loop {
          yield* rounds;
        }
        runSweep(plain, [{ phase: 'remote', rounds: calls }]);
        expect(tablesOf(plain), formatTopology(plain.topology)).toBe(tablesOf(machine));
      }),
      { numRuns: 100 },
    );
  });
});

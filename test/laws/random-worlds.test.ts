import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PAGES_PER_BLOCK } from '../../src/machine/memory.js';
import { createRoundShape } from '../../src/machine/round.js';
import { formatTopology } from '../../src/machine/topology.js';
import { machineGround, runSweep } from '../../src/sweep/run-sweep.js';
import { STRATEGY_NAMES } from '../../src/sweep/strategies.js';
import type { Loop } from '../../src/sweep/strategy.js';
import { probe } from '../support/instructions.js';
import { createMachine, machineConfig } from '../support/machines.js';
import { sweep } from '../support/sweeps.js';
import { compareStates, sweepBoth } from './compare.js';
import { ReferenceHost } from './reference.js';
import {
  owners,
  ownership,
  populate,
  REGIONS,
  type SmallWorld,
  segmentsAt,
  socketsAt,
  step,
  world,
} from './worlds.js';

function hosts(choice: SmallWorld) {
  const preassigned = choice.firmware
    ? [{ holder: 'firmware' as const, startPage: 0, pages: PAGES_PER_BLOCK }]
    : [];
  const machineChoice = {
    ...{ topology: choice.topology, regions: REGIONS, values: choice.values, preassigned },
    rmpSegments: segmentsAt(choice.entriesAtGib),
  };
  const config = machineConfig(machineChoice);
  return {
    machine: createMachine(machineChoice),
    plain: createMachine({ ...machineChoice, rememberRounds: false }),
    reference: new ReferenceHost({
      topology: config.topology,
      regions: REGIONS,
      preassigned,
      values: config.values,
      entriesOnSocket: socketsAt(choice.entriesAtGib, config.topology.sockets),
    }),
  };
}

test('after any sequence of RMPUPDATE and sweeps, machine and naive reference agree', () => {
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
        }
        compareStates(machine, reference);
      }
    }),
    { numRuns: 300 },
  );
});

function tablesOf(machine: ReturnType<typeof createMachine>): string {
  const cpus = Array.from({ length: machine.topology.cpus }, (_, cpu) => cpu);
  const regions = Array.from({ length: machine.regions }, (_, region) => region);
  return regions.map((region) => cpus.map((cpu) => probe(machine, cpu, region * 2 ** 30)).join('')).join(' ');
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
          expect(remembered.rounds.map(({ outcome }) => Array.from(outcome.byCpu.inRmpoptPs))).toEqual(
            executed.rounds.map(({ outcome }) => Array.from(outcome.byCpu.inRmpoptPs)),
          );
        }
        expect(tablesOf(machine)).toBe(tablesOf(plain));
      }),
      { numRuns: 60 },
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
            expect(probe(machine, cpu, region * 2 ** 30)).toBe(probe(machine, cpu % cores, region * 2 ** 30));
          }
        }
      }),
      { numRuns: 40 },
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
        runSweep(machineGround(plain), [{ phase: 'remote', rounds: calls }]);
        expect(tablesOf(plain), formatTopology(plain.topology)).toBe(tablesOf(machine));
      }),
      { numRuns: 40 },
    );
  });
});

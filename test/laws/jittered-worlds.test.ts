import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PAGES_PER_BLOCK } from '../../src/machine/memory.js';
import type { ParameterValues } from '../../src/machine/parameters.js';
import { accountPhase } from '../../src/measure/phase-account.js';
import { STRATEGY_NAMES } from '../../src/sweep/strategies.js';
import { createMachine, machineConfig } from '../support/machines.js';
import { expectSame } from '../support/same.js';
import { assign, sweep } from '../support/sweeps.js';
import { compareStates, sweepBoth } from './compare.js';
import { narrowChance, referenceDraws } from './draws.js';
import { ReferenceHost } from './reference.js';
import { owners, ownership, populate, REGIONS, segmentsAt, socketsAt, step, world } from './worlds.js';

const jitter = fc.record({
  tailProbability: fc.constantFrom(0, 5e-4, 0.3, 1),
  tailNs: fc.constantFrom(0, 900, 100_000),
});
const guests = fc.record({
  guestsRunning: fc.boolean(),
  guestExitNs: fc.constantFrom(0, 2000),
  disturbance: fc.constantFrom(1, 1.25),
});
const source = fc.record({
  seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  run: fc.integer({ min: 1, max: 1000 }),
});

function withFirmware(has: boolean) {
  return has ? [{ holder: 'firmware' as const, startPage: 0, pages: PAGES_PER_BLOCK }] : [];
}

test.each([0, 0.08, 0.25, 2])(
  'with random costs of spread %d, too, machine and naive reference agree on every RMPOPT to the picosecond',
  (jitterSigma) => {
    fc.assert(
      fc.property(
        ...[world, jitter, guests, source, fc.array(step, { minLength: 1, maxLength: 12 })],
        (
          { topology, values, firmware, entriesAtGib },
          random,
          { guestsRunning, ...disturbance },
          drawn,
          steps,
        ) => {
          const preassigned = withFirmware(firmware);
          const choice = {
            topology,
            regions: REGIONS,
            values: { ...values, jitterSigma, ...random, ...disturbance },
            preassigned,
            rmpSegments: segmentsAt(entriesAtGib),
          };
          const machine = createMachine({ ...choice, jitter: drawn });
          machine.guestsRunning = guestsRunning;
          const config = machineConfig(choice);
          const reference = new ReferenceHost({
            ...{ topology: config.topology, regions: REGIONS, preassigned, values: config.values },
            entriesOnSocket: socketsAt(entriesAtGib, config.topology.sockets),
            draws: referenceDraws(config.values, drawn.seed, drawn.run),
          });
          for (const one of steps) {
            switch (one.kind) {
              case 'update': {
                const owner = one.owner === null ? null : owners[one.owner];
                const { page: startPage, pages, entrySize } = one;
                reference.rmpupdate(startPage, pages, entrySize, one.owner);
                machine.rmpupdate({ startPage, pages, entrySize, owner });
                break;
              }
              case 'sweep':
                sweepBoth(machine, reference, one.strategy, one.threads, guestsRunning);
                break;
            }
          }
          compareStates(machine, reference);
        },
      ),
      { numRuns: 50 },
    );
  },
);

test('whether an RMPOPT is a slow one hangs on all bits of its draws', () => {
  const isSlow = (seed: number) => {
    const tailProbability = narrowChance(seed, [1, 1, 1, 2]);
    const values = { tailProbability, tailNs: 900 };
    const choice = { topology: '1x1x3x1', regions: 2, preassigned: [], values };
    const machine = createMachine({ ...choice, jitter: { seed, run: 1 } });
    const config = machineConfig(choice);
    const draws = referenceDraws(config.values, seed, 1);
    sweepBoth(machine, new ReferenceHost({ ...config, regions: 2, draws }), 'serial', 'all', false);
    return draws.instruction(1, 1, 2).extraNs > 0;
  };
  const slow = Array.from({ length: 24 }, (_, seed) => isSlow(seed));
  expect(new Set(slow)).toEqual(new Set([true, false]));
});

/** Neither spread nor slow ones. */
const STILL: Partial<ParameterValues> = { jitterSigma: 0, tailProbability: 0 };

/** All that two hosts can differ in after a sweep. */
function accountOf(machine: ReturnType<typeof createMachine>, strategy: (typeof STRATEGY_NAMES)[number]) {
  const { phases, rounds } = sweep(machine, strategy, 'all', 2);
  return {
    phases: phases.map((timeline) => [timeline.phase, accountPhase(timeline, machine.topology.cpus)]),
    rounds: rounds.map(({ startPs, outcome: { durationPs, critical, senderSucceeded, byCpu } }) => ({
      ...{ startPs, durationPs, critical, senderSucceeded },
      byCpu: Object.entries(byCpu).map(([name, figures]) => [name, ...Array.from(figures)]),
    })),
  };
}

describe('jitter of no spread and without slow ones is none', () => {
  test('in any world, with any windows', () => {
    const strategies = fc.array(fc.constantFrom(...STRATEGY_NAMES), { minLength: 1, maxLength: 3 });
    const window = fc.record({ cpu: fc.nat(5), base: fc.constantFrom(0, 1, 2, 5) });
    fc.assert(
      fc.property(
        ...[world, ownership, fc.array(window, { maxLength: 3 }), guests, strategies],
        ({ topology, values, firmware }, pages, windows, { guestsRunning, ...disturbance }, chosen) => {
          const choice = {
            ...{ topology, regions: REGIONS, preassigned: withFirmware(firmware) },
            values: { ...values, ...disturbance, ...STILL },
          };
          const [plain, jittered] = [
            createMachine(choice),
            createMachine({ ...choice, jitter: { seed: 1, run: 1 } }),
          ];
          for (const machine of [plain, jittered]) {
            populate(machine, pages);
            machine.guestsRunning = guestsRunning;
            for (const { cpu, base } of windows) machine.writeRmpoptBase(cpu % machine.topology.cpus, base);
          }
          for (const strategy of chosen) {
            expectSame(accountOf(jittered, strategy), accountOf(plain, strategy));
          }
        },
      ),
      { numRuns: 120 },
    );
  });

  test.each(['shared', 'rescan', 'per-core'])('in every small world under %s', (hypothesis) => {
    const ownerships = [[], [0], [700]];
    for (const topology of ['1x1x1x2', '1x2x1x2', '1x1x3x2', '3x1x1x2']) {
      for (const [first, second] of ownerships.flatMap((a) => ownerships.map((b) => [a, b]))) {
        const choice = { topology, regions: 2, hypothesis, preassigned: [], values: STILL };
        const [plain, jittered] = [
          createMachine(choice),
          createMachine({ ...choice, jitter: { seed: 1, run: 1 } }),
        ];
        for (const machine of [plain, jittered]) {
          for (const page of first ?? []) assign(machine, 0, page);
          for (const page of second ?? []) assign(machine, 1, page);
        }
        for (const strategy of STRATEGY_NAMES) {
          expectSame(accountOf(jittered, strategy), accountOf(plain, strategy));
        }
      }
    }
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InputError } from '../../src/errors.js';
import { PrivateMemory } from '../../src/guests/private-memory.js';
import { Predictor, predictSweep } from '../../src/sweep/predict.js';
import { chooseSweep, STRATEGY_NAMES } from '../../src/sweep/strategies.js';
import { THREADS } from '../../src/sweep/strategy.js';
import { guest, NOWHERE } from '../support/guests.js';
import { createMachine, machineConfig } from '../support/machines.js';
import { assign, elapsedPs, giveBack, sweep, sweeperOf } from '../support/sweeps.js';

const REGIONS = 40;

const costs = fc.record({
  entryScanLocalNs: fc.integer({ min: 0, max: 60 }),
  entryScanRemoteNs: fc.integer({ min: 0, max: 60 }),
  entryScanWarmNs: fc.integer({ min: 0, max: 60 }),
  resultHitNs: fc.integer({ min: 0, max: 3000 }),
  resultServiceNs: fc.integer({ min: 0, max: 300 }),
  groupServiceNs: fc.constantFrom(0, 5200, 100_000),
  ipiBurstNs: fc.constantFrom(0, 0, 1, 30, 700),
  rmpoptFixedNs: fc.constantFrom(0, 30),
  serialCallNs: fc.integer({ min: 0, max: 3000 }),
});

const switches = fc.record({
  failureShared: fc.boolean(),
  resultQueueScope: fc.constantFrom('region' as const, 'machine' as const),
  arrivalOrder: fc.constantFrom('cpu' as const, 'rotate' as const),
  ipiShorthand: fc.boolean(),
});

test('predicted and executed sweeps tell dirty regions from others of their class', () => {
  const choice = { topology: '1x2x2x2', hypothesis: 'rescan', regions: 4, preassigned: [] };
  const touched = () => {
    const machine = createMachine(choice);
    sweep(machine, 'dirty-only');
    assign(machine, 1, 7);
    giveBack(machine, 1, 7);
    return machine;
  };
  const histogram = sweeperOf(touched()).histogram(chooseSweep('dirty-only', null, null));
  const { localPs, remotePs } = predictSweep(histogram, machineConfig(choice).values, 'elapsed');
  const executed = sweep(touched(), 'dirty-only');
  expect(executed.rounds).toHaveLength(2);
  expect([localPs, remotePs]).toEqual([elapsedPs(executed, 'local'), elapsedPs(executed, 'remote')]);
});

test('a predictor that has refused costs predicts as before under others', () => {
  const choice = { topology: '1x1x2x1', regions: 2, values: { arrivalOrder: 'rotate' } } as const;
  const { values } = machineConfig(choice);
  const predictor = new Predictor(
    sweeperOf(createMachine(choice)).histogram(chooseSweep('broadcast', null, null)),
    values,
  );
  const before = predictor.predict(values, 'elapsed');
  expect(() => predictor.predict({ ...values, ipiBaseNs: 1e13 }, 'elapsed')).toThrow(InputError);
  expect(predictor.predict(values, 'elapsed')).toEqual(before);
});

/** On the first host siblings wait for the record of their core; on the second a CPU issues just as the result becomes visible. */
test.each<[topology: string, values: { ipiBurstNs: number; resultServiceNs: number }]>([
  ['1x1x4x2', { ipiBurstNs: 13, resultServiceNs: 1 }],
  ['1x1x8x1', { ipiBurstNs: 18, resultServiceNs: 2.8 }],
])('the times of RMPOPTs of a round with a burst are predicted on %s', (topology, own) => {
  const values = {
    ...{
      rmpoptFixedNs: 0,
      entryScanLocalNs: 0.1,
      entryScanRemoteNs: 0.1,
      entryScanWarmNs: 0.1,
      resultHitNs: 0,
    },
    ...{
      groupServiceNs: 0,
      ipiBaseNs: 0,
      ipiPerTargetNs: 0,
      ipiShorthand: false,
      condReschedNs: 0,
      clockReadNs: 0,
    },
    ...own,
  };
  const choice = { topology, regions: 1, preassigned: [], values };
  const asked = chooseSweep('broadcast', 'all', null);
  const histogram = sweeperOf(createMachine(choice)).histogram(asked);
  const predicted = predictSweep(histogram, machineConfig(choice).values, 'instructions');
  const [round] = sweep(createMachine(choice), 'broadcast', 'all').rounds;
  const remotePs = Array.from(round?.outcome.byCpu.inRmpoptPs ?? []).slice(1);
  expect(predicted.instructionMinPs).toBe(Math.min(...remotePs));
  expect(predicted.instructionMaxPs).toBe(Math.max(...remotePs));
  expect(predicted.instructionMeanPs).toBeCloseTo(remotePs.reduce((a, b) => a + b) / remotePs.length, 3);
});

test('a predicted sweep takes what the executed one takes, to the picosecond, whatever the costs', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('2x2x5x2', '1x3x2x2', '1x2x3x3', '1x1x1x1'),
      fc.constantFrom('shared', 'rescan', 'per-core'),
      fc.constantFrom(...STRATEGY_NAMES),
      fc.constantFrom(...THREADS),
      fc.boolean(),
      fc.boolean(),
      fc.constantFrom(1, 3, 16),
      costs,
      switches,
      (topology, hypothesis, strategy, threads, withGuest, sweptBefore, batch, ofCosts, ofSwitches) => {
        const values = { ...ofCosts, ...ofSwitches };
        // The histogram is taken under the starting values, the sweep executed under the others.
        const prepare = (changed: object) => {
          const machine = createMachine({ topology, hypothesis, regions: REGIONS, values: changed });
          const memory = new PrivateMemory(machine, 1);
          memory.assignInEachRegion({
            kind: 'each-region',
            pages: 1,
            at: 'last',
            mapping: '4k',
            source: NOWHERE,
          });
          memory.freeAll();
          if (withGuest) memory.launch(guest('a', 5.5, '2m'));
          if (sweptBefore) sweep(machine, strategy, threads, batch);
          return machine;
        };
        const counted = prepare(ofSwitches);
        const histogram = sweeperOf(counted).histogram(chooseSweep(strategy, threads, batch));
        const { values: all } = machineConfig({ topology, hypothesis, values });
        const predicted = predictSweep(histogram, all, 'instructions');
        const { localPs, remotePs } = predictSweep(histogram, all, 'elapsed');
        expect([localPs, remotePs]).toEqual([predicted.localPs, predicted.remotePs]);
        const executed = sweep(prepare(values), strategy, threads, batch);
        expect(predicted.localPs).toBe(elapsedPs(executed, 'local'));
        expect(predicted.remotePs).toBe(elapsedPs(executed, 'remote'));
        const remote = executed.rounds.flatMap(({ outcome: { shape, byCpu } }) =>
          [...shape.cpus].flatMap((cpu, i) => {
            const [count = 0, inRmpoptPs = 0] = [byCpu.issued[i], byCpu.inRmpoptPs[i]];
            const ends = { shortestPs: byCpu.shortestPs[i] ?? 0, longestPs: byCpu.longestPs[i] ?? 0 };
            return cpu === 0 || count === 0 ? [] : [{ count, inRmpoptPs, ...ends }];
          }),
        );
        if (remote.length === 0) return;
        expect(predicted.instructionMinPs).toBe(Math.min(...remote.map(({ shortestPs }) => shortestPs)));
        expect(predicted.instructionMaxPs).toBe(Math.max(...remote.map(({ longestPs }) => longestPs)));
        const issued = remote.reduce((sum, { count }) => sum + count, 0);
        const meanPs = remote.reduce((sum, { inRmpoptPs }) => sum + inRmpoptPs, 0) / issued;
        expect(predicted.instructionMeanPs).toBeCloseTo(meanPs, 3);
      },
    ),
    { numRuns: 150 },
  );
});

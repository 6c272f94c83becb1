import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PrivateMemory } from '../../src/guests/private-memory.js';
import { priceSweep, takeCensus } from '../../src/sweep/price-sweep.js';
import { STRATEGIES, STRATEGY_NAMES } from '../../src/sweep/strategies.js';
import { THREADS } from '../../src/sweep/strategy.js';
import { guest, NOWHERE } from '../support/guests.js';
import { createMachine, machineConfig } from '../support/machines.js';
import { elapsedPs, sweep } from '../support/sweeps.js';

const REGIONS = 40;

const costs = fc.record({
  entryScanLocalNs: fc.integer({ min: 0, max: 60 }),
  entryScanRemoteNs: fc.integer({ min: 0, max: 60 }),
  entryScanWarmNs: fc.integer({ min: 0, max: 60 }),
  resultHitNs: fc.integer({ min: 0, max: 3000 }),
  resultServiceNs: fc.integer({ min: 0, max: 300 }),
  groupServiceNs: fc.integer({ min: 0, max: 8000 }),
  ipiBurstNs: fc.integer({ min: 0, max: 30 }),
  serialCallNs: fc.integer({ min: 0, max: 3000 }),
});

test('a priced sweep takes what the executed one takes, to the picosecond, whatever the costs', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('2x2x5x2', '1x3x2x1', '1x1x1x1'),
      fc.constantFrom('shared', 'rescan', 'per-core'),
      fc.constantFrom(...STRATEGY_NAMES),
      fc.constantFrom(...THREADS),
      fc.boolean(),
      fc.boolean(),
      costs,
      (topology, hypothesis, strategy, threads, withGuest, sweptBefore, values) => {
        // The census is taken under the starting values, the sweep executed under the others.
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
          if (sweptBefore) sweep(machine, strategy, threads);
          return machine;
        };
        const counted = prepare({});
        const host = { topology: counted.topology, regions: REGIONS, localCpu: 0, threads };
        const census = takeCensus(counted, STRATEGIES[strategy], host);
        const price = priceSweep(
          census,
          machineConfig({ topology, hypothesis, values }).values,
          'instructions',
        );
        const executed = sweep(prepare(values), strategy, threads);
        expect(price.localPs).toBe(elapsedPs(executed, 'local'));
        expect(price.remotePs).toBe(elapsedPs(executed, 'remote'));
        const busyPs = executed.rounds.flatMap(({ outcome }) =>
          [...outcome.busyPs].filter(
            (_, i) => outcome.shape.cpus[i] !== 0 && outcome.shape.delivery !== 'local',
          ),
        );
        if (busyPs.length === 0) return;
        expect(price.instructionMinPs).toBe(Math.min(...busyPs));
        expect(price.instructionMaxPs).toBe(Math.max(...busyPs));
        const meanPs = busyPs.reduce((sum, ps) => sum + ps, 0) / busyPs.length;
        expect(price.instructionMeanPs).toBeCloseTo(meanPs, 3);
      },
    ),
    { numRuns: 150 },
  );
});

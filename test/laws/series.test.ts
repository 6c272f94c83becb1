import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Executor } from '../../src/machine/executor.js';
import { RegionClasses } from '../../src/machine/region-class.js';
import { createRoundShape, kept } from '../../src/machine/round.js';
import { machineConfig } from '../support/machines.js';

const topologies = fc.constantFrom('2x2x2x2', '1x4x2x2', '2x2x1x4');
const cost = (max: number) => fc.oneof(fc.constant(0), fc.integer({ min: 0, max }));
const costs = fc.record({
  ...{ rmpoptFixedNs: cost(30), entryScanLocalNs: cost(60), entryScanRemoteNs: cost(60) },
  ...{ entryScanWarmNs: cost(60), resultHitNs: cost(30_000), resultServiceNs: cost(3000) },
  ...{ groupServiceNs: cost(100_000), ipiBurstNs: cost(9000), serialCallNs: cost(3000) },
  resultShared: fc.constantFrom('machine' as const, 'l3' as const, 'none' as const),
  ...{ failureShared: fc.boolean(), ipiShorthand: fc.boolean() },
  arrivalOrder: fc.constantFrom('cpu' as const, 'rotate' as const),
});
const groups = fc
  .array(fc.constantFrom(0, 0, 1), { minLength: 4, maxLength: 4 })
  .map((set) => Uint8Array.from(set));
const region = fc.record({
  ...{ socket: fc.constantFrom(0, 1), entries: fc.constantFrom(0, 7, 512), assigned: fc.boolean() },
  ...{ coverage: fc.constantFrom('1', '1', '10', '01', '11'), fetched: groups, known: groups },
});
const CPUS = Array.from({ length: 16 }, (_, cpu) => cpu);
const mask = fc.record({
  delivery: fc.constantFrom('ipi' as const, 'ipi' as const, 'call' as const),
  sender: fc.constantFrom(...CPUS),
  cpus: fc.oneof(
    // First CPUs of cores, and then siblings in another order.
    fc
      .tuple(fc.subarray(CPUS.slice(0, 8), { minLength: 1 }), fc.shuffledSubarray(CPUS.slice(8)))
      .map(([a, b]) => [...a, ...b]),
    fc.subarray(CPUS, { minLength: 1 }),
    fc.shuffledSubarray(CPUS, { minLength: 1 }),
  ),
});
/** Enough of them for every start of a mask. */
const REGIONS = [0, 1, 2, 3, 5, 8, 13, 14, 15, 16, 17];

/** An RMPOPT that takes no time leaves its result to those that issue at the same time. */
const NONE = Uint8Array.of(0, 0, 0, 0);
type ValueOf<A> = A extends fc.Arbitrary<infer T> ? T : never;
type Example = [
  ValueOf<typeof topologies>,
  ValueOf<typeof costs>,
  ValueOf<typeof region>,
  ValueOf<typeof mask>,
];
const RESULT_AT_ONCE: Example = [
  '1x4x2x2',
  {
    ...{
      rmpoptFixedNs: 0,
      entryScanLocalNs: 0,
      entryScanRemoteNs: 0,
      entryScanWarmNs: 0,
      resultServiceNs: 0,
    },
    ...{ groupServiceNs: 0, ipiBurstNs: 0, serialCallNs: 0, resultHitNs: 5000 },
    ...{ resultShared: 'machine', failureShared: false, ipiShorthand: true, arrivalOrder: 'cpu' },
  },
  { socket: 0, entries: 0, assigned: false, coverage: '1', fetched: NONE, known: NONE },
  { delivery: 'ipi', sender: 0, cpus: [1, 2, 3] },
];

/** Siblings that wait for the records of their cores in another order than these are made in. */
const SIBLINGS_SHUFFLED: Example = [
  '2x2x2x2',
  { ...RESULT_AT_ONCE[1], resultHitNs: 100, resultServiceNs: 3000 },
  { ...RESULT_AT_ONCE[2], known: Uint8Array.of(1, 0, 0, 0) },
  { delivery: 'ipi', sender: 15, cpus: [0, 1, 2, 9, 8, 10] },
];

/** All scan an entry, and siblings come before and after the first of their core, from wherever service begins. */
const SIBLINGS_ROTATED: Example = [
  '2x2x1x4',
  {
    ...{ rmpoptFixedNs: 0, entryScanLocalNs: 1, entryScanRemoteNs: 0, entryScanWarmNs: 0, resultHitNs: 0 },
    ...{ resultServiceNs: 0, groupServiceNs: 0, ipiBurstNs: 0, serialCallNs: 0 },
    ...{ resultShared: 'machine', failureShared: false, ipiShorthand: false, arrivalOrder: 'rotate' },
  },
  { socket: 0, entries: 7, assigned: false, coverage: '1', fetched: NONE, known: NONE },
  { delivery: 'ipi', sender: 0, cpus: [5, 6, 1, 14, 0, 10, 8] },
];

test('a round told as series is the round executed, CPU by CPU, whatever the mask, the costs, and where service begins', () => {
  fc.assert(
    fc.property(topologies, costs, region, mask, (topology, values, met, drawn) => {
      const config = machineConfig({ topology, values });
      const classes = new RegionClasses(4);
      const { known, ...facts } = met;
      const results = values.resultShared === 'none' ? classes.noGroups : known;
      const [clean, failed] = met.assigned ? [classes.noGroups, results] : [results, classes.noGroups];
      const regionClass = classes.get({ ...facts, clean, failed });
      const host = {
        topology: config.topology,
        classes,
        baseOfCore: Int32Array.from(CPUS, (core) => core % 2),
      };
      const options = { guestsRunning: true, jitter: null, remembers: false };
      const [plain, series] = [0, 1].map(() => new Executor(host, config.values, options)) as [
        Executor,
        Executor,
      ];
      const parts = { ...drawn, cpus: Int32Array.from(drawn.cpus), condResched: true };
      const shape = createRoundShape(parts, config.topology);
      const outcomes = REGIONS.map((number) =>
        kept(plain.execute({ shape, region: number }, () => regionClass)),
      );
      const [first] = outcomes;
      const end = series.endOf(shape, regionClass);
      expect(end.durationPs).toBe(first?.durationPs);
      expect(end.senderSucceeded).toBe(first?.senderSucceeded);
      expect(end.next).toBe(first?.visits[0]?.next);
      const remotePs = Array.from(first?.byCpu.inRmpoptPs ?? []).filter((_, i) => i !== shape.senderPosition);
      expect(series.remoteTimes(shape)).toEqual({
        sumPs: remotePs.reduce((sum, ps) => sum + ps, 0),
        leastPs: Math.min(Number.POSITIVE_INFINITY, ...remotePs),
        mostPs: Math.max(0, ...remotePs),
      });
      const all = series.addTimes(shape, regionClass, REGIONS);
      expect(all.durationPs).toBe(outcomes.reduce((sum, { durationPs }) => sum + durationPs, 0));
      const [executed, told] = [plain.takeSums(), series.takeSums()].map(([sums]) => sums);
      expect(told?.byCpu.inRmpoptPs).toEqual(executed?.byCpu.inRmpoptPs);
      expect(told?.longestStretchPs).toEqual(executed?.longestStretchPs);
    }),
    { numRuns: 400, examples: [RESULT_AT_ONCE, SIBLINGS_SHUFFLED, SIBLINGS_ROTATED] },
  );
});

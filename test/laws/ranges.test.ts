import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ParameterName, ParameterValue } from '../../src/machine/parameters.js';
import { parseTopology } from '../../src/machine/topology.js';
import { resolveMachine } from '../../src/scenario/resolve-machine.js';
import { STRATEGIES, STRATEGY_NAMES } from '../../src/sweep/strategies.js';
import { THREADS } from '../../src/sweep/strategy.js';
import { gib, runDocumentOf } from '../support/measuring.js';
import { expectSame } from '../support/same.js';
import { HYPOTHESES, type Parameters, plausibleMachine, SET_COUNTS, setsOf } from './plausible.js';
import { nearestRank, nsOf, type PHASES } from './recount.js';
import { scenarios, tellReference, toScenario } from './told-scenarios.js';

const sweeps = fc.record({
  threads: fc.constantFrom(...THREADS),
  batch: fc.integer({ min: 1, max: 3 }),
});

/** What a user may have set: a cost and a switch that the sets have, too, and switches that they do not have. */
const ofUser = fc.constantFrom<Parameters>(
  {},
  { ipiPerTargetNs: 33, resultHitNs: 700 },
  { failureShared: true },
  { failureShared: false },
  { resultQueueScope: 'machine' },
  { arrivalOrder: 'rotate' },
);

/** Sweeps of the same switches, where there are two such groups and their totals do not meet; else all together. */
function clustersOf<S extends { readonly drawn: string; readonly total: number }>(sweeps: readonly S[]) {
  const groups = [...new Set(sweeps.map(({ drawn }) => drawn))].map((drawn) => ({
    drawn,
    sweeps: sweeps.filter((one) => one.drawn === drawn),
  }));
  const ends = groups.map(({ sweeps: own }) => {
    const totals = own.map(({ total }) => total);
    return [nearestRank(totals, 0.05), nearestRank(totals, 0.95)] as const;
  });
  const [one, other] = ends.sort(([a], [b]) => a - b);
  const isSplit = groups.length === 2 && one !== undefined && other !== undefined && one[1] < other[0];
  return isSplit ? groups : [{ drawn: '', sweeps }];
}

/** Quantiles are found to a millionth. */
function expectNear(
  actual: readonly { name: object; times: readonly number[] }[],
  expected: readonly { name: object; times: readonly number[] }[],
): void {
  expectSame(
    actual.map(({ name }) => name),
    expected.map(({ name }) => name),
  );
  for (const [i, { times }] of expected.entries()) {
    for (const [k, ns] of times.entries()) {
      expect(Math.abs((actual[i]?.times[k] ?? 0) - ns)).toBeLessThanOrEqual(1 + 2e-6 * ns);
    }
  }
}

test.each(STRATEGY_NAMES)(
  'ranges of %s are over what each plausible set of costs says, with what the user has set in every one of them',
  async (strategy) => {
    await fc.assert(
      fc.asyncProperty(
        ...[scenarios, fc.constantFrom('1x1x1x1', '1x1x2x1', '2x1x2x2', '1x2x2x1'), sweeps, ofUser],
        ...[fc.constantFrom(...SET_COUNTS), fc.subarray([...HYPOTHESES], { minLength: 1 })],
        async (scenario, shape, choice, user, count, bandHypotheses) => {
          const how = { strategy, ...choice };
          const { treatsRegionsAlone } = STRATEGIES[how.strategy];
          const isQueueOpen = !treatsRegionsAlone && user.resultQueueScope === undefined;
          const machine = plausibleMachine(count);
          // Not every set is predicted with.
          const counted = (hypothesis: string) =>
            setsOf(hypothesis, count).filter((_, i) => i % (treatsRegionsAlone ? 4 : 32) === 0);
          const topology = parseTopology(shape);
          const document = await runDocumentOf({
            ...{ scenarios: [toScenario(scenario)], machine, topology, sweep: how },
            ...{ hypotheses: ['shared'], bandHypotheses, withAlternatives: true },
            parameters: new Map(Object.entries(user)) as Map<ParameterName, ParameterValue>,
          });
          const told = (hypothesis: string, own: Parameters) => {
            const parameters = new Map(Object.entries(own)) as Map<ParameterName, ParameterValue>;
            const overrides = { topology, parameters };
            const { values } = resolveMachine(machine, hypothesis, gib(scenario.memoryGib), overrides);
            return tellReference(scenario, { topology, values }, how).map(({ label, phases }) => {
              return { state: label, ...nsOf(phases) };
            });
          };
          const groups = bandHypotheses.flatMap((hypothesis) =>
            (isQueueOpen ? ['region', 'machine'] : [null]).map((scope) => ({
              hypothesis,
              switches: scope === null ? '' : `resultQueueScope=${scope}`,
              sweeps: counted(hypothesis).flatMap((set) => {
                const { failureShared, earlyExit } = { ...set, ...user };
                const own = { ...set, ...(scope === null ? {} : { resultQueueScope: scope }), ...user };
                const drawn = `${user.failureShared === undefined ? `failureShared=${failureShared};` : ''}earlyExit=${earlyExit}`;
                return told(hypothesis, own).map((sweep) => ({ ...sweep, drawn }));
              }),
            })),
          );
          /** Those of a group that belong together: all, unless a switch of the sets splits their totals in two. */
          const clusters = [...new Set(document.results.map(({ state }) => state))].flatMap((state) =>
            groups.map((group) => ({
              state,
              group,
              clusters: clustersOf(group.sweeps.filter((one) => one.state === state)),
            })),
          );
          const ranges = clusters.flatMap(({ state, group: { hypothesis, switches }, clusters: own }) =>
            own.map(({ drawn, sweeps: some }) => {
              const over = (phase: (typeof PHASES)[number]) => {
                const times = some.map((sweep) => sweep[phase]);
                return [0.05, 0.5, 0.95].map((share) => nearestRank(times, share));
              };
              const named = [switches, drawn].filter(Boolean).join(';');
              return { state, hypothesis, switches: named, sets: some.length, over };
            }),
          );
          expectNear(
            document.bands.map(({ state, hypothesis, switches, sets, ...band }) => ({
              name: { state, hypothesis, switches, sets },
              times: [band.totalLowNs, band.totalMedianNs, band.totalHighNs],
            })),
            ranges.map(({ over, ...name }) => ({ name, times: over('total') })),
          );
          expectNear(
            document.results.map(({ state, phase, elapsedLowNs, elapsedHighNs }) => ({
              name: { state, phase },
              times: [elapsedLowNs ?? 0, elapsedHighNs ?? 0],
            })),
            document.results.map(({ state, phase, elapsedNs }) => {
              const own = ranges
                .filter((one) => one.state === state)
                .map(({ over }) => over(phase as 'total'));
              const [low, high] = [own.map(([one = 0]) => one), own.map((one) => one[2] ?? 0)];
              return {
                name: { state, phase },
                times: [Math.min(elapsedNs, ...low), Math.max(elapsedNs, ...high)],
              };
            }),
          );
          expectSame(
            document.alternatives.map(({ hypothesis, state, localNs, remoteNs, totalNs }) => {
              return { hypothesis, state, local: localNs, remote: remoteNs, total: totalNs };
            }),
            HYPOTHESES.filter((name) => name !== 'shared').flatMap((hypothesis) =>
              told(hypothesis, user).map((sweep) => ({ hypothesis, ...sweep })),
            ),
          );
        },
      ),
      { numRuns: 12 },
    );
  },
);

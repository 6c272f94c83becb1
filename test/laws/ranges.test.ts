import fc from 'fast-check';
import { test } from 'vitest';
import type { ParameterName, ParameterValue } from '../../src/machine/parameters.js';
import { parseTopology } from '../../src/machine/topology.js';
import { resolveMachine } from '../../src/scenario/resolve-machine.js';
import { STRATEGIES, STRATEGY_NAMES } from '../../src/sweep/strategies.js';
import { THREADS } from '../../src/sweep/strategy.js';
import { gib, runDocumentOf } from '../support/measuring.js';
import { HYPOTHESES, type Parameters, plausibleMachine, SET_COUNTS, setsOf } from './plausible.js';
import { nearestRank, nsOf, PHASES } from './recount.js';
import { expectSame } from './same.js';
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
          // Elsewhere not every set need be predicted.
          const counted = treatsRegionsAlone && user.arrivalOrder === undefined ? count : 1;
          const machine = plausibleMachine(counted);
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
          const groups = (isQueueOpen ? ['region', 'machine'] : [null]).flatMap((scope) =>
            bandHypotheses.map((hypothesis) => ({
              hypothesis,
              switches: scope === null ? '' : `resultQueueScope=${scope}`,
              sweeps: setsOf(hypothesis, counted).flatMap((set) =>
                told(hypothesis, { ...set, ...(scope === null ? {} : { resultQueueScope: scope }), ...user }),
              ),
            })),
          );
          const states = [...new Set(document.results.map(({ state }) => state))];
          const timesOf = (group: (typeof groups)[number], state: string) =>
            group.sweeps.filter((sweep) => sweep.state === state);
          expectSame(
            document.results.map(({ state, phase, elapsedLowNs, elapsedHighNs }) => {
              return { state, phase, elapsedLowNs, elapsedHighNs };
            }),
            states.flatMap((state) =>
              PHASES.map((phase) => {
                const times = groups.flatMap((group) => timesOf(group, state)).map((sweep) => sweep[phase]);
                const [elapsedLowNs, elapsedHighNs] = [nearestRank(times, 0.05), nearestRank(times, 0.95)];
                return { state, phase, elapsedLowNs, elapsedHighNs };
              }),
            ),
          );
          expectSame(
            document.bands.map(
              ({ state, hypothesis, switches, sets, totalLowNs, totalMedianNs, totalHighNs }) => {
                return { state, hypothesis, switches, sets, totalLowNs, totalMedianNs, totalHighNs };
              },
            ),
            states.flatMap((state) =>
              groups.map((group) => {
                const times = timesOf(group, state).map((sweep) => sweep.total);
                const [totalLowNs, totalMedianNs] = [nearestRank(times, 0.05), nearestRank(times, 0.5)];
                const { hypothesis, switches } = group;
                const range = { totalLowNs, totalMedianNs, totalHighNs: nearestRank(times, 0.95) };
                return { state, hypothesis, switches, sets: times.length, ...range };
              }),
            ),
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

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ParameterName, ParameterValue } from '../../src/machine/parameters.js';
import { parseTopology } from '../../src/machine/topology.js';
import type { RunDocument } from '../../src/run-document/run-document.js';
import { resolveMachine } from '../../src/scenario/resolve-machine.js';
import { STRATEGY_NAMES } from '../../src/sweep/strategies.js';
import { THREADS } from '../../src/sweep/strategy.js';
import { guest, NOWHERE } from '../support/guests.js';
import { STARTING_VALUES } from '../support/machines.js';
import { gib, runDocumentOf } from '../support/measuring.js';
import { expectSame } from '../support/same.js';
import { referenceDraws } from './draws.js';
import { recount } from './recount.js';
import { picoseconds } from './reference.js';
import { scenarios, tellReference, toScenario } from './told-scenarios.js';

/** One CPU, two, several with and without siblings, on one socket or two, and enough for a 99th percentile of its own. */
const topology = fc.constantFrom(
  ...['1x1x1x1', '1x1x2x1', '1x1x1x2', '2x1x1x2', '1x2x2x1', '2x2x2x2', '1x1x5x2', '1x1x23x1'],
);

const costs = fc.record({
  rmpoptFixedNs: fc.constantFrom(0, 0.3, 30),
  resultHitNs: fc.constantFrom(0, 12.345, 2500),
  resultServiceNs: fc.constantFrom(0, 0.4, 170),
  groupServiceNs: fc.constantFrom(0, 5200),
  ipiBurstNs: fc.constantFrom(0, 0, 7.5),
  condReschedNs: fc.constantFrom(0, 0.2, 5),
  clockReadNs: fc.constantFrom(0, 24),
  disturbance: fc.constantFrom(1, 1.25),
  guestExitNs: fc.constantFrom(0, 2000),
  failureShared: fc.boolean(),
  resultQueueScope: fc.constantFrom('region', 'machine'),
  arrivalOrder: fc.constantFrom('cpu', 'rotate'),
  earlyExit: fc.boolean(),
});

const sweeps = fc.record({
  strategy: fc.constantFrom(...STRATEGY_NAMES),
  threads: fc.constantFrom(...THREADS),
  batch: fc.integer({ min: 1, max: 4 }),
});

const chance = fc.record({
  seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  jitter: fc.constantFrom(null, null, null, { runs: 1 }, { runs: 3 }),
});

test('every figure of a document is what somebody counts from the instructions of the naive reference, run by run', async () => {
  await fc.assert(
    fc.asyncProperty(
      ...[scenarios, topology, fc.constantFrom('shared', 'rescan', 'per-core'), costs, sweeps, chance],
      async (scenario, shape, hypothesis, drawn, how, { seed, jitter }) => {
        const parameters = new Map(Object.entries(drawn)) as Map<ParameterName, ParameterValue>;
        const overrides = { topology: parseTopology(shape), parameters };
        const request = { ...overrides, scenarios: [toScenario(scenario)], seed, jitter, sweep: how };
        const document = await runDocumentOf({ ...request, hypotheses: [hypothesis], perCpu: true });
        const { values } = resolveMachine(STARTING_VALUES, hypothesis, gib(scenario.memoryGib), overrides);
        const loop = {
          pausePs: how.strategy === 'serial' ? 0 : picoseconds(values.condReschedNs),
          clockReadPs: picoseconds(values.clockReadNs),
        };
        const runs = Array.from({ length: jitter?.runs ?? 1 }, (_, i) => i + 1);
        const expected = runs.flatMap((run) => {
          const draws = jitter === null ? {} : { draws: referenceDraws(values, seed, run) };
          const told = (arrivalOrder: 'cpu' | 'rotate') => {
            const host = { topology: overrides.topology, values: { ...values, arrivalOrder }, ...draws };
            return tellReference(scenario, host, how);
          };
          const others = told(values.arrivalOrder === 'cpu' ? 'rotate' : 'cpu');
          return told(values.arrivalOrder).map(({ label, phases }, i) => {
            const figures = recount(how, overrides.topology, loop, phases, others[i].phases);
            return { run, state: label, ...figures };
          });
        });
        expectFigures(document, expected);
        for (const row of document.results) {
          expect(row).toMatchObject({ scenario: 'told', topology: shape, hypothesis, seed });
          expect(row).toMatchObject({ strategy: how.strategy, threads: how.threads });
          expect(row.memoryBytes).toBe(gib(scenario.memoryGib));
          expect(row.cpus).toBe(overrides.topology.cpus);
        }
        const isLooping = ['batched', 'single-ipi', 'split-local'].includes(how.strategy);
        const isSendingTold = !isLooping || drawn.ipiBurstNs === 0;
        const waits = document.breakdowns.map(({ sendingNs, executingNs, queuedNs, ...row }) => ({
          ...{ run: row.run, state: row.state, phase: row.phase, loopNs: row.loopNs },
          ...(isSendingTold ? { sendingNs, inRoundsNs: executingNs + queuedNs } : {}),
        }));
        expect(
          document.breakdowns.every(({ executingNs, queuedNs }) => Math.min(executingNs, queuedNs) >= 0),
        ).toBe(true);
        expect(waits).toEqual(
          expected.flatMap(({ run, state, breakdowns }) =>
            breakdowns.map(({ phase, loopNs, ...parts }) => {
              return { run, state, phase, loopNs, ...(isSendingTold ? parts : {}) };
            }),
          ),
        );
      },
    ),
    { numRuns: 50 },
  );
});

type Expected = { readonly run: number; readonly state: string } & ReturnType<typeof recount>;

function expectFigures(document: RunDocument, expected: readonly Expected[]) {
  const named = <R extends object>(rowsOf: (one: Expected) => readonly R[]) =>
    expected.flatMap((one) => rowsOf(one).map((row) => ({ run: one.run, state: one.state, ...row })));
  expect(
    pick(
      document.results,
      named((one) => one.results),
    ),
  ).toEqual(named((one) => one.results));
  expect(
    pick(
      document.cpus,
      named((one) => one.cpus),
    ),
  ).toEqual(named((one) => one.cpus));
  const disturbances = named((one) => [one.disturbance]);
  expectSame(pick(document.disturbances, disturbances), disturbances);
}

/** Of rows the columns that others have. */
function pick(rows: readonly object[], others: readonly object[]): object[] {
  const columns = Object.keys(others[0] ?? {});
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => columns.includes(name))),
  );
}

test('changes of private memory are told with the regions they reach, those that a sweep covers, and their time', async () => {
  // 2060 GiB, of which the RMP holds the upper 9. The guest leaves no room in the lowest two regions, and some in the third.
  const guests = [guest('a', 2.5, '4k')];
  const each = { kind: 'each-region', pages: 2, at: 'last', mapping: '2m', source: NOWHERE } as const;
  const { changes } = await runDocumentOf({
    ...{ memoryBytes: gib(2060), topology: parseTopology('1x1x2x1') },
    parameters: new Map([['rmpupdateNs', 0.5]]),
    scenarios: [
      {
        ...{ name: 'told', title: 'told', memoryBytes: null, privateMemory: [...guests, each] },
        steps: [{ kind: 'measure', state: 'told' }, { kind: 'terminate', name: 'a' }, { kind: 'free-all' }],
      },
    ],
  });
  const told = changes.map((row) => {
    return [row.step, row.event, row.regionsReached, row.regionsInWindow, row.rmpUpdates, row.rmpUpdateNs];
  });
  const [pages, blocks] = [2.5 * 262_144, 2 * 2049];
  expect(told).toEqual([
    [0, 'launch', 3, 3, pages, pages / 2],
    [0, 'assign', 2049, 2046, blocks, blocks / 2],
    [2, 'terminate', 3, 3, pages, pages / 2],
    [3, 'free', 2049, 2046, blocks, blocks / 2],
  ]);
});

test('a host of exactly 2 TiB is told of as swept to its end, a larger one not', async () => {
  const kinds = async (count: number) => {
    const memory = { memoryBytes: gib(count), topology: parseTopology('1x1x2x1') };
    const steps = [{ kind: 'measure' as const, state: 'told' }];
    const scenario = { name: 'told', title: 'told', memoryBytes: null, privateMemory: [], steps };
    const { warnings } = await runDocumentOf({ ...memory, scenarios: [scenario] });
    return warnings.map(({ kind }) => kind);
  };
  expect(await kinds(2048)).toEqual([]);
  expect(await kinds(2049)).toEqual(['memory-above-window']);
});

import fc from 'fast-check';
import { test } from 'vitest';
import type { ParameterName, ParameterValue } from '../../src/machine/parameters.js';
import { parseTopology } from '../../src/machine/topology.js';
import type { Cell } from '../../src/measure/cell.js';
import type { ComparisonRow, SpreadRow } from '../../src/run-document/columns.js';
import { resolveMachine } from '../../src/scenario/resolve-machine.js';
import { STRATEGIES, STRATEGY_NAMES, type StrategyName } from '../../src/sweep/strategies.js';
import { gib, gridDocumentOf } from '../support/measuring.js';
import { expectSame } from '../support/same.js';
import { referenceDraws } from './draws.js';
import { HYPOTHESES, type Parameters, plausibleMachine, SET_COUNTS, setsOf } from './plausible.js';
import { nearestRank, nsOf, PHASES, rounded, sixDecimals, total } from './recount.js';
import type { ReferenceValues } from './reference.js';
import { scenarios, type ToldScenario, type ToldSweep, tellReference, toScenario } from './told-scenarios.js';

interface Side {
  readonly strategy: StrategyName;
  readonly hypothesis: string;
  readonly parameters: Parameters;
}

const side: fc.Arbitrary<Side> = fc.record({
  strategy: fc.constantFrom(...STRATEGY_NAMES),
  hypothesis: fc.constantFrom(...HYPOTHESES),
  parameters: fc.constantFrom<Parameters>({}, { scan: '4k' }, { earlyExit: false }, { failureShared: true }),
});

const JITTERED = [null, null, null, ...[1, 2, 3, 5].map((runs) => ({ runs }))];

interface Told {
  readonly side: Side;
  /** Per run, its sweeps. */
  readonly runs: readonly (readonly ToldSweep[])[];
  /** Per sweep, what plausible sets say of it, by hypothesis, set and switch. */
  readonly predicted: readonly ReadonlyMap<string, ReturnType<typeof nsOf>>[];
}

test('comparisons and spreads are those that somebody works out from the runs of the naive reference', async () => {
  await fc.assert(
    fc.asyncProperty(
      ...[
        scenarios,
        fc.constantFrom('1x1x2x1', '1x1x4x1', '2x1x2x2'),
        fc.array(side, { minLength: 2, maxLength: 3 }),
      ],
      ...[fc.constantFrom(...SET_COUNTS), fc.constantFrom(...JITTERED), fc.integer({ min: 1, max: 99 })],
      (scenario, shape, sides, sets, jitter, seed) =>
        expectGrid({ scenario, shape, sides, sets, jitter, seed }),
    ),
    { numRuns: 8 },
  );
});

test('of 250 other CPUs the slowest two count as slow, in the runs in which they are', async () => {
  const of = { hypothesis: 'per-core', parameters: {} };
  await expectGrid({
    scenario: { memoryGib: 3, ends: null, steps: ['measure'] },
    shape: '1x1x251x1',
    sides: [
      { strategy: 'local-first', ...of },
      { strategy: 'broadcast', ...of },
    ],
    ...{ sets: 1, jitter: { runs: 3 }, seed: 3 },
  });
});

interface Grid {
  readonly scenario: ToldScenario;
  readonly shape: string;
  readonly sides: readonly Side[];
  readonly sets: number;
  readonly jitter: { readonly runs: number } | null;
  readonly seed: number;
}

async function expectGrid({ scenario, shape, sides, sets, jitter, seed }: Grid): Promise<void> {
  const machine = plausibleMachine(sets);
  const topology = parseTopology(shape);
  const cells = sides.map(({ strategy, hypothesis, parameters }) => {
    const cell: Cell = {
      machine: 0,
      ...{ scenario: toScenario(scenario), mapping: 'none', memoryBytes: gib(scenario.memoryGib), topology },
      sweep: { strategy, threads: 'all', batch: 2 },
      parameters: entriesOf(parameters),
    };
    return { cell, hypotheses: [hypothesis], bandHypotheses: HYPOTHESES };
  });
  const document = await gridDocumentOf({ machines: [machine], cells, seed, jitter });
  const valuesOf = (hypothesis: string, parameters: Parameters) => {
    const overrides = { topology, parameters: entriesOf(parameters) };
    return resolveMachine(machine, hypothesis, gib(scenario.memoryGib), overrides).values;
  };
  const told = sides.map((one): Told => {
    const how = { strategy: one.strategy, threads: 'all', batch: 2 } as const;
    const values = valuesOf(one.hypothesis, one.parameters);
    const runs = Array.from({ length: jitter?.runs ?? 1 }, (_, i) => {
      const draws = jitter === null ? {} : { draws: referenceDraws(values, seed, i + 1) };
      return tellReference(scenario, { topology, values, ...draws }, how);
    });
    const predicted = runs[0].map(() => new Map<string, ReturnType<typeof nsOf>>());
    for (const scope of hasOpenQueue(one) ? ['region', 'machine'] : ['any']) {
      for (const hypothesis of HYPOTHESES) {
        for (const [set, costs] of setsOf(hypothesis, sets).entries()) {
          // Not every set is predicted with.
          if (set % (STRATEGIES[one.strategy].treatsRegionsAlone ? 4 : 32) !== 0) continue;
          const chosen = scope === 'any' ? {} : { resultQueueScope: scope };
          const own = valuesOf(hypothesis, { ...costs, ...chosen, ...one.parameters });
          for (const [i, { phases }] of tellReference(scenario, { topology, values: own }, how).entries()) {
            predicted[i].set(`${hypothesis} ${set} ${scope}`, nsOf(phases));
          }
        }
      }
    }
    return { side: one, runs, predicted };
  });
  const rows = told.flatMap((one) => comparisonsOf(one, told[0], valuesOf));
  expectSame(
    document.comparisons.map((row) => pick(row, rows[0])),
    rows,
  );
  const spreads = jitter === null || jitter.runs === 1 ? [] : told.flatMap((one) => spreadsOf(one, told[0]));
  expectSame(
    (document.spreads ?? []).map((row) => pick(row, spreads[0])),
    spreads,
  );
}

function hasOpenQueue({ strategy, parameters }: Side): boolean {
  return !STRATEGIES[strategy].treatsRegionsAlone && parameters.resultQueueScope === undefined;
}

function entriesOf(parameters: Parameters): Map<ParameterName, ParameterValue> {
  return new Map(Object.entries(parameters)) as Map<ParameterName, ParameterValue>;
}

/** Of a row the columns that another has. */
function pick<R extends object>(row: R, other: object): object {
  return Object.fromEntries(Object.entries(row).filter(([name]) => name in other));
}

function ratioOf(ns: number, otherNs: number): number | null {
  return otherNs === 0 ? null : sixDecimals(ns, otherNs);
}

function comparisonsOf(
  { side: { strategy, hypothesis, parameters }, runs, predicted }: Told,
  baseline: Told,
  valuesOf: (hypothesis: string, parameters: Parameters) => ReferenceValues,
): Partial<ComparisonRow>[] {
  const values = valuesOf(hypothesis, parameters);
  const entries = (page: number | null) => {
    const [all, size] = values.scan === '4k' ? [262_144, 1] : [512, 512];
    return page === null || !values.earlyExit ? all : Math.floor(page / size);
  };
  return runs.flatMap((sweeps, run) =>
    sweeps.flatMap(({ label, phases, rmpUpdates, regions }, i) =>
      PHASES.map((phase): Partial<ComparisonRow> => {
        const [elapsedNs, baselineNs] = [nsOf(phases)[phase], nsOf(baseline.runs[run][0].phases)[phase]];
        const assigned = regions.filter(({ firstPage }) => firstPage !== null);
        const stops = assigned.map(({ firstPage }) => entries(firstPage));
        return {
          ...{ strategy, hypothesis, state: label, run: run + 1, phase },
          isBaseline: sweeps === baseline.runs[run] && i === 0 ? 'yes' : 'no',
          ...{ elapsedNs, baselineNs, ratio: ratioOf(elapsedNs, baselineNs) },
          ...ratioRange(predicted[i], baseline.predicted[0], phase),
          assignedRegions: assigned.length,
          freeRegions: regions.length - assigned.length,
          assignedEntriesMin: stops.length === 0 ? 0 : Math.min(...stops),
          assignedEntriesMax: Math.max(0, ...stops),
          freeEntries: assigned.length === regions.length ? 0 : entries(null),
          cleanRegions: values.resultShared === 'none' ? 0 : regions.filter((one) => one.isOptimized).length,
          rmpUpdates,
        };
      }),
    ),
  );
}

type Predicted = Told['predicted'][number];

/** The same set on both sides; a side to which the queue means nothing stands against both choices of the other. */
function ratioRange(predicted: Predicted, others: Predicted, phase: (typeof PHASES)[number]) {
  const ratios = [...predicted].flatMap(([name, own]) => {
    const [hypothesis, set, scope] = name.split(' ');
    const scopes = scope === 'any' ? ['region', 'machine', 'any'] : [scope, 'any'];
    const theirs = scopes.flatMap((other) => others.get(`${hypothesis} ${set} ${other}`) ?? []);
    return theirs.flatMap((other) => (other[phase] === 0 ? [] : [own[phase] / other[phase]]));
  });
  if (ratios.length === 0) return { ratioLow: null, ratioHigh: null };
  const at = (share: number) => sixDecimals(nearestRank(ratios, share), 1);
  return { ratioLow: at(0.05), ratioHigh: at(0.95) };
}

function spreadsOf({ side: { strategy, hypothesis }, runs }: Told, baseline: Told): Partial<SpreadRow>[] {
  return runs[0].flatMap(({ label }, i) =>
    PHASES.map((phase): Partial<SpreadRow> => {
      const times = runs.map((sweeps) => nsOf(sweeps[i].phases)[phase]);
      const ratios = times.flatMap((ns, run) => {
        return ratioOf(ns, nsOf(baseline.runs[run][0].phases)[phase]) ?? [];
      });
      const mean = total(times) / times.length;
      const variance = total(times.map((ns) => (ns - mean) ** 2)) / (times.length - 1);
      const ratioAt = (share: number) => (ratios.length === 0 ? null : nearestRank(ratios, share));
      return {
        ...{ strategy, hypothesis, state: label, phase, runs: runs.length },
        ...{ meanNs: rounded(total(times), times.length), deviationNs: Math.round(Math.sqrt(variance)) },
        ...{ minNs: Math.min(...times), p5Ns: nearestRank(times, 0.05), medianNs: nearestRank(times, 0.5) },
        ...{ p95Ns: nearestRank(times, 0.95), maxNs: Math.max(...times) },
        ...{ ratioP5: ratioAt(0.05), ratioMedian: ratioAt(0.5), ratioP95: ratioAt(0.95) },
      };
    }),
  );
}

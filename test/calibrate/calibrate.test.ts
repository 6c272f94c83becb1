import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { calibrate } from '../../src/calibrate/calibrate.js';
import { FigureModel, type UsedCondition } from '../../src/calibrate/figure-model.js';
import type { Sample } from '../../src/calibrate/figures.js';
import { figuresOf, samplesOf } from '../../src/calibrate/figures.js';
import type { Condition, FigureKind } from '../../src/calibrate/figures-file.js';
import { freeParameters, valueAt, withValues } from '../../src/calibrate/free-parameters.js';
import { loadFigures } from '../../src/calibrate/load-figures.js';
import { scenarioOf } from '../../src/calibrate/simulate-condition.js';
import { parseTopology } from '../../src/machine/topology.js';
import { hashWords } from '../../src/random.js';
import { Catalogue } from '../../src/scenario/catalogue.js';
import type { MachineFile } from '../../src/scenario/machine-file.js';
import { NO_SETS, vectorsOf } from '../../src/scenario/plausible-sets.js';
import { STARTING_VALUES } from '../support/machines.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const catalogue = await Catalogue.open(ROOT);

/** The published conditions on a host small enough for dozens of fits. */
function smallMachine(hypothesis: string): MachineFile {
  const { hypotheses, ...rest } = STARTING_VALUES;
  const only = hypotheses[hypothesis];
  if (only === undefined) throw new Error(hypothesis);
  return {
    ...rest,
    topology: parseTopology('2x2x8x2'),
    defaultHypothesis: hypothesis,
    hypotheses: { [hypothesis]: only },
  };
}

const GIB = 2 ** 30;
const CONDITIONS: readonly (Condition & { readonly kinds: readonly FigureKind[] })[] = [
  {
    says: 'empty',
    scenario: 'empty',
    strategy: 'local-first',
    threads: 'primary',
    memory: 64 * GIB,
    unknown: [],
    kinds: ['total'],
  },
  {
    says: 'first',
    scenario: 'first-page',
    strategy: 'local-first',
    threads: 'primary',
    memory: 64 * GIB,
    unknown: [],
    kinds: ['total'],
  },
  {
    says: 'last',
    scenario: 'last-page',
    strategy: 'local-first',
    threads: 'primary',
    memory: 64 * GIB,
    unknown: [],
    kinds: ['total'],
  },
  {
    says: 'all',
    scenario: 'empty',
    strategy: 'broadcast',
    threads: 'all',
    memory: 64 * GIB,
    unknown: [],
    kinds: ['total'],
  },
  {
    says: 'serial',
    scenario: 'empty',
    strategy: 'serial',
    threads: 'all',
    memory: 64 * GIB,
    unknown: [],
    kinds: ['total', 'instruction-mean'],
  },
];

/** Conditions whose figures were simulated with some costs, then disturbed. */
function madeConditions(
  machine: MachineFile,
  hypothesis: string,
  positions: readonly number[],
  noise: () => number,
) {
  const free = freeParameters(machine, hypothesis);
  const blank = CONDITIONS.map((condition): UsedCondition => {
    const samples = condition.kinds.map(
      (kind): Sample => ({
        condition: condition.says,
        kind,
        figures: [],
        tolerance: 0.03,
        meanNs: 1,
        ratio: 1,
      }),
    );
    return {
      name: condition.says,
      condition,
      scenario: scenarioOf(condition.says, condition, catalogue),
      samples,
    };
  });
  const model = new FigureModel(blank, machine, hypothesis, {});
  const truth = model.predict(withValues(model.values, free, positions));
  let next = 0;
  return blank.map((one) => ({
    ...one,
    samples: one.samples.map((sample) => {
      const exactNs = truth[next++] ?? 0;
      // One figure each, 5 % off at one sigma; the file states twice that.
      const figures = [
        {
          id: `${sample.condition}-${sample.kind}`,
          condition: sample.condition,
          kind: sample.kind,
          ns: exactNs * (1 + 0.05 * noise()),
          tolerance: 0.1,
          source: 'made',
        },
      ];
      return samplesOf(figures)[0] ?? sample;
    }),
  }));
}

function drawsOf(seed: number): () => number {
  let counter = 0;
  return () => hashWords([counter++], seed) / 2 ** 32;
}

function gaussianOf(draw: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
}

describe.each(['shared', 'rescan', 'per-core'])(
  'from figures made by %s with 5 percent noise, over 20 seeds',
  (hypothesis) => {
    const machine = smallMachine(hypothesis);
    const free = freeParameters(machine, hypothesis);
    const outcomes = Array.from({ length: 20 }, (_, seed) => {
      const draw = drawsOf(seed + 1);
      const truth = free.map(() => 0.15 + 0.7 * draw());
      const conditions = madeConditions(machine, hypothesis, truth, gaussianOf(draw));
      const [found] = calibrate({ machine, conditions, seed, setsPerHypothesis: 60 }, () => {});
      return { truth, found };
    });

    test('the stated interval of an identified parameter holds the truth in at least four of five', () => {
      let identified = 0;
      for (const [i, parameter] of free.entries()) {
        const stated = outcomes.flatMap(({ truth, found }) => {
          const fitted = found?.parameters[i];
          return fitted?.isIdentified === true ? [{ fitted, value: valueAt(parameter, truth[i] ?? 0) }] : [];
        });
        if (stated.length < 10) continue;
        identified++;
        const held = stated.filter(({ fitted, value }) => fitted.low <= value && value <= fitted.high).length;
        expect(held / stated.length, `${parameter.name}: ${held} of ${stated.length}`).toBeGreaterThanOrEqual(
          0.8,
        );
      }
      expect(identified).toBeGreaterThan(0);
    });

    test('costs that move no figure by themselves are called open', () => {
      for (const { found } of outcomes) {
        const isIdentified = (name: string) =>
          found?.parameters.find((one) => one.name === name)?.isIdentified;
        expect(isIdentified('clockReadNs')).toBe(false);
        expect(isIdentified('condReschedNs')).toBe(false);
      }
    });

    test('every plausible set reproduces the figures within the tolerance', () => {
      for (const { found } of outcomes) expect(found?.sets.length).toBeGreaterThan(30);
    });
  },
);

test('the same seed gives the same fit and the same sets, another one the same fit and other sets', () => {
  const machine = smallMachine('rescan');
  const positions = freeParameters(machine, 'rescan').map(() => 0.5);
  const conditions = madeConditions(machine, 'rescan', positions, () => 0.3);
  const run = (seed: number) => calibrate({ machine, conditions, seed, setsPerHypothesis: 10 }, () => {});
  expect(run(1)).toEqual(run(1));
  const values = (seed: number) => run(seed)[0]?.parameters.map(({ value }) => value);
  expect(values(2)).toEqual(values(1));
  expect(run(2)[0]?.sets).not.toEqual(run(1)[0]?.sets);
});

test('figures no costs can reach are said to be out of reach, by how much they are', () => {
  const machine = smallMachine('shared');
  const positions = freeParameters(machine, 'shared').map(() => 0.5);
  const conditions = madeConditions(machine, 'shared', positions, () => 0).map((one) =>
    one.name === 'first'
      ? { ...one, samples: one.samples.map((sample) => ({ ...sample, meanNs: sample.meanNs * 20 })) }
      : one,
  );
  const [found] = calibrate({ machine, conditions, seed: 1, setsPerHypothesis: 5 }, () => {});
  const first = found?.figures.find(({ sample }) => sample.condition === 'first');
  expect(first).toMatchObject({ isOutOfReach: true });
  expect(first?.tolerance).toBeGreaterThan(0.1);
});

describe('the shipped machine', () => {
  const machine = catalogue.machine('posted-2p');
  const file = loadFigures('list-2026-03', ROOT);
  const samples = samplesOf(figuresOf(file));
  const conditions = Object.entries(file.conditions).map(([name, condition]) => ({
    name,
    condition,
    scenario: scenarioOf(name, condition, catalogue),
    samples: samples.filter((sample) => sample.condition === name),
  }));

  test.each(Object.keys(machine.hypotheses))(
    'has sets under %s that reproduce every figure and keep every bound',
    (hypothesis) => {
      const sets = machine.hypotheses[hypothesis]?.plausibleSets ?? NO_SETS;
      expect(sets.rows.length).toBeGreaterThanOrEqual(70);
      for (const failureShared of [false, true]) {
        const model = new FigureModel(conditions, machine, hypothesis, { failureShared });
        // One figure is out of reach of rescan, by a little more than its tolerance.
        const margin = hypothesis === 'rescan' ? 0.01 : 0;
        const tolerances = model.targets.map(({ tolerance }) => tolerance + margin);
        const alike = vectorsOf(sets, model.values, new Map());
        for (const values of alike.filter((one) => one.failureShared === failureShared)) {
          expect(model.isPlausible(values, tolerances)).toBe(true);
        }
      }
    },
  );
});

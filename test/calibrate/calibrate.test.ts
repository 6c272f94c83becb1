import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type CalibrationRequest, calibrate } from '../../src/calibrate/calibrate.js';
import { FigureModel, type UsedCondition } from '../../src/calibrate/figure-model.js';
import type { Sample } from '../../src/calibrate/figures.js';
import { figuresOf, samplesOf } from '../../src/calibrate/figures.js';
import type { Condition, FigureKind } from '../../src/calibrate/figures-file.js';
import { type FitOutcome, type FitTask, runFitTask } from '../../src/calibrate/fit-task.js';
import { freeParameters, valueAt, withValues } from '../../src/calibrate/free-parameters.js';
import { loadFigures } from '../../src/calibrate/load-figures.js';
import { scenarioOf } from '../../src/calibrate/simulate-condition.js';
import { Files } from '../../src/files/files.js';
import { parseTopology } from '../../src/machine/topology.js';
import { hashWords } from '../../src/random.js';
import { Catalogue } from '../../src/scenario/catalogue.js';
import type { MachineFile } from '../../src/scenario/machine-file.js';
import { NO_SETS, vectorsOf } from '../../src/scenario/plausible-sets.js';
import { STARTING_VALUES } from '../support/machines.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const catalogue = await Catalogue.open({ packageFolder: ROOT, files: new Files() });

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
    use: 'fitted',
    unknown: [],
    kinds: ['total'],
  },
  {
    says: 'first',
    scenario: 'first-page',
    strategy: 'local-first',
    threads: 'primary',
    memory: 64 * GIB,
    use: 'fitted',
    unknown: [],
    kinds: ['total'],
  },
  {
    says: 'last',
    scenario: 'last-page',
    strategy: 'local-first',
    threads: 'primary',
    memory: 64 * GIB,
    use: 'fitted',
    unknown: [],
    kinds: ['total'],
  },
  {
    says: 'all',
    scenario: 'empty',
    strategy: 'broadcast',
    threads: 'all',
    memory: 64 * GIB,
    use: 'fitted',
    unknown: [],
    kinds: ['total'],
  },
  {
    says: 'serial',
    scenario: 'empty',
    strategy: 'serial',
    threads: 'all',
    memory: 64 * GIB,
    use: 'fitted',
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

function fitHere(request: Omit<CalibrationRequest, 'leftOut'>) {
  return calibrate(
    { ...request, leftOut: null },
    async (task) => runFitTask(task, request),
    () => {},
  );
}

describe.each(['shared', 'rescan', 'per-core'])(
  'from figures made by %s with 5 percent noise, over 20 seeds',
  async (hypothesis) => {
    const machine = smallMachine(hypothesis);
    const free = freeParameters(machine, hypothesis);
    const started = Array.from({ length: 20 }, async (_, seed) => {
      const draw = drawsOf(seed + 1);
      const truth = free.map(() => 0.15 + 0.7 * draw());
      const conditions = madeConditions(machine, hypothesis, truth, gaussianOf(draw));
      const [found] = await fitHere({ machine, conditions, seed, setsPerHypothesis: 60 });
      return { truth, found };
    });
    const outcomes = await Promise.all(started);

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

test('the same seed gives the same fit and the same sets, another one the same fit and other sets', async () => {
  const machine = smallMachine('rescan');
  const positions = freeParameters(machine, 'rescan').map(() => 0.5);
  const conditions = madeConditions(machine, 'rescan', positions, () => 0.3);
  const run = async (seed: number) =>
    (await fitHere({ machine, conditions, seed, setsPerHypothesis: 10 }))[0];
  const [one, again, other] = [await run(1), await run(1), await run(2)];
  expect(again).toEqual(one);
  const values = (found: typeof one) => found?.parameters.map(({ value }) => value);
  expect(values(other)).toEqual(values(one));
  expect(other?.sets).not.toEqual(one?.sets);
});

test('figures no costs can reach are said to be out of reach, by how much they are', async () => {
  const machine = smallMachine('shared');
  const positions = freeParameters(machine, 'shared').map(() => 0.5);
  const conditions = madeConditions(machine, 'shared', positions, () => 0).map((one) =>
    one.name === 'first'
      ? { ...one, samples: one.samples.map((sample) => ({ ...sample, meanNs: sample.meanNs * 20 })) }
      : one,
  );
  const [found] = await fitHere({ machine, conditions, seed: 1, setsPerHypothesis: 5 });
  const first = found?.figures.find(({ sample }) => sample.condition === 'first');
  expect(first).toMatchObject({ isOutOfReach: true });
  expect(first?.tolerance).toBeGreaterThan(0.1);
});

test('a sweep that would take too long to be counted is told as the mistake of the user it is', () => {
  const condition: Condition = {
    says: 'a guest leaves, then 256 regions on each of 64 CPUs',
    scenario: 'guest-exit',
    strategy: 'serial',
    threads: 'all',
    memory: 256 * GIB,
    use: 'fitted',
    unknown: [],
  };
  const conditions = [{ name: 'c', condition, scenario: scenarioOf('c', condition, catalogue), samples: [] }];
  const { parameters, ...rest } = smallMachine('shared');
  const serialCallNs = { ...parameters.serialCallNs, value: 1e9 };
  const machine = { ...rest, parameters: { ...parameters, serialCallNs } };
  const task = { hypothesis: 'shared', switches: {}, conditions, leftOut: null };
  const outcome = runFitTask({ ...task, wantsBest: true, sets: 1, stream: 0 }, { machine, seed: 1 });
  expect(outcome).toMatchObject({
    kind: 'refused',
    problems: [{ expected: expect.stringContaining('up to 9007 s a sweep') }],
  });
});

test('of several fits that cannot be done it is the first that is told, whichever ends first', async () => {
  const request = { machine: STARTING_VALUES, conditions: [], leftOut: null, seed: 1, setsPerHypothesis: 1 };
  const [first = ''] = Object.keys(STARTING_VALUES.hypotheses);
  const refused = ({ hypothesis }: FitTask): FitOutcome => {
    return { kind: 'refused', problems: [{ where: hypothesis, expected: 'a', found: 'b' }] };
  };
  const firstIsLast = async (task: FitTask) => {
    if (task.hypothesis === first) await new Promise(setImmediate);
    return refused(task);
  };
  const announced: string[] = [];
  const calibrated = calibrate(request, firstIsLast, (hypothesis) => announced.push(hypothesis));
  expect(announced).toEqual(Object.keys(STARTING_VALUES.hypotheses));
  await expect(calibrated).rejects.toMatchObject({ problems: [{ where: first }] });
});

describe('the shipped machine', () => {
  const machine = catalogue.machine('posted-2p');
  const file = loadFigures('list-2026-03', { packageFolder: ROOT, files: new Files() });
  const samples = samplesOf(figuresOf(file));
  const fitted = Object.entries(file.conditions).filter(([, { use }]) => use === 'fitted');
  const conditions = fitted.map(([name, condition]) => ({
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

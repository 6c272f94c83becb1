import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Files } from '../../src/files/files.js';
import { type Measurement, runScenario } from '../../src/measure/run-scenario.js';
import { Catalogue } from '../../src/scenario/catalogue.js';
import { chooseSweep, type StrategyName } from '../../src/sweep/strategies.js';
import { machineConfig } from '../support/machines.js';

// What a plain script, executing the cost model instruction by instruction, printed for the starting values.
const FIGURES_MS = {
  shared: {
    full: { total: 95.242, local: 0.0717 },
    'first-page': { total: 95.242, local: 0.0717 },
    empty: { total: 311.602, local: 34.296 },
    again: { total: 282.82, local: 5.513 },
    'last-page': { total: 171.752, local: 33.883 },
  },
  rescan: {
    full: { total: 95.242, local: 0.0717 },
    'first-page': { total: 95.242, local: 0.0717 },
    empty: { total: 311.433, local: 33.949 },
    again: { total: 311.433, local: 33.949 },
    'last-page': { total: 311.011, local: 33.883 },
  },
  'per-core': {
    full: { total: 95.242, local: 0.0717 },
    'first-page': { total: 95.242, local: 0.0717 },
    empty: { total: 311.019, local: 34.257 },
    again: { total: 311.019, local: 34.257 },
    'last-page': { total: 171.752, local: 33.883 },
  },
} as const;

// Two guests of 100 GiB; after a sweep one leaves.
const GUEST_EXIT_MS = {
  shared: { 'local-first': 321.882, broadcast: 405.721 },
  rescan: { 'local-first': 304.815, broadcast: 371.309 },
  'per-core': { 'local-first': 305.297, broadcast: 370.785 },
} as const;

const SERIAL_FIGURES = {
  shared: { totalS: 31.751, meanUs: 2.685, maxUs: 2.7 },
  rescan: { totalS: 31.853, meanUs: 2.78, maxUs: 21.022 },
  'per-core': { totalS: 32.012, meanUs: 2.931, maxUs: 21.173 },
} as const;

const catalogue = await Catalogue.open({
  packageFolder: fileURLToPath(new URL('../..', import.meta.url)),
  files: new Files(),
});

/** What was measured: a state alone is looked at twice. */
const measured = new Map<string, readonly Measurement[]>();

function measure(scenario: string, hypothesis: string, strategy: StrategyName, regions: number) {
  const key = [scenario, hypothesis, strategy, regions].join();
  const known = measured.get(key) ?? measureAnew(scenario, hypothesis, strategy, regions);
  measured.set(key, known);
  return known;
}

function measureAnew(scenario: string, hypothesis: string, strategy: StrategyName, regions: number) {
  const choice = chooseSweep(strategy, null, null);
  return runScenario(catalogue.scenario(scenario), machineConfig({ hypothesis, regions }), choice, {
    seed: 1,
    jitter: null,
  }).measurements;
}

function phasesMs(timeline: readonly { phase: string; elapsedPs: number }[]) {
  const ms = (phase: string) => (timeline.find((one) => one.phase === phase)?.elapsedPs ?? 0) / 1e9;
  return { local: ms('local'), total: ms('local') + ms('remote') };
}

function expectWithin(actual: number, expected: number, share: number) {
  expect(Math.abs(actual / expected - 1), `${actual} against ${expected}`).toBeLessThan(share);
}

describe.each(Object.entries(FIGURES_MS))('with the starting values of %s', (hypothesis, figures) => {
  test.each(Object.entries(figures))(
    '%s takes what the plain script printed',
    (scenario, { total, local }) => {
      const [only] = measure(scenario, hypothesis, 'local-first', 2048);
      const phases = phasesMs(only?.timeline ?? []);
      expectWithin(phases.total, total, 0.00001);
      expectWithin(phases.local, local, 0.001);
    },
  );

  test('three-states gives on one machine what its states give alone', () => {
    const states = measure('three-states', hypothesis, 'local-first', 2048);
    expect(states.map(({ state }) => state)).toEqual(['full', 'empty', 'again']);
    for (const { state, timeline } of states) {
      const [alone] = measure(state, hypothesis, 'local-first', 2048);
      expect(phasesMs(timeline)).toEqual(phasesMs(alone?.timeline ?? []));
    }
  });
});

describe.each(Object.entries(GUEST_EXIT_MS))('after a guest exit under %s', (hypothesis, figures) => {
  test.each(Object.entries(figures))('%s takes what the plain script printed', (strategy, totalMs) => {
    const [only] = measure('guest-exit', hypothesis, strategy as StrategyName, 2048);
    expectWithin(phasesMs(only?.timeline ?? []).total, totalMs, 0.00001);
  });
});

describe.each(Object.entries(SERIAL_FIGURES))(
  'a serial sweep of 1038 GiB under %s',
  (hypothesis, figures) => {
    const [only] = measure('empty', hypothesis, 'serial', 1038);
    const calls = only?.timeline[0]?.sums.filter(({ shape }) => shape.cpus[0] !== shape.sender) ?? [];

    test('takes what the plain script printed, in all and per instruction', () => {
      const count = calls.reduce((sum, { rounds }) => sum + rounds, 0);
      const inRmpoptPs = calls.reduce((sum, { byCpu }) => sum + byCpu.inRmpoptPs[0], 0);
      const maxPs = calls.reduce((most, { byCpu }) => Math.max(most, byCpu.longestPs[0]), 0);
      expectWithin((only?.timeline[0]?.elapsedPs ?? 0) / 1e12, figures.totalS, 0.001);
      expectWithin(inRmpoptPs / count / 1e6, figures.meanUs, 0.001);
      expectWithin(maxPs / 1e6, figures.maxUs, 0.001);
    });

    test('has its dear instructions on the first CPUs of the L3 groups, unless results are shared', () => {
      const dear = calls.filter(({ byCpu }) => byCpu.longestPs[0] > 10e6);
      const cpus = new Set(dear.map(({ shape }) => shape.cpus[0]));
      const firsts = Array.from({ length: 16 }, (_, group) => group * 32).filter((cpu) => cpu !== 0);
      expect([...cpus].sort((a = 0, b = 0) => a - b)).toEqual(hypothesis === 'shared' ? [] : firsts);
    });
  },
);

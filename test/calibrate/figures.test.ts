import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { countFacts, figuresOf, samplesOf } from '../../src/calibrate/figures.js';
import { loadFigures } from '../../src/calibrate/load-figures.js';
import { asScenario, scenarioOf, simulateCondition } from '../../src/calibrate/simulate-condition.js';
import { Files } from '../../src/files/files.js';
import { Catalogue } from '../../src/scenario/catalogue.js';
import { nanoseconds } from '../../src/units.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const installation = { packageFolder: ROOT, files: new Files() };
const published = loadFigures('list-2026-03', installation);
const samples = samplesOf(figuresOf(published));
const sampleOf = (condition: string, kind = 'total') =>
  samples.find((sample) => sample.condition === condition && sample.kind === kind);

test('cycles become time by the frequency of the file', () => {
  expect(sampleOf('serial')?.meanNs).toBe(63_815_935_380 / 2);
  expect(sampleOf('serial', 'instruction-mean')?.meanNs).toBe(2829);
});

test('samples of one condition enter by their mean, and may be missed by their spread', () => {
  const pair = sampleOf('guest-exit-local-first');
  expect(pair?.meanNs).toBe((317_016_656 + 369_659_769) / 2);
});

test('four guest exits hold three facts: two means, and one ratio seen twice', () => {
  const exits = samples.filter(({ condition }) => condition.startsWith('guest-exit'));
  expect(exits.flatMap(({ figures }) => figures)).toHaveLength(4);
  expect(countFacts(exits)).toBe(3);
  expect(countFacts(samples.filter(({ condition }) => !/^(shutdown|boot|snp-init)/.test(condition)))).toBe(7);
});

test('each condition that the shipped machine was fitted to takes what its file says', async () => {
  const scenarios = Object.values(published.conditions).map(({ scenario }) => scenario);
  const catalogue = await Catalogue.openFor(installation, ['posted-2p', ...scenarios]);
  const machine = catalogue.machine('posted-2p');
  const fitted = Object.entries(published.conditions).filter(([, { use }]) => use === 'fitted');
  for (const [hypothesis, { fittedTo }] of Object.entries(machine.hypotheses)) {
    const taken = fitted.map(([name, condition]) => {
      const { strategy, threads, memory } = condition;
      const read = asScenario(condition, scenarioOf(name, condition, catalogue));
      const { localPs, remotePs } = simulateCondition(read, machine, hypothesis);
      const times = { localNs: nanoseconds(localPs), remoteNs: nanoseconds(remotePs) };
      return [name, { strategy, threads, memory, ...times }];
    });
    expect(fittedTo).toEqual(Object.fromEntries(taken));
  }
});

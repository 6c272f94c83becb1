import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { countFacts, figuresOf, samplesOf } from '../../src/calibrate/figures.js';
import { loadFigures } from '../../src/calibrate/load-figures.js';
import { Files } from '../../src/files/files.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const samples = samplesOf(
  figuresOf(loadFigures('list-2026-03', { packageFolder: ROOT, files: new Files() })),
);
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

import { expect, test } from 'vitest';
import { drawBelow, hashWords, PURPOSES } from '../src/random.js';

// MurmurHash3 x86_32 of little-endian words: published test vectors.
test.each([
  [[], 0, 0],
  [[], 1, 0x514e28b7],
  [[], 0xffffffff, 0x81f16f39],
  [[0xffffffff], 0, 0x76293b50],
  [[0x87654321], 0, 0xf55b516b],
  [[0x87654321], 0x5082edee, 0x2362f9de],
  [[0], 0, 0x2362f9de],
] as [number[], number, number][])(
  'the hash of %j with seed %i agrees with the reference',
  (words, seed, hash) => {
    expect(hashWords(words, seed)).toBe(hash);
  },
);

test('draws stay below their bound and reach every value about equally often', () => {
  const counts = [0, 0, 0, 0, 0];
  for (let region = 0; region < 5000; region++) {
    const draw = drawBelow(5, 1, 'eachRegionPosition', region);
    counts[draw] = (counts[draw] ?? 0) + 1;
  }
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(5000);
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

test('no two purposes share a word, so that no draw for one is a draw for another', () => {
  const words = Object.values(PURPOSES);
  expect(new Set(words).size).toBe(words.length);
});

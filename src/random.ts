/**
 * MurmurHash3 (x86, 32 bit) over whole 32-bit words: a counter-based source of random numbers. A draw is a pure function of
 * its key, so no draw depends on how many were made before it, and adding CPUs or regions leaves the others' draws alone.
 */
export function hashWords(words: readonly number[], seed: number): number {
  let hash = seed | 0;
  for (const word of words) hash = absorb(hash, scramble(word));
  return finish(hash, words.length);
}

/** A word as the hash takes it in: worth keeping where the same word ends many keys. */
export function scramble(word: number): number {
  const mixed = Math.imul(word, 0xcc9e2d51);
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
}

/** Takes one more word in; keys that begin alike share the hash so far. */
export function absorb(hash: number, scrambled: number): number {
  const mixed = hash ^ scrambled;
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

/** The hash of a key of which all words have been taken in, as 32 bits without sign. */
export function finish(hash: number, words: number): number {
  let mixed = hash ^ (words * 4);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** What a draw is for: draws for different purposes are independent even with equal keys. */
export const PURPOSES = {
  eachRegionPosition: 1,
  scatteredRemainder: 2,
  plausibleSets: 3,
  fragmentedPiece: 4,
  arrivalInterval: 5,
  arrivalLifetime: 6,
  arrivalSize: 7,
  arrivalMapping: 8,
  dealtCell: 9,
  instruction: 10,
  slowInstruction: 11,
  slowTime: 12,
  sending: 13,
  sendingLists: 14,
  measuredCost: 15,
} as const;
type Purpose = keyof typeof PURPOSES;

/** The hash of a key that begins with a purpose and some words, for more to be taken in. */
export function beginKey(seed: number, purpose: Purpose, ...key: number[]): number {
  return [PURPOSES[purpose], ...key].reduce((hash, word) => absorb(hash, scramble(word)), seed | 0);
}

/** 32 random bits, the same for the same key. */
export function drawBits(seed: number, purpose: Purpose, ...key: number[]): number {
  return hashWords([PURPOSES[purpose], ...key], seed);
}

/**
 * A whole number from 0 to below `bound`, the same for the same key.
 * @param bound at most 2^21, so that the product with 32 random bits stays exact
 */
export function drawBelow(bound: number, seed: number, purpose: Purpose, ...key: number[]): number {
  return Math.floor((drawBits(seed, purpose, ...key) * bound) / 2 ** 32);
}

/** A number from an exponential distribution with mean 1, the same for the same key. */
export function drawExponential(seed: number, purpose: Purpose, ...key: number[]): number {
  return exponential(drawBits(seed, purpose, ...key));
}

/** The quantile of 32 random bits in an exponential distribution with mean 1. */
export function exponential(bits: number): number {
  return -Math.log((bits + 0.5) / 2 ** 32);
}

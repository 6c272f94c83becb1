/**
 * MurmurHash3 (x86, 32 bit) over whole 32-bit words: a counter-based source of random numbers. A draw is a pure function of
 * its key, so no draw depends on how many were made before it, and adding CPUs or regions leaves the others' draws alone.
 */
export function hashWords(words: readonly number[], seed: number): number {
  let hash = seed | 0;
  for (const word of words) {
    let mixed = Math.imul(word | 0, 0xcc9e2d51);
    mixed = (mixed << 15) | (mixed >>> 17);
    hash ^= Math.imul(mixed, 0x1b873593);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  hash ^= words.length * 4;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** What a draw is for: draws for different purposes are independent even with equal keys. */
const PURPOSES = {
  eachRegionPosition: 1,
  scatteredRemainder: 2,
  plausibleSets: 3,
  fragmentedPiece: 4,
  arrivalInterval: 5,
  arrivalLifetime: 6,
  arrivalSize: 7,
  arrivalMapping: 8,
  dealtCell: 9,
} as const;
type Purpose = keyof typeof PURPOSES;

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
  return -Math.log((drawBits(seed, purpose, ...key) + 0.5) / 2 ** 32);
}

// Random costs as CONTRIBUTING.md defines them, told a second time: another form of the hash, other series for the normal
// distribution, nothing kept from one draw to the next but the lists of factors.
import type { ReferenceDraws } from './reference.js';

const FACTORS = 4096;
const PURPOSES = { instruction: 10, slow: 11, slowTime: 12, 'one region': 13, lists: 14 };

const WORD = 2 ** 32;

/** The lower 32 bits of a product, from halves small enough for exact products. */
function times(a: number, b: number): number {
  const [high, low] = [Math.floor(a / 65_536), a % 65_536];
  return (((high * b) % 65_536) * 65_536 + low * b) % WORD;
}

function rotated(value: number, by: number): number {
  return ((value * 2 ** by) % WORD) + Math.floor(value / 2 ** (32 - by));
}

function xor(a: number, b: number): number {
  return (a ^ b) >>> 0;
}

/** MurmurHash3 for 32 bits, as its author wrote it, in numbers without a sign; over words, four bytes each. */
function murmur(words: readonly number[], seed: number): number {
  let hash = seed;
  for (const word of words) {
    const block = times(rotated(times(word, 0xcc9e2d51), 15), 0x1b873593);
    hash = (rotated(xor(hash, block), 13) * 5 + 0xe6546b64) % WORD;
  }
  hash = xor(hash, 4 * words.length);
  hash = times(xor(hash, Math.floor(hash / 2 ** 16)), 0x85ebca6b);
  hash = times(xor(hash, Math.floor(hash / 2 ** 13)), 0xc2b2ae35);
  return xor(hash, Math.floor(hash / 2 ** 16));
}

/** The share of a standard normal distribution above z from 0 on: by the Taylor series at 0, farther out by a continued fraction. */
function shareAbove(z: number): number {
  if (z > 1.5) {
    let fraction = 0;
    for (let k = 200; k > 0; k--) fraction = k / (z + fraction);
    return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI) / (z + fraction);
  }
  let power = z;
  let sum = z;
  for (let k = 1; k < 120; k++) {
    power *= -(z * z) / (2 * k);
    sum += power / (2 * k + 1);
  }
  return 0.5 - sum / Math.sqrt(2 * Math.PI);
}

/** The value above which so much lies, at most one half: by halving. */
function quantileAbove(share: number): number {
  let [low, high] = [0, 5];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (shareAbove(middle) > share) low = middle;
    else high = middle;
  }
  return low;
}

const upper = Array.from({ length: FACTORS / 2 }, (_, i) => quantileAbove((i + 0.5) / FACTORS));
const quantiles = [...upper.map((z) => -z), ...upper.toReversed()];

const factorsBySigma = new Map<number, readonly number[]>();

function factorsOf(sigma: number): readonly number[] {
  const known = factorsBySigma.get(sigma);
  if (known !== undefined) return known;
  const raw = quantiles.map((z) => Math.exp(sigma * z));
  const mean = raw.reduce((sum, factor) => sum + factor) / FACTORS;
  const factors = raw.map((factor) => factor / mean);
  factorsBySigma.set(sigma, factors);
  return factors;
}

export interface DrawnValues {
  readonly jitterSigma: number;
  readonly tailProbability: number;
  readonly tailNs: number;
}

type Key = readonly [run: number, sweep: number, region: number, cpu: number];

function drawOf(purpose: keyof typeof PURPOSES, seed: number, key: Key): number {
  return murmur([PURPOSES[purpose], ...key], seed);
}

/** A chance of slow ones just so large that whether this RMPOPT is slow hangs on the last bits of its draws. */
export function narrowChance(seed: number, key: Key): number {
  return ((drawOf('instruction', seed, key) % 2 ** 20) + 0.5) / 2 ** 20;
}

/** The draws of one run of one seed. */
export function referenceDraws(
  { jitterSigma, tailProbability, tailNs }: DrawnValues,
  seed: number,
  run: number,
): ReferenceDraws {
  const factors = factorsOf(jitterSigma);
  const bits = (purpose: keyof typeof PURPOSES, sweep: number, region: number, cpu: number) =>
    drawOf(purpose, seed, [run, sweep, region, cpu]);
  const factor = (draw: number) => factors[Math.floor(draw / 2 ** 20)];
  return {
    instruction(sweep, region, cpu) {
      const draw = bits('instruction', sweep, region, cpu);
      return { factor: factor(draw), extraNs: isSlow(draw) ? slowNs() : 0 };

      function isSlow(own: number): boolean {
        const least = (own % 2 ** 20) / 2 ** 20;
        // What is added is never negative, so mostly it need not be known.
        if (least >= tailProbability) return false;
        return least + bits('slow', sweep, region, cpu) / 2 ** 52 < tailProbability;
      }

      function slowNs(): number {
        const time = (bits('slowTime', sweep, region, cpu) + 0.5) / WORD;
        return -Math.log(time) * tailNs;
      }
    },
    sending: (sweep, kind, region, cpu) => factor(bits(kind, sweep, region, cpu)),
  };
}

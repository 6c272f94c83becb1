// Random costs as docs/model.md defines them, told a second time: another form of the hash, other series for the normal
// distribution, nothing kept from one draw to the next but the list of factors.
import type { ReferenceDraws } from './reference.js';

const FACTORS = 4096;
const PURPOSES = { instruction: 10, slow: 11, slowTime: 12, 'one region': 13, lists: 14 };

/** MurmurHash3 for 32 bits, as its author wrote it: over bytes. */
function murmur(bytes: Buffer, seed: number): number {
  let hash = BigInt(seed);
  const word = (value: bigint) => value & 0xffffffffn;
  const rotated = (value: bigint, by: bigint) => word((value << by) | (value >> (32n - by)));
  for (let at = 0; at < bytes.length; at += 4) {
    let block = word(BigInt(bytes.readUInt32LE(at)) * 0xcc9e2d51n);
    block = word(rotated(block, 15n) * 0x1b873593n);
    hash = word(rotated(hash ^ block, 13n) * 5n + 0xe6546b64n);
  }
  hash ^= BigInt(bytes.length);
  hash = word((hash ^ (hash >> 16n)) * 0x85ebca6bn);
  hash = word((hash ^ (hash >> 13n)) * 0xc2b2ae35n);
  return Number(hash ^ (hash >> 16n));
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

export interface DrawnValues {
  readonly jitterSigma: number;
  readonly tailProbability: number;
  readonly tailNs: number;
}

/** The draws of one run of one seed. */
export function referenceDraws(
  { jitterSigma, tailProbability, tailNs }: DrawnValues,
  seed: number,
  run: number,
): ReferenceDraws {
  const raw = quantiles.map((z) => Math.exp(jitterSigma * z));
  const mean = raw.reduce((sum, factor) => sum + factor) / FACTORS;
  const bits = (purpose: keyof typeof PURPOSES, sweep: number, region: number, cpu: number) => {
    const key = Buffer.alloc(20);
    for (const [i, word] of [PURPOSES[purpose], run, sweep, region, cpu].entries())
      key.writeUInt32LE(word, 4 * i);
    return murmur(key, seed);
  };
  const factor = (draw: number) => raw[Math.floor(draw / 2 ** 20)] / mean;
  return {
    instruction(sweep, region, cpu) {
      const draw = bits('instruction', sweep, region, cpu);
      const share = ((draw % 2 ** 20) + bits('slow', sweep, region, cpu) / 2 ** 32) / 2 ** 20;
      const isSlow = share < tailProbability;
      const time = (bits('slowTime', sweep, region, cpu) + 0.5) / 2 ** 32;
      return { factor: factor(draw), extraNs: isSlow ? -Math.log(time) * tailNs : 0 };
    },
    sending: (sweep, kind, region, cpu) => factor(bits(kind, sweep, region, cpu)),
  };
}

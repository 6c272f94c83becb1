import { describe, expect, test } from 'vitest';
import { Evidence, type Observation, sigmaOf } from '../../src/calibrate/evidence.js';
import { gaussianFrom, type Uniform } from '../../src/calibrate/sampler.js';
import { hashWords } from '../../src/random.js';
import { predictSweep, type RegionHistogram } from '../../src/sweep/predict.js';
import { chooseSweep } from '../../src/sweep/strategies.js';
import { createMachine, machineConfig } from '../support/machines.js';
import { sweeperOf } from '../support/sweeps.js';

function uniformOf(seed: number): Uniform {
  let counter = 0;
  return () => hashWords([counter++], seed) / 2 ** 32;
}

const { values } = machineConfig({ topology: '1x2x2x1', regions: 8 });
/** What an empty host meets, and one that has been swept before. */
const [EMPTY, AGAIN] = [histogram(false), histogram(true)];

function histogram(isSwept: boolean): RegionHistogram {
  const machine = createMachine({ topology: '1x2x2x1', regions: 8 });
  const sweeper = sweeperOf(machine);
  const choice = chooseSweep('local-first', null, null);
  if (isSwept) sweeper.sweep(choice);
  return sweeper.histogram(choice);
}

const nsOf = (histogram: RegionHistogram) => {
  const { localPs, remotePs } = predictSweep(histogram, values, 'elapsed');
  return (localPs + remotePs) / 1000;
};
const total = (ns: number, more: Partial<Observation> = {}): Observation => ({
  ...{ ns, kind: 'total', sweep: String(ns), effects: [], ownSigma: 0 },
  ...more,
});

/** The noise of a sweep as the product has it: sixteen steps from 0.02 to 0.2, as likely as each other. */
const SIGMAS = Array.from({ length: 16 }, (_, i) => 0.02 * 10 ** ((i + 0.5) / 16));
const density = (x: number, sigma: number) =>
  Math.exp(-((x / sigma) ** 2) / 2) / (sigma * Math.sqrt(2 * Math.PI));
const meanOf = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

const logLikelihood = (readings: readonly RegionHistogram[], observations: readonly Observation[]) =>
  new Evidence([{ readings, observations }], values).logLikelihood(values);

describe('how likely figures are', () => {
  test('is a normal density of their logarithm, the noise of a sweep averaged out', () => {
    const ns = nsOf(EMPTY);
    const expected = meanOf(SIGMAS.map((sigma) => density(Math.log(1.05), sigma)));
    expect(logLikelihood([EMPTY], [total(1.05 * ns)])).toBeCloseTo(Math.log(expected), 9);
  });

  test('is a product over sweeps of one noise, and one density for figures of one sweep', () => {
    const ns = nsOf(EMPTY);
    const apart = meanOf(
      SIGMAS.map((sigma) => density(Math.log(1.05), sigma) * density(Math.log(0.97), sigma)),
    );
    expect(logLikelihood([EMPTY], [total(1.05 * ns), total(0.97 * ns)])).toBeCloseTo(Math.log(apart), 9);
    // Two figures of one sweep, each with noise of its own: their mean is as far off as the sweep, their difference is their own.
    const own = 0.02;
    const [a, b] = [Math.log(1.05), Math.log(1.01)];
    const together = meanOf(
      SIGMAS.map(
        (sigma) =>
          density((a + b) / 2, Math.hypot(sigma, own / Math.SQRT2)) * density(a - b, own * Math.SQRT2),
      ),
    );
    const observations = [1.05, 1.01].map((factor) => total(factor * ns, { sweep: 'one', ownSigma: own }));
    expect(logLikelihood([EMPTY], observations)).toBeCloseTo(Math.log(together), 9);
  });

  test('is the mean over what the source leaves open', () => {
    const ns = nsOf(EMPTY);
    const ratio = Math.log((1.05 * ns) / nsOf(AGAIN));
    const expected = meanOf(
      SIGMAS.map((sigma) => (density(Math.log(1.05), sigma) + density(ratio, sigma)) / 2),
    );
    expect(logLikelihood([EMPTY, AGAIN], [total(1.05 * ns)])).toBeCloseTo(Math.log(expected), 9);
  });

  test('lets a second sweep, or another host, differ by something nobody knows', () => {
    const ns = nsOf(EMPTY);
    for (const effect of ['second', 'host other'] as const) {
      const expected = meanOf(
        SIGMAS.map((sigma) => density(Math.log(1.2), Math.hypot(sigma, sigmaOf(effect)))),
      );
      expect(logLikelihood([EMPTY], [total(1.2 * ns, { effects: [effect] })])).toBeCloseTo(
        Math.log(expected),
        9,
      );
    }
    expect(sigmaOf('second')).toBe(0.15);
    expect(sigmaOf('host other')).toBe(0.1);
  });
});

describe('what is left open is drawn', () => {
  const explained = (
    observations: readonly Observation[],
    readings: readonly RegionHistogram[] = [EMPTY],
  ) => {
    const evidence = new Evidence([{ readings, observations }], values);
    const uniform = uniformOf(3);
    const gaussian = gaussianFrom(uniform);
    return Array.from({ length: 4000 }, () => evidence.explain(values, uniform, gaussian));
  };

  test('noise as likely as it makes the figures', () => {
    const draws = explained([total(1.1 * nsOf(EMPTY)), total(0.9 * nsOf(EMPTY))]);
    const weights = SIGMAS.map((sigma) => density(Math.log(1.1), sigma) * density(Math.log(0.9), sigma));
    const all = weights.reduce((sum, weight) => sum + weight, 0);
    for (const [i, sigma] of SIGMAS.entries()) {
      const share = draws.filter((draw) => Math.abs(draw.sigma - sigma) < 1e-9).length / draws.length;
      expect(share).toBeCloseTo((weights[i] ?? 0) / all, 1);
    }
  });

  test('an effect as figures that have it and others that have not leave it', () => {
    const ns = nsOf(EMPTY);
    const firsts = Array.from({ length: 6 }, (_, i) => total(ns, { sweep: `a${i}` }));
    const seconds = Array.from({ length: 6 }, (_, i) =>
      total(1.17 * ns, { sweep: `b${i}`, effects: ['second'] }),
    );
    const drawn = explained([...firsts, ...seconds]).map(({ effects }) => effects.get('second') ?? 0);
    const spread = Math.sqrt(meanOf(drawn.map((one) => (one - meanOf(drawn)) ** 2)));
    expect(meanOf(drawn)).toBeCloseTo(Math.log(1.17), 1);
    expect(spread).toBeLessThan(0.03);
    const [alone] = [
      explained([total(ns, { effects: ['second'] })]).map(({ effects }) => effects.get('second') ?? 0),
    ];
    expect(Math.sqrt(meanOf(alone.map((one) => one ** 2)))).toBeLessThan(0.15);
  });

  test('the reading that fits', () => {
    const draws = explained([total(nsOf(AGAIN))], [EMPTY, AGAIN]);
    const again = Math.log(nsOf(AGAIN));
    const share = draws.filter(({ logNs }) => Math.abs((logNs[0] ?? 0) - again) < 1e-9).length / draws.length;
    const weights = [EMPTY, AGAIN].map((one) =>
      meanOf(SIGMAS.map((sigma) => density(Math.log(nsOf(AGAIN) / nsOf(one)), sigma))),
    );
    expect(share).toBeCloseTo((weights[1] ?? 0) / ((weights[0] ?? 0) + (weights[1] ?? 0)), 1);
  });
});

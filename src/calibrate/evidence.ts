import type { ParameterValues } from '../machine/parameters.js';
import { Predictor, type RegionHistogram, type SweepTotals } from '../sweep/predict.js';
import type { FigureKind } from './figures-file.js';
import type { Uniform } from './sampler.js';
import { figurePs } from './simulate-condition.js';

/** A measured figure with what is known of its noise. */
export interface Observation {
  readonly ns: number;
  readonly kind: FigureKind;
  /** Figures of one sweep share its noise. */
  readonly sweep: string;
  /** What the figure shares with others, beside its sweep, by how much nobody knows. */
  readonly effects: readonly Effect[];
  /** Noise of its own, as the standard deviation of its logarithm. */
  readonly ownSigma: number;
}

/** The second sweep of two in a row differs from the first, and another host from the machine's: by the same for all such figures. */
export type Effect = 'second' | `host ${string}`;

/** A condition as figures are predicted: one histogram for each reading of what its source leaves open, all as likely. */
export interface ObservedCondition {
  readonly readings: readonly RegionHistogram[];
  readonly observations: readonly Observation[];
}

/** What the figures say of everything but the costs, drawn given these. */
export interface Explanation {
  /** Noise of a sweep, as the standard deviation of its logarithm. */
  readonly sigma: number;
  readonly effects: ReadonlyMap<Effect, number>;
  /** By observation: the logarithm of the predicted nanoseconds, under the reading drawn, without effects. */
  readonly logNs: readonly number[];
}

/** The noise of a sweep: log-uniform, in so many steps. No sweep at boot was repeated, so that figures say little of it. */
const SIGMAS = 16;
export const SIGMA = { low: 0.02, high: 0.2 };

/** How far figures may differ by an effect, as the standard deviation of a logarithm. */
export function sigmaOf(effect: Effect): number {
  return effect === 'second' ? 0.15 : 0.1;
}

interface Group {
  readonly first: number;
  readonly kinds: readonly FigureKind[];
  readonly predictors: readonly Predictor[];
}

interface Noise {
  readonly sigma: number;
  /** The inverse of the covariance. */
  readonly precision: Float64Array;
  /** The logarithm of what a normal distribution has in front. */
  readonly logFront: number;
}

/** Measured figures, and how likely they are under one set of costs after another. */
export class Evidence {
  readonly #groups: readonly Group[];
  readonly observations: readonly Observation[];
  readonly #logMeasured: Float64Array;
  readonly #noises: readonly Noise[];
  /** By reading of all groups, what is predicted for each observation. */
  readonly #logPredicted: readonly Float64Array[];
  /** By combination of readings: the reading of each group. */
  readonly #combinations: readonly (readonly number[])[];
  readonly #terms: Float64Array;
  readonly #residuals: Float64Array;

  /** @param values with the switches of all costs that are asked for */
  constructor(conditions: readonly ObservedCondition[], values: ParameterValues) {
    const observations = conditions.flatMap((one) => one.observations);
    this.observations = observations;
    this.#logMeasured = Float64Array.from(observations, ({ ns }) => Math.log(ns));
    this.#noises = sigmas().map((sigma) => noiseOf(observations, sigma));
    const known = new Map<RegionHistogram, Predictor>();
    const predictorOf = (reading: RegionHistogram) => {
      const predictor = known.get(reading) ?? new Predictor(reading, values);
      known.set(reading, predictor);
      return predictor;
    };
    let first = 0;
    this.#groups = conditions.map(({ readings, observations: own }) => {
      const kinds = own.map(({ kind }) => kind);
      const group = { first, kinds, predictors: readings.map(predictorOf) };
      first += kinds.length;
      return group;
    });
    const most = Math.max(0, ...this.#groups.map(({ predictors }) => predictors.length));
    this.#logPredicted = Array.from({ length: most }, () => new Float64Array(observations.length));
    this.#combinations = combinationsOf(this.#groups.map(({ predictors }) => predictors.length));
    this.#terms = new Float64Array(this.#combinations.length * this.#noises.length);
    this.#residuals = new Float64Array(observations.length);
  }

  /** The logarithm of how likely the figures are; noise, effects and readings are summed out. */
  logLikelihood(values: ParameterValues): number {
    this.#predict(values);
    this.#weigh();
    return logSumExp(this.#terms) - Math.log(this.#terms.length);
  }

  /** Draws what is left open, given costs and figures. */
  explain(values: ParameterValues, uniform: Uniform, gaussian: () => number): Explanation {
    this.#predict(values);
    this.#weigh();
    const chosen = drawIndex(this.#terms, uniform);
    const combination = this.#combinations[Math.floor(chosen / this.#noises.length)];
    const { sigma, precision } = this.#noises[chosen % this.#noises.length];
    this.#residualsOf(combination);
    const logNs = this.#groups.flatMap(({ first, kinds }, group) =>
      kinds.map((_, i) => this.#logPredicted[combination[group]][first + i]),
    );
    return { sigma, effects: this.#drawEffects(precision, gaussian), logNs };
  }

  /** What is predicted for each observation, as a logarithm, under readings drawn as the figures were not there. */
  drawPrediction(values: ParameterValues, uniform: Uniform): number[] {
    this.#predict(values);
    return this.#groups.flatMap(({ first, kinds, predictors }) => {
      const reading = Math.floor(uniform() * predictors.length);
      return kinds.map((_, i) => this.#logPredicted[reading][first + i]);
    });
  }

  /** One after another, each given those before it: of two effects that no figure has both of, that is exact. */
  #drawEffects(precision: Float64Array, gaussian: () => number): Map<Effect, number> {
    const effects = new Map<Effect, number>();
    const size = this.observations.length;
    for (const effect of new Set(this.observations.flatMap((one) => one.effects))) {
      const has = this.observations.map((one) => (one.effects.includes(effect) ? 1 : 0));
      const variance = sigmaOf(effect) ** 2;
      let [shift, weight] = [0, 0];
      for (let i = 0; i < size; i++) {
        if (has[i] === 0) continue;
        for (let k = 0; k < size; k++) {
          shift += precision[i * size + k] * this.#residuals[k];
          weight += precision[i * size + k] * has[k];
        }
      }
      const rest = Math.max(0, variance - variance ** 2 * weight);
      effects.set(effect, variance * shift + Math.sqrt(rest) * gaussian());
    }
    return effects;
  }

  #predict(values: ParameterValues): void {
    const done = new Map<Predictor, SweepTotals>();
    for (const { first, kinds, predictors } of this.#groups) {
      const wanted = kinds.includes('instruction-mean') ? 'instructions' : 'elapsed';
      for (let reading = 0; reading < predictors.length; reading++) {
        const predictor = predictors[reading];
        const known = done.get(predictor);
        const totals = known ?? predictor.predict(values, wanted);
        if (known === undefined) done.set(predictor, totals);
        for (let i = 0; i < kinds.length; i++) {
          this.#logPredicted[reading][first + i] = figureLogNs(totals, kinds[i]);
        }
      }
    }
  }

  /** How likely the figures are under each combination of readings and each noise, as logarithms. */
  #weigh(): void {
    const size = this.#logMeasured.length;
    const residuals = this.#residuals;
    let term = 0;
    for (const combination of this.#combinations) {
      this.#residualsOf(combination);
      for (const { precision, logFront } of this.#noises) {
        let distance = 0;
        for (let i = 0; i < size; i++) {
          let row = 0;
          for (let k = 0; k < i; k++) row += precision[i * size + k] * residuals[k];
          distance += (2 * row + precision[i * size + i] * residuals[i]) * residuals[i];
        }
        this.#terms[term++] = logFront - distance / 2;
      }
    }
  }

  #residualsOf(combination: readonly number[]): void {
    for (let group = 0; group < this.#groups.length; group++) {
      const { first, kinds } = this.#groups[group];
      const predicted = this.#logPredicted[combination[group]];
      for (let i = first; i < first + kinds.length; i++)
        this.#residuals[i] = this.#logMeasured[i] - predicted[i];
    }
  }
}

function sigmas(): number[] {
  return Array.from(
    { length: SIGMAS },
    (_, i) => SIGMA.low * (SIGMA.high / SIGMA.low) ** ((i + 0.5) / SIGMAS),
  );
}

/** Every choice of one of so many from each group. */
function combinationsOf(counts: readonly number[]): number[][] {
  return counts.reduce<number[][]>(
    (all, count) => all.flatMap((one) => Array.from({ length: count }, (_, reading) => [...one, reading])),
    [[]],
  );
}

/** The logarithm of what is predicted for a figure, in nanoseconds. */
export function figureLogNs(totals: SweepTotals, kind: FigureKind): number {
  return Math.log(figurePs(totals, kind) / 1000);
}

function noiseOf(observations: readonly Observation[], sigma: number): Noise {
  const size = observations.length;
  const covariance = new Float64Array(size * size);
  for (const [i, a] of observations.entries()) {
    for (const [k, b] of observations.entries()) {
      let shared = a.sweep === b.sweep ? sigma ** 2 : 0;
      for (const effect of a.effects) if (b.effects.includes(effect)) shared += sigmaOf(effect) ** 2;
      if (i === k) shared += a.ownSigma ** 2;
      covariance[i * size + k] = shared;
    }
  }
  const { inverse, logDeterminant } = invert(covariance, size);
  return { sigma, precision: inverse, logFront: -(logDeterminant + size * Math.log(2 * Math.PI)) / 2 };
}

/** The inverse of a symmetric matrix with positive eigenvalues, by elimination. */
export function invert(
  matrix: Float64Array,
  size: number,
): { inverse: Float64Array; logDeterminant: number } {
  const left = matrix.slice();
  const inverse = new Float64Array(size * size);
  for (let i = 0; i < size; i++) inverse[i * size + i] = 1;
  let logDeterminant = 0;
  for (let i = 0; i < size; i++) {
    const pivot = left[i * size + i];
    logDeterminant += Math.log(pivot);
    for (let k = 0; k < size; k++) {
      left[i * size + k] /= pivot;
      inverse[i * size + k] /= pivot;
    }
    for (let row = 0; row < size; row++) {
      const factor = left[row * size + i];
      if (row === i || factor === 0) continue;
      for (let k = 0; k < size; k++) {
        left[row * size + k] -= factor * left[i * size + k];
        inverse[row * size + k] -= factor * inverse[i * size + k];
      }
    }
  }
  return { inverse, logDeterminant };
}

function logSumExp(terms: Float64Array): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const term of terms) if (term > most) most = term;
  let sum = 0;
  for (const term of terms) sum += Math.exp(term - most);
  return most + Math.log(sum);
}

/** An index, as likely as the exponential of what stands there. */
function drawIndex(terms: Float64Array, uniform: Uniform): number {
  const whole = logSumExp(terms);
  let left = uniform();
  for (let i = 0; i < terms.length; i++) {
    left -= Math.exp(terms[i] - whole);
    if (left < 0) return i;
  }
  return terms.length - 1;
}

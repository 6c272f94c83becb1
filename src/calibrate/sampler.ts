/** A source of random numbers: uniform from 0 to below 1. */
export type Uniform = () => number;

export interface Chain {
  /** Kept points, one after another. */
  readonly points: readonly Float64Array[];
  /** The share of proposals that were accepted, after adaptation. */
  readonly acceptance: number;
}

interface ChainLength {
  /** Steps in which the proposals are adapted to what they meet; thrown away. */
  readonly adapting: number;
  /** Steps after that. */
  readonly frozen: number;
  /** One point in so many is kept. */
  readonly thinning: number;
}

/** Redraws from the prior: without them coordinates that figures say nothing of hardly move. */
const REDRAWN_SHARE = 0.3;
const ACCEPTANCE_WANTED = 0.25;
/** The proposals learn their shape from so many steps before they first use it. */
const FIRST_SHAPE = 500;

/**
 * Walks through a posterior: a standard normal prior in every coordinate, times a likelihood. Most steps are those of an adaptive
 * Metropolis walk (Haario), adapted and then frozen; the others draw one or two coordinates anew from the prior.
 */
export function walk(
  dimension: number,
  logLikelihood: (point: Float64Array) => number,
  { adapting, frozen, thinning }: ChainLength,
  uniform: Uniform,
): Chain {
  const gaussian = gaussianFrom(uniform);
  const shape = new ProposalShape(dimension);
  let point: Float64Array = Float64Array.from({ length: dimension }, gaussian);
  let level = logLikelihood(point);
  let scale = 2.38 / Math.sqrt(dimension);
  let accepted = 0;
  const points: Float64Array[] = [];
  for (let step = 0; step < adapting + frozen; step++) {
    const isAdapting = step < adapting;
    const isRedrawn = uniform() < REDRAWN_SHARE;
    const proposal = isRedrawn ? redrawn(point, uniform, gaussian) : shape.propose(point, scale, gaussian);
    const reached = logLikelihood(proposal);
    // A redraw from the prior is accepted on the likelihood alone.
    const gain = reached - level + (isRedrawn ? 0 : (squares(point) - squares(proposal)) / 2);
    const isAccepted = Math.log(1 - uniform()) < gain;
    if (isAccepted) [point, level] = [proposal, reached];
    if (isAdapting) {
      shape.add(point);
      if (!isRedrawn) scale *= Math.exp(((isAccepted ? 1 : 0) - ACCEPTANCE_WANTED) / (step + 1) ** 0.6);
      if (step >= FIRST_SHAPE && step % 100 === 0) shape.learn();
    } else {
      if (isAccepted) accepted++;
      if ((step - adapting) % thinning === thinning - 1) points.push(point);
    }
  }
  return { points, acceptance: frozen === 0 ? 0 : accepted / frozen };
}

function redrawn(point: Float64Array, uniform: Uniform, gaussian: () => number): Float64Array {
  const proposal = point.slice();
  const count = uniform() < 0.5 ? 1 : 2;
  for (let i = 0; i < count; i++) proposal[Math.floor(uniform() * point.length)] = gaussian();
  return proposal;
}

/** The covariance of what a walk has met, and steps of that shape. */
class ProposalShape {
  readonly #size: number;
  readonly #mean: Float64Array;
  readonly #products: Float64Array;
  #factor: Float64Array;
  #count = 0;

  constructor(size: number) {
    this.#size = size;
    this.#mean = new Float64Array(size);
    this.#products = new Float64Array(size * size);
    this.#factor = Float64Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 0.3 : 0));
  }

  add(point: Float64Array): void {
    this.#count++;
    const size = this.#size;
    for (let i = 0; i < size; i++) {
      const before = point[i] - this.#mean[i];
      this.#mean[i] += before / this.#count;
      for (let k = 0; k <= i; k++) {
        this.#products[i * size + k] += before * (point[k] - this.#mean[k]);
      }
    }
  }

  /** Makes steps of the shape met so far, by a Cholesky factor. */
  learn(): void {
    const size = this.#size;
    const factor = new Float64Array(size * size);
    for (let i = 0; i < size; i++) {
      for (let k = 0; k <= i; k++) {
        let sum = this.#products[i * size + k] / (this.#count - 1) + (i === k ? 1e-4 : 0);
        for (let j = 0; j < k; j++) sum -= factor[i * size + j] * factor[k * size + j];
        factor[i * size + k] = i === k ? Math.sqrt(Math.max(sum, 1e-8)) : sum / factor[k * size + k];
      }
    }
    this.#factor = factor;
  }

  propose(point: Float64Array, scale: number, gaussian: () => number): Float64Array {
    const size = this.#size;
    const proposal = point.slice();
    const draws = Float64Array.from({ length: size }, gaussian);
    for (let i = 0; i < size; i++) {
      let move = 0;
      for (let k = 0; k <= i; k++) move += this.#factor[i * size + k] * draws[k];
      proposal[i] += scale * move;
    }
    return proposal;
  }
}

export function gaussianFrom(uniform: Uniform): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

function squares(point: Float64Array): number {
  let sum = 0;
  for (const value of point) sum += value * value;
  return sum;
}

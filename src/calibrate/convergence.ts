/** How well several chains agree about one quantity. */
export interface Convergence {
  /** Split R-hat: 1 where chains, and their halves, have the same mean. */
  readonly rHat: number;
  /** How many independent draws they are worth. */
  readonly effectiveSize: number;
}

/** @param chains of equal length */
export function convergenceOf(chains: readonly ArrayLike<number>[]): Convergence {
  const halves = chains.flatMap((chain) => {
    const half = Math.floor(chain.length / 2);
    const values = Array.from(chain);
    return [values.slice(0, half), values.slice(values.length - half)];
  });
  const length = halves[0]?.length ?? 0;
  const means = halves.map(meanOf);
  const variances = halves.map(
    (half, i) => half.reduce((sum, x) => sum + (x - means[i]) ** 2, 0) / (length - 1),
  );
  const within = meanOf(variances);
  const grand = meanOf(means);
  const between = means.reduce((sum, mean) => sum + (mean - grand) ** 2, 0) / (means.length - 1);
  if (within === 0)
    return {
      rHat: between === 0 ? 1 : Number.POSITIVE_INFINITY,
      effectiveSize: between === 0 ? length * halves.length : 0,
    };
  const total = ((length - 1) / length) * within + between;
  const rHat = Math.sqrt(total / within);
  // Pairs of autocorrelations are summed while they are positive and fall (Geyer).
  let sum = 0;
  let last = Number.POSITIVE_INFINITY;
  for (let lag = 0; lag + 1 < length; lag += 2) {
    const pair = [lag, lag + 1].reduce((pairSum, one) => {
      const covariance = meanOf(halves.map((half, i) => autocovariance(half, means[i], one)));
      return pairSum + 1 - (within - covariance * (length / (length - 1))) / total;
    }, 0);
    if (pair < 0) break;
    last = Math.min(last, pair);
    sum += last;
  }
  return {
    rHat,
    effectiveSize: (length * halves.length) / Math.max(2 * sum - 1, 1 / Math.log10(length * halves.length)),
  };
}

function autocovariance(values: readonly number[], mean: number, lag: number): number {
  let sum = 0;
  for (let i = lag; i < values.length; i++) sum += (values[i] - mean) * (values[i - lag] - mean);
  return sum / values.length;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A measurement to come, as one draw of costs has it: normal, on the scale of logarithms. */
export interface Forecast {
  readonly logNs: number;
  readonly sigma: number;
}

/** How exactly a quantile is found, on the scale of logarithms. */
const PRECISION = 1e-7;
/** How near the share has to be as well: a draw that hardly scatters makes any move short. */
const COUNT_PRECISION = 1e-4;
/** Newton's method is there in fewer steps, or does not get there: forecasts without noise have no slope to follow. */
const NEWTON_STEPS = 20;

/**
 * The time below which such a share of measurements falls, each draw as likely as any other.
 * @param forecasts at least one
 */
export function quantileNs(forecasts: readonly Forecast[], share: number): number {
  const wanted = share * forecasts.length;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { logNs, sigma } of forecasts) {
    low = Math.min(low, logNs - 6 * sigma);
    high = Math.max(high, logNs + 6 * sigma);
  }
  let guess = (low + high) / 2;
  for (let step = 0; high - low > PRECISION; step++) {
    const { count, slope } = below(guess, forecasts);
    if (count < wanted) low = guess;
    else high = guess;
    const move = (wanted - count) / slope;
    const isThere = Math.abs(wanted - count) < COUNT_PRECISION * forecasts.length;
    if (isThere && Math.abs(move) < PRECISION) return Math.exp(guess + move);
    // Halving gets there whatever the forecasts.
    const isNewton = step < NEWTON_STEPS && guess + move > low && guess + move < high;
    guess = isNewton ? guess + move : (low + high) / 2;
  }
  return Math.exp(guess);
}

/** How many of some forecasts fall below a time, of each as much as does, and how fast that grows. */
function below(limit: number, forecasts: readonly Forecast[]): { count: number; slope: number } {
  let [count, slope] = [0, 0];
  for (let i = 0; i < forecasts.length; i++) {
    const { logNs, sigma } = forecasts[i];
    if (sigma > 0) {
      const z = (limit - logNs) / sigma;
      const density = Math.exp((-z * z) / 2);
      // To seven digits (Abramowitz and Stegun 7.1.26).
      const t = 1 / (1 + (0.3275911 * Math.abs(z)) / Math.SQRT2);
      const series =
        ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
      count += z > 0 ? 1 - (series * density) / 2 : (series * density) / 2;
      slope += density / sigma;
    } else if (logNs <= limit) count++;
  }
  return { count, slope: slope / Math.sqrt(2 * Math.PI) };
}

/** A measurement to come, as one draw of costs has it: normal, on the scale of logarithms. */
export interface Forecast {
  readonly logNs: number;
  readonly sigma: number;
}

/** How much of a normal distribution lies below z, to seven digits (Abramowitz and Stegun 7.1.26). */
function shareBelow(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const series =
    ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  const above = (series * Math.exp(-x * x)) / 2;
  return z > 0 ? 1 - above : above;
}

/** How exactly a quantile is found, on the scale of logarithms. */
const PRECISION = 1e-6;

/**
 * The time below which such a share of measurements falls, each draw as likely as any other.
 * @param forecasts at least one
 */
export function quantileNs(forecasts: readonly Forecast[], share: number): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { logNs, sigma } of forecasts) {
    low = Math.min(low, logNs - 6 * sigma);
    high = Math.max(high, logNs + 6 * sigma);
  }
  while (high - low > PRECISION) {
    const middle = (low + high) / 2;
    let below = 0;
    for (const { logNs, sigma } of forecasts) {
      below += sigma > 0 ? shareBelow((middle - logNs) / sigma) : logNs <= middle ? 1 : 0;
    }
    if (below < share * forecasts.length) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}

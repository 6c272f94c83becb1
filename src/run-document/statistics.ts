/** a / b, or 0 where there is nothing to divide by. */
export function ratio(a: number, b: number): number {
  return b === 0 ? 0 : a / b;
}

/** A ratio or percentage as outputs carry it, with at most 6 decimals and never -0. */
export function roundRatio(value: number): number {
  return Math.round(value * 1e6) / 1e6 + 0;
}

/** A quotient of whole numbers as a whole number, half up; 0 where there is nothing to divide by. */
export function meanOf(sum: number, count: number): number {
  return Math.floor(ratio(sum, count) + 0.5);
}

/**
 * Nearest-rank percentile of ascending values; 0 of none.
 * @param share from 0 to 1
 */
export function percentile(ascending: ArrayLike<number>, share: number): number {
  const rank = Math.max(1, Math.ceil(share * ascending.length));
  return ascending[rank - 1] ?? 0;
}

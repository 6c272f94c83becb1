/** How much of a standard normal distribution lies above z, for z from 0 on; to about 16 significant digits. */
function shareAbove(z: number): number {
  if (z > TAIL) {
    // The continued fraction of Laplace: in the tail, one half minus the series below would lose digits.
    let fraction = z;
    for (let k = FRACTION_TERMS; k > 0; k--) fraction = z + k / fraction;
    return normalDensity(z) / fraction;
  }
  let term = z;
  let sum = z;
  for (let k = 3; term > 1e-18; k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return 0.5 - sum * normalDensity(z);
}

/** How much of a standard normal distribution lies below z. */
export function shareBelow(z: number): number {
  return z > 0 ? 1 - shareAbove(z) : shareAbove(-z);
}

const TAIL = 1.75;
const FRACTION_TERMS = 150;

function normalDensity(z: number): number {
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}

const STEPS_MAX = 20;

/**
 * The values of a standard normal distribution that split it into so many equally likely parts, each taken at its middle: entry
 * i is the quantile of (i + 1/2) / count.
 */
export function normalQuantiles(count: number): Float64Array {
  const quantiles = new Float64Array(count);
  let z = 0;
  for (let i = Math.floor(count / 2); i < count; i++) {
    // Newton's method from the neighbour, which is near.
    for (let step = 0, byWhat = 1; step < STEPS_MAX && Math.abs(byWhat) > 1e-15; step++) {
      byWhat = (shareAbove(z) - (count - i - 0.5) / count) / normalDensity(z);
      z += byWhat;
    }
    quantiles[i] = z;
    quantiles[count - 1 - i] = -z;
  }
  return quantiles;
}

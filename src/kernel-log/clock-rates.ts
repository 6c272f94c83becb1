import { describeFound, UnreadableValue } from '../errors.js';

/** How cycles become time, and who says so. */
export interface ClockRate {
  readonly ghz: number;
  readonly origin: string;
}

/** The rates a TSC can have. */
const GHZ_RANGE = { min: 0.1, max: 20 } as const;

/** The rate a line of a log names; `null` where no TSC runs at such a rate. */
export function loggedRate(mhz: string, line: number): ClockRate | null {
  const ghz = Number(mhz) / 1000;
  return isPossible(ghz) ? { ghz, origin: `line ${line} of the log` } : null;
}

/** Cycles as whole nanoseconds; `null` without a rate, or where documents cannot carry them exactly. */
export function cyclesToNs(cycles: string | number | undefined, clock: ClockRate | null): number | null {
  if (cycles === undefined || clock === null) return null;
  const ns = Math.round(Number(cycles) / clock.ghz);
  return Number.isSafeInteger(ns) ? ns : null;
}

/**
 * Reads the clock rate a user gives.
 * @throws UnreadableValue
 */
export function parseTscGhz(text: string): number {
  const ghz = /^\d{1,2}(\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
  if (isPossible(ghz)) return ghz;
  const { min, max } = GHZ_RANGE;
  throw new UnreadableValue(`gigahertz from ${min} to ${max}, such as 2.0`, describeFound(text));
}

function isPossible(ghz: number): boolean {
  return ghz >= GHZ_RANGE.min && ghz <= GHZ_RANGE.max;
}

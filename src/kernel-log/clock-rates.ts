import { describeFound, UnreadableValue } from '../errors.js';
import { exactNumber } from './figures.js';
import type { LineFacts } from './line-kinds.js';

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

/** The time that a message prints as time, in nanoseconds; `null` without one. */
export function printedNs({ ns, us, ms }: LineFacts): number | null {
  const inNs = [ns, us && `${us}000`, ms && `${ms}000000`].find(Boolean);
  return exactNumber(inNs);
}

/** The time that a message prints, as time or else in cycles. */
export function timeNs(facts: LineFacts, clock: ClockRate | null): number | null {
  return printedNs(facts) ?? cyclesToNs(facts.cycles, clock);
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

import { describeFound, UnreadableValue } from '../errors.js';

/** How cycles become time, and who says so. */
export interface ClockRate {
  readonly ghz: number;
  readonly origin: string;
}

/** The rates a TSC can have. */
const GHZ_RANGE = { min: 0.1, max: 20 } as const;

/** The rate of each host's TSC, as the user or its log has it. */
export class ClockRates {
  readonly #given: ClockRate | null;
  readonly #byHost = new Map<string, ClockRate>();

  /** @param givenGhz `null`: what the log says */
  constructor(givenGhz: number | null) {
    this.#given = givenGhz === null ? null : { ghz: givenGhz, origin: '--tsc-ghz' };
  }

  /** What a host's log says from a line on; false where no TSC runs at such a rate. */
  say(host: string, mhz: string, line: number): boolean {
    const ghz = Number(mhz) / 1000;
    if (!isPossible(ghz)) return false;
    this.#byHost.set(host, { ghz, origin: `line ${line} of the log` });
    return true;
  }

  /** The rate that holds for a host now. */
  of(host: string): ClockRate | null {
    return this.#given ?? this.#byHost.get(host) ?? null;
  }
}

/** Cycles as nanoseconds; `null` without a rate, or where documents cannot carry them exactly. */
export function cyclesToNs(cycles: string | undefined, clock: ClockRate | null): number | null {
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

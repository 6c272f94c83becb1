import type { ClockRate } from './clock-rates.js';
import type { Disturbance } from './disturbances.js';

/** Lines with cycles, and the rate that is taken for them. */
interface ClockUse {
  /** `null`: none was known then. */
  readonly clock: ClockRate | null;
  readonly first: number;
  last: number;
}

/** One host from one boot to the next: what its log says of its clock. */
export interface Era {
  readonly host: string;
  /** `null` while nobody has said. */
  clock: ClockRate | null;
  /** That its TSC is no clock; `null` where nothing is said of that. */
  clockFault: Disturbance | null;
  readonly uses: ClockUse[];
}

/** Notes that a line has cycles. */
export function noteUse({ clock, uses }: Era, line: number): void {
  const last = uses.at(-1);
  if (last !== undefined && last.clock === clock) last.last = line;
  else uses.push({ clock, first: line, last: line });
}

import type { Stamp } from './trace-event.js';

/** What a stamp counts: cycles, or nanoseconds, which some print in whole microseconds. */
export type ClockUnit = 'cycles' | 'us' | 'ns';

/** Stamps are whole numbers of up to 20 digits, of which a number holds 15: they are split, and counted from the first. */
const LOW_DIGITS = 9;
const LOW = 10 ** LOW_DIGITS;

/** Turns the stamps of a trace into exact numbers, counted from its first stamp. */
export class TraceClock {
  #unit: ClockUnit | null = null;
  #high = 0;
  #low = 0;

  /** What the stamps count; `null` before the first. */
  get unit(): ClockUnit | null {
    return this.#unit;
  }

  /** Ticks since the first stamp: cycles or nanoseconds. `null` for a stamp of another clock, and where it is too far away. */
  ticks(stamp: Stamp): number | null {
    const { whole, fraction } = stamp;
    const unit = fraction === undefined ? 'cycles' : fraction.length === 6 ? 'us' : 'ns';
    const isCycles = unit === 'cycles';
    const high = Number(isCycles ? whole.slice(0, -LOW_DIGITS) : whole);
    const low = Number(isCycles ? whole.slice(-LOW_DIGITS) : fraction) * (unit === 'us' ? 1000 : 1);
    if (this.#unit === null) [this.#unit, this.#high, this.#low] = [unit, high, low];
    if ((this.#unit === 'cycles') !== isCycles) return null;
    // A trace with both is as coarse as the coarser.
    if (unit === 'us') this.#unit = 'us';
    const ticks = (high - this.#high) * LOW + (low - this.#low);
    return Number.isSafeInteger(ticks) ? ticks : null;
  }
}

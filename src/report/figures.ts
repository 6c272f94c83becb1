import { durationText } from '../units.js';

/** A figure with three significant digits, never in scientific notation: no prediction here deserves more. */
export function threeDigits(value: number): string {
  if (value === 0) return '0';
  const digitsBeforePoint = Math.floor(Math.log10(Math.abs(value))) + 1;
  return value.toFixed(Math.min(9, Math.max(0, 3 - digitsBeforePoint)));
}

/** The spread of a figure with two significant digits: one over tens of runs is not known better. */
export function twoDigits(value: number): string {
  if (value === 0) return '0';
  const digitsBeforePoint = Math.floor(Math.log10(Math.abs(value))) + 1;
  return value.toFixed(Math.min(9, Math.max(0, 2 - digitsBeforePoint)));
}

/** Nanoseconds as milliseconds, for columns headed ms. */
export function milliseconds(ns: number): string {
  return threeDigits(ns / 1e6);
}

/** Two ends of a range in milliseconds, for columns headed ms. */
export function range(lowNs: number, highNs: number): string {
  const [low, high] = [milliseconds(lowNs), milliseconds(highNs)];
  return low === high ? low : `${low}-${high}`;
}

/** A time on its own, in the unit that suits it. */
export function duration(ns: number): string {
  if (ns >= 1e9) return `${threeDigits(ns / 1e9)} s`;
  if (ns >= 1e5 || ns === 0) return `${milliseconds(ns)} ms`;
  if (ns >= 100) return `${threeDigits(ns / 1e3)} us`;
  return `${threeDigits(ns)} ns`;
}

/** A time somebody has chosen, exactly: `10 s`, `1500 ms`, `1 h`. */
export function exactDuration(ns: number): string {
  return durationText(ns).replace(/(?=[a-z])/, ' ');
}

/** A ratio to a baseline, `-` without one. */
export function ratioText(ratio: number | null): string {
  return ratio === null ? '-' : ratio.toFixed(ratio < 0.1 ? 4 : 2);
}

/** A share of a whole in percent; neither a trace nor all but a trace is rounded away. */
export function percent(part: number, whole: number): string {
  const share = whole === 0 ? 0 : (100 * part) / whole;
  if (share > 0 && share < 1) return 'under 1 %';
  if (share > 99 && share < 100) return 'over 99 %';
  return `${Math.round(share)} %`;
}

/** A share of a whole in percent with two digits, for what is rare; `-` of nothing. */
export function smallPercent(part: number, whole: number): string {
  return whole === 0 ? '-' : `${Number(((100 * part) / whole).toPrecision(2))} %`;
}

/** A count with its noun: `1 CPU`, `511 CPUs`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

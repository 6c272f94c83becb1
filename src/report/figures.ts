import { durationText, SECOND_NS } from '../units.js';

/** A figure with three significant digits, never in scientific notation: no prediction here deserves more. */
export function threeDigits(value: number): string {
  if (value === 0) return '0';
  const digitsBeforePoint = Math.floor(Math.log10(Math.abs(value))) + 1;
  if (digitsBeforePoint > 4) return grouped(Math.round(value));
  return value.toFixed(Math.min(9, Math.max(0, 3 - digitsBeforePoint)));
}

/** A whole number; from five digits on they stand in groups of three. */
export function grouped(count: number): string {
  const text = String(count);
  return Math.abs(count) < 10_000 ? text : text.replace(/\B(?=(?:\d{3})+$)/g, ',');
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

/** The same with two digits where it is below one: for tables in which there is little room. */
export function compactMs(ns: number): string {
  const value = ns / 1e6;
  return value < 1 ? twoDigits(value) : threeDigits(value);
}

/** Two ends of a range in such a table. */
export function compactRange(lowNs: number, highNs: number): string {
  const [low, high] = [compactMs(lowNs), compactMs(highNs)];
  return low === high ? low : `${low}-${high}`;
}

/** A time in a sentence, with as many digits as it takes to recognize it. */
export function shortDuration(ns: number): string {
  const [unit, name] = UNITS.find(([least]) => ns >= least) ?? [1, 'ns'];
  const value = ns / (unit === 100 ? 1000 : unit);
  return `${ns === 0 ? '0' : value < 100 ? twoDigits(value) : threeDigits(value)} ${name}`;
}

/** From which time on which unit is used: 0.17 us reads better than 170 ns. */
const UNITS = [
  [1e9, 's'],
  [1e6, 'ms'],
  [1e3, 'us'],
  [100, 'us'],
] as const;

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

/** Two times with one unit where that is the same, and one where they read the same. */
export function durationRange(lowNs: number, highNs: number): string {
  const [low, high] = [duration(lowNs), duration(highNs)];
  if (low === high) return low;
  const [digits, unit] = low.split(' ');
  return high.endsWith(` ${unit}`) ? `${digits}-${high}` : `${low}-${high}`;
}

/** A time somebody has chosen, exactly: `10 s`, `4.9 s`, `1500 us`, `1 h`. */
export function exactDuration(ns: number): string {
  const text = ns > SECOND_NS && ns % SECOND_NS !== 0 ? `${ns / SECOND_NS}s` : durationText(ns);
  return text.replace(/(?=[a-z])/, ' ');
}

/** A ratio to a baseline, `-` without one. */
export function ratioText(ratio: number | null): string {
  return ratio === null ? '-' : ratio.toFixed(ratio < 0.1 ? 4 : 2);
}

/** A deviation in percent, with its sign. */
export function signedPercent(percentage: number): string {
  return `${percentage >= 0 ? '+' : ''}${percentage.toFixed(1)} %`;
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

/** What `percent` says, for a cell of a table. */
export function percentField(part: number, whole: number): string {
  return percent(part, whole).replace('under ', '<').replace('over ', '>');
}

/** A count with its noun: `1 CPU`, `511 CPUs`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

import { describeFound, UnreadableValue } from '../errors.js';

const RANGE = /^(.*)\.\.(.*?)(?:([*+])(.*))?$/s;

export function isRange(text: string): boolean {
  return RANGE.test(text);
}

/** More values than the axes of any grid have together. */
export const VALUES_MAX = 1_000_000;
/** Digits that sums of fractions keep, so that 0.1 + 0.2 is 0.3; enough for every size in bytes. */
const DIGITS = 15;

/**
 * The numbers of `low..high+step` or `low..high*factor`, both ends included if they are hit.
 * @param parse reads an end of the range, and the step
 * @param format writes a number as `parse` reads it
 * @param countMax more are not made
 * @throws UnreadableValue
 */
export function expandRange(
  text: string,
  parse: (text: string) => number,
  format: (value: number) => string,
  countMax: number,
): string[] {
  const [, lowText = '', highText = '', sign, stepText = ''] = RANGE.exec(text) ?? [];
  const fault = (found: string) =>
    new UnreadableValue('a range low..high+step or low..high*factor, such as 60..120+20', found);
  if (sign === undefined) throw fault(`${describeFound(text)} without a step`);
  const [low, high] = [parse(lowText), parse(highText)];
  if (low > high) throw fault(`${describeFound(text)}, which runs backwards`);
  const step = sign === '+' ? stepOf(stepText, parse) : Number(stepText);
  const advances = sign === '+' ? step > 0 : /^\d+(\.\d+)?$/.test(stepText) && step > 1 && low > 0;
  if (!advances) throw fault(`${describeFound(text)}, which never gets to its end`);
  const count =
    1 + Math.floor((sign === '+' ? (high - low) / step : Math.log(high / low) / Math.log(step)) + 1e-9);
  if (count > countMax) {
    const expected = `at most ${countMax} values, so that all axes together have at most ${VALUES_MAX}`;
    throw new UnreadableValue(expected, `${describeFound(text)} with ${count} values`);
  }
  return Array.from({ length: count }, (_, i) => {
    const exact = sign === '+' ? low + i * step : low * step ** i;
    return format(Number(exact.toPrecision(DIGITS)));
  });
}

/** A step that cannot be read gets nowhere. */
function stepOf(text: string, parse: (text: string) => number): number {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof UnreadableValue) return 0;
    throw error;
  }
}

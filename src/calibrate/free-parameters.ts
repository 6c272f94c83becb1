import {
  PARAMETER_NAMES,
  PARAMETERS,
  type ParameterName,
  type ParameterValues,
} from '../machine/parameters.js';
import type { MachineFile } from '../scenario/machine-file.js';
import { NO_OVERRIDES, resolveMachine } from '../scenario/resolve-machine.js';

/** A parameter that may be fitted, with its plausible range. */
export interface FreeParameter {
  readonly name: ParameterName;
  readonly low: number;
  readonly high: number;
  /** The value the fit prefers where figures leave the choice. */
  readonly start: number;
}

/**
 * What a fit under a hypothesis may change: costs that are inferred or assumed and that a sweep meets. A mechanism that is
 * off stays off.
 */
export function freeParameters(machine: MachineFile, hypothesis: string): FreeParameter[] {
  const { parameters } = resolveMachine(machine, hypothesis, machine.memoryBytes, NO_OVERRIDES);
  return parameters.flatMap(({ name, value, low, high, provenance }) => {
    const { kind, affects } = PARAMETERS[name];
    const isOpen = provenance === 'inferred' || provenance === 'assumed';
    const isOff = value === 0 || (kind === 'multiplier' && value === 1);
    if (typeof value !== 'number' || low === null || high === null || low >= high) return [];
    return isOpen && affects === 'sweep' && !isOff ? [{ name, low, high, start: value }] : [];
  });
}

/** A position of 0 is the low end of the plausible range, 1 the high end; on a log scale where the range is above 0. */
export function valueAt({ low, high }: FreeParameter, position: number): number {
  return low > 0 ? low * (high / low) ** position : low + (high - low) * position;
}

export function positionOf({ low, high }: FreeParameter, value: number): number {
  const position = low > 0 ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  return Math.min(1, Math.max(0, position));
}

/** Parameter values with some replaced; a value keeps four digits, more than any fit deserves. */
export function withValues(
  values: ParameterValues,
  free: readonly FreeParameter[],
  positions: readonly number[],
): ParameterValues {
  const changed = free.map((parameter, i) => [
    parameter.name,
    fourDigits(valueAt(parameter, positions[i] ?? 0)),
  ]);
  return { ...values, ...Object.fromEntries(changed) };
}

/** More digits than any fit or measurement deserves. */
export function fourDigits(value: number): number {
  return Number(value.toPrecision(4));
}

/** Names in the order of the parameter table. */
export function inTableOrder(names: readonly ParameterName[]): ParameterName[] {
  return PARAMETER_NAMES.filter((name) => names.includes(name));
}

import { shareBelow } from '../machine/normal-quantiles.js';
import { PARAMETERS, type ParameterName, type ParameterValues } from '../machine/parameters.js';
import type { MachineFile } from '../scenario/machine-file.js';
import { NO_OVERRIDES, resolveMachine } from '../scenario/resolve-machine.js';

/**
 * One coordinate of a prior: standard normal, so that nothing has a bound. What it stands for is a cost, log-uniform over its plausible
 * range, or log-normal where it was measured; the all-in cost of reaching a target, and how much of it sets targets apart; or a switch
 * that nobody knows, cut at 0.
 */
interface Coordinate {
  readonly name: ParameterName | 'send' | 'staggered';
  readonly low: number;
  readonly high: number;
  /** Whether low and high hold nine tenths of a log-normal distribution. */
  readonly isMeasured?: true;
}

/** Nine tenths of a standard normal distribution lie so far from its middle or nearer. */
const NINE_TENTHS = 1.6449;
/** They lie above 0 for its logarithm to be. */
const COST_MIN_NS = 0.01;

/** What all targets of a round cost together each, in nanoseconds: queueing before the first IPI, and what sets them apart. */
const SEND_NS = { low: 60, high: 125 };
/** How much of that may set targets apart. */
const STAGGERED = { low: 0, high: 0.95 };
const DISTURBANCE = { low: 1, high: 1.6 };

/** Costs under a hypothesis before any figure is known. */
export class Prior {
  /** The parameters whose values differ from draw to draw, in the order of the parameter table. */
  readonly names: readonly ParameterName[];
  readonly #coordinates: readonly Coordinate[];
  readonly #base: ParameterValues;

  constructor(machine: MachineFile, hypothesis: string) {
    const { parameters, values } = resolveMachine(machine, hypothesis, machine.memoryBytes, NO_OVERRIDES);
    this.#base = values;
    const costs = parameters.flatMap(({ name, value, low, high }): Coordinate[] => {
      // What a fit has made of a cost is none of its priors.
      const { provenance } = machine.parameters[name];
      if (PARAMETERS[name].affects !== 'sweep' || typeof value !== 'number') return [];
      if (name === 'disturbance') return [{ name, ...DISTURBANCE }];
      // A mechanism that a hypothesis does not have stays off.
      if (value === 0 || low === null || high === null || low >= high || provenance === 'stated') return [];
      if (provenance === 'measured')
        return [{ name, low: Math.max(low, COST_MIN_NS), high, isMeasured: true }];
      return name === 'ipiPerTargetNs' || name === 'ipiBurstNs' ? [] : [{ name, low, high }];
    });
    const isSendMeasured = costs.some(({ name }) => name === 'ipiPerTargetNs' || name === 'ipiBurstNs');
    const send: Coordinate[] = isSendMeasured
      ? []
      : [
          { name: 'send', ...SEND_NS },
          { name: 'staggered', ...STAGGERED },
        ];
    const failures: Coordinate[] =
      values.resultShared === 'none' ? [] : [{ name: 'failureShared', low: 0, high: 1 }];
    this.#coordinates = [...costs, ...send, ...failures];
    const names = this.#coordinates.map(({ name }) => name);
    const own = names.filter((name) => name !== 'send' && name !== 'staggered');
    this.names = isSendMeasured ? own : [...own, 'ipiPerTargetNs', 'ipiBurstNs'];
  }

  get dimension(): number {
    return this.#coordinates.length;
  }

  /** What its coordinates are called. */
  get labels(): string[] {
    return this.#coordinates.map(({ name }) => name);
  }

  /** Between which values a parameter lies. */
  rangeOf(name: ParameterName): { readonly low: number; readonly high: number } {
    const coordinate = this.#coordinates.find((one) => one.name === name);
    if (coordinate !== undefined) return coordinate;
    if (name === 'ipiPerTargetNs') return { low: SEND_NS.low * (1 - STAGGERED.high), high: SEND_NS.high };
    if (name === 'ipiBurstNs') return { low: 0, high: SEND_NS.high * STAGGERED.high };
    throw new RangeError(`${name} has no prior`);
  }

  /** Values to be written again and again by `write`. */
  get blank(): ParameterValues {
    return { ...this.#base };
  }

  /** Writes the values of a point into an object of `blank`. */
  write(point: ArrayLike<number>, values: ParameterValues): void {
    const into = values as Record<ParameterName, number | boolean | string>;
    let [sendNs, staggered] = [0, -1];
    for (let i = 0; i < this.#coordinates.length; i++) {
      const { name, low, high, isMeasured } = this.#coordinates[i];
      const share = isMeasured === true ? 0.5 + point[i] / (2 * NINE_TENTHS) : shareBelow(point[i]);
      if (name === 'failureShared') into.failureShared = point[i] > 0;
      else if (name === 'staggered') staggered = low + (high - low) * share;
      else if (name === 'send') sendNs = low * (high / low) ** share;
      else into[name] = low * (high / low) ** share;
    }
    if (staggered < 0) return;
    into.ipiPerTargetNs = sendNs * (1 - staggered);
    into.ipiBurstNs = sendNs * staggered;
  }
}

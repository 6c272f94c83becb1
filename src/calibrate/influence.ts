import { PARAMETERS, type ParameterName } from '../machine/parameters.js';
import { HistogramSource } from '../measure/histogram-source.js';
import type { Influence } from '../run-document/catalogue-document.js';
import { roundRatio } from '../run-document/statistics.js';
import type { Catalogue } from '../scenario/catalogue.js';
import type { MachineFile } from '../scenario/machine-file.js';
import { NO_OVERRIDES, resolveMachine } from '../scenario/resolve-machine.js';
import { predictSweep } from '../sweep/predict.js';
import { chooseSweep } from '../sweep/strategies.js';

/** The states the list asked for, and the one it was given figures of. */
const STATES = ['empty', 'again', 'last-page', 'guest-exit'];
const SWEEP = chooseSweep('local-first', null, null);

/** How far the total of each state moves when one parameter goes to the ends of its plausible range and all others stay. */
export function influences(machine: MachineFile, hypothesis: string, catalogue: Catalogue): Influence[] {
  const config = resolveMachine(machine, hypothesis, machine.memoryBytes, NO_OVERRIDES);
  const histograms = STATES.map((state) => {
    const [histogram] = new HistogramSource(catalogue.scenario(state), SWEEP, 1).under(config);
    if (histogram === undefined) throw new Error(`${state} measures nothing`);
    return { state, histogram };
  });
  return freeParameters(machine, hypothesis).flatMap(({ name, low, high }) =>
    histograms.map(({ state, histogram }): Influence => {
      const totalPs = (changed: object) => {
        const { localPs, remotePs } = predictSweep(histogram, { ...config.values, ...changed }, 'elapsed');
        return localPs + remotePs;
      };
      const basePs = totalPs({});
      const movePct = (value: number) => roundRatio((totalPs({ [name]: value }) / basePs - 1) * 100);
      return { parameter: name, state, lowPct: movePct(low), highPct: movePct(high) };
    }),
  );
}

/** A cost that nobody knows, with its plausible range. */
interface FreeParameter {
  readonly name: ParameterName;
  readonly low: number;
  readonly high: number;
}

/** Costs that are inferred or assumed and that a sweep meets. A mechanism that is off stays off. */
function freeParameters(machine: MachineFile, hypothesis: string): FreeParameter[] {
  const { parameters } = resolveMachine(machine, hypothesis, machine.memoryBytes, NO_OVERRIDES);
  return parameters.flatMap(({ name, value, low, high, provenance }) => {
    const { kind, affects } = PARAMETERS[name];
    const isOpen = provenance === 'inferred' || provenance === 'assumed';
    const isOff = value === 0 || (kind === 'multiplier' && value === 1);
    if (typeof value !== 'number' || low === null || high === null || low >= high) return [];
    return isOpen && affects === 'sweep' && !isOff ? [{ name, low, high }] : [];
  });
}

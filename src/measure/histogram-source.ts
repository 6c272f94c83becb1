import type { MachineConfig } from '../machine/config.js';
import { PARAMETER_NAMES, PARAMETERS, type ParameterName } from '../machine/parameters.js';
import type { Scenario } from '../scenario/scenario.js';
import type { RegionHistogram } from '../sweep/predict.js';
import type { SweepChoice } from '../sweep/strategies.js';
import { histogramsOf } from './run-scenario.js';

/** Switches that shape what a sweep meets. */
const SWITCHES = PARAMETER_NAMES.filter(
  (name) => PARAMETERS[name].kind === 'switch' && PARAMETERS[name].affects === 'sweep',
);
/** Switches about results: hosts differ in them only after a sweep has left some. */
const ABOUT_RESULTS: readonly ParameterName[] = ['resultShared', 'failureShared'];

/**
 * The histograms of a scenario's timed sweeps on hosts that differ in hypothesis and parameters alone. What a sweep meets depends
 * on the switches among these and on no cost, so each combination is gone through once.
 */
export class HistogramSource {
  readonly #scenario: Scenario;
  readonly #sweep: SweepChoice;
  readonly #seed: number;
  readonly #switches: readonly ParameterName[];
  readonly #known = new Map<string, readonly RegionHistogram[]>();

  constructor(scenario: Scenario, sweep: SweepChoice, seed: number) {
    this.#scenario = scenario;
    this.#sweep = sweep;
    this.#seed = seed;
    const sweeps = scenario.steps.filter(({ kind }) => kind === 'sweep' || kind === 'measure');
    this.#switches = sweeps.length > 1 ? SWITCHES : SWITCHES.filter((name) => !ABOUT_RESULTS.includes(name));
  }

  /** One histogram per measure step. */
  under(config: MachineConfig): readonly RegionHistogram[] {
    const key = this.#keyOf(config);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const histograms = histogramsOf(this.#scenario, config, this.#sweep, this.#seed);
    this.#known.set(key, histograms);
    return histograms;
  }

  /** Keeps the histograms that a run of the scenario has taken anyway. */
  keep(config: MachineConfig, histograms: readonly RegionHistogram[]): void {
    this.#known.set(this.#keyOf(config), histograms);
  }

  #keyOf({ values }: MachineConfig): string {
    return this.#switches.map((name) => String(values[name])).join();
  }
}

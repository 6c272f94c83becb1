import type { MachineConfig } from '../machine/config.js';
import type { Scenario } from '../scenario/scenario.js';
import type { SweepCensus } from '../sweep/price-sweep.js';
import { censusesOf, type SweepChoice } from './run-scenario.js';

/** Takes the censuses of a scenario's timed sweeps, once where all hypotheses meet the same. */
export class CensusSource {
  readonly #scenario: Scenario;
  readonly #sweep: SweepChoice;
  readonly #seed: number;
  #shared: SweepCensus[] | null = null;

  constructor(scenario: Scenario, sweep: SweepChoice, seed: number) {
    this.#scenario = scenario;
    this.#sweep = sweep;
    this.#seed = seed;
  }

  /** One census per measure step, on a host that differs from others asked for in hypothesis and costs alone. */
  under(config: MachineConfig): SweepCensus[] {
    const take = () => censusesOf(this.#scenario, config, this.#sweep, this.#seed);
    if (!this.#isBeforeAnySweep()) return take();
    this.#shared ??= take();
    return this.#shared;
  }

  /** Before the first sweep hosts differ in nothing but costs; what is private does not depend on the hypothesis. */
  #isBeforeAnySweep(): boolean {
    const sweeps = this.#scenario.steps.filter(({ kind }) => kind === 'sweep' || kind === 'measure');
    return sweeps.length === 1;
  }
}

import type { Machine } from '../machine/machine.js';
import { type SweepCensus, takeCensus } from './price-sweep.js';
import { type PhaseTimeline, type RoundObserver, runSweep } from './run-sweep.js';
import { STRATEGIES, type SweepChoice } from './strategies.js';
import type { SweepHost } from './strategy.js';

/** The CPU that runs the loop, as on a freshly booted host. */
export const LOCAL_CPU = 0;

/** Sweeps a machine again and again, and knows what a kernel with a bitmap would: what was touched since the last time. */
export class Sweeper {
  /** Regions a sweep covers. */
  readonly regions: readonly number[];
  readonly #machine: Machine;
  /** Per region, how often it had been changed when a sweep last covered it. */
  readonly #changesCovered: number[] = [];

  constructor(machine: Machine) {
    this.#machine = machine;
    this.regions = Array.from({ length: machine.windowRegions }, (_, region) => region);
  }

  /** What a sweep would meet now. */
  census(choice: SweepChoice): SweepCensus {
    return takeCensus(this.#machine, STRATEGIES[choice.strategy], this.#host(choice));
  }

  /**
   * Sweeps.
   * @throws InputError when that takes longer than can be counted
   */
  sweep(choice: SweepChoice, observe?: RoundObserver): PhaseTimeline[] {
    const plan = STRATEGIES[choice.strategy].plan(this.#host(choice));
    const timeline = runSweep(this.#machine, plan, observe);
    for (const region of this.regions) this.#changesCovered[region] = this.#machine.changesOf(region);
    return timeline;
  }

  #host({ threads, batch }: SweepChoice): SweepHost {
    const machine = this.#machine;
    return {
      topology: machine.topology,
      regions: this.regions,
      localCpu: LOCAL_CPU,
      threads,
      batch,
      socketOf: (region) => machine.socketOf(region),
      isDirty: (region) => this.#changesCovered[region] !== machine.changesOf(region),
    };
  }
}

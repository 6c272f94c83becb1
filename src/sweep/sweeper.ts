import type { Machine } from '../machine/machine.js';
import { areRegionsAlike, HistogramSum, type SweepHistogram, takeHistogram } from './predict.js';
import {
  type ExecutedRound,
  machineGround,
  type PhaseTimeline,
  runSweep,
  type SweepWatcher,
  sweepByRounds,
} from './run-sweep.js';
import { STRATEGIES, type SweepChoice } from './strategies.js';
import type { PlannedPhase, Strategy, SweepHost } from './strategy.js';

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
    this.regions = machine.tables.coveredRegions(machine.regions);
  }

  /** The regions a sweep would go through now. */
  regionsOf(choice: SweepChoice): readonly number[] {
    return this.#host(choice).regions;
  }

  /**
   * What a sweep would meet now.
   * @param standForAll see `takeHistogram`
   */
  histogram(choice: SweepChoice, standForAll?: boolean): SweepHistogram {
    const strategy = STRATEGIES[choice.strategy];
    return takeHistogram(this.#machine, strategy, this.#host(choice), this.regions, standForAll);
  }

  /** An empty sum of what sweeps meet; `null` where no region can stand for others, so that every one would count. */
  histogramSum(choice: SweepChoice): HistogramSum | null {
    const strategy = STRATEGIES[choice.strategy];
    return areRegionsAlike(this.#machine, strategy) ? new HistogramSum(strategy, this.#host(choice)) : null;
  }

  /**
   * Sweeps.
   * @param observe called after every round
   * @throws InputError when that takes longer than can be counted
   */
  sweep(choice: SweepChoice, observe?: (round: ExecutedRound) => void): PhaseTimeline[] {
    return runSweep(machineGround(this.#machine), this.#plan(choice), observe);
  }

  /**
   * The same, halting where the watcher says, so that guests may come and go meanwhile.
   * @throws InputError when the sweep takes longer than can be counted
   */
  sweepByRounds(choice: SweepChoice, watcher: SweepWatcher): Generator<number, PhaseTimeline[], void> {
    return sweepByRounds(machineGround(this.#machine), this.#plan(choice), watcher);
  }

  /** Plans a sweep of what the host is now; what is touched from now on is for the next one. */
  #plan(choice: SweepChoice): readonly PlannedPhase[] {
    const plan = STRATEGIES[choice.strategy].plan(this.#host(choice));
    for (const region of this.regions) this.#changesCovered[region] = this.#machine.changesOf(region);
    return plan;
  }

  #host({ strategy, threads, batch }: SweepChoice): SweepHost {
    const machine = this.#machine;
    const { sweepsOnlyDirty = false }: Strategy = STRATEGIES[strategy];
    const isDirty = (region: number) => this.#changesCovered[region] !== machine.changesOf(region);
    return {
      topology: machine.topology,
      regions: sweepsOnlyDirty ? this.regions.filter(isDirty) : this.regions,
      localCpu: LOCAL_CPU,
      threads,
      batch,
      socketOf: (region) => machine.socketOf(region),
    };
  }
}

import { assertNever } from '../errors.js';
import { assignInEachRegion } from '../guests/each-region.js';
import type { MachineConfig } from '../machine/config.js';
import { Machine } from '../machine/machine.js';
import { PAGES_PER_REGION } from '../machine/memory.js';
import type { Owner } from '../machine/rmp.js';
import type { Scenario } from '../scenario/scenario.js';
import { type PhaseTimeline, runSweep } from '../sweep/run-sweep.js';
import { STRATEGIES, type StrategyName } from '../sweep/strategies.js';
import type { Threads } from '../sweep/strategy.js';

/** The CPU that runs the loop, as on a freshly booted host. */
export const LOCAL_CPU = 0;

/** How the sweeps of a run are done, whatever the scenario. */
export interface SweepChoice {
  readonly strategy: StrategyName;
  readonly threads: Threads;
}

/** One timed sweep of a scenario. */
export interface Measurement {
  readonly label: string;
  /** Regions swept. */
  readonly regions: number;
  readonly timeline: readonly PhaseTimeline[];
}

/**
 * Runs the steps of a scenario on a fresh machine.
 * @param seed seed of random placements
 * @throws InputError when a sweep would take longer than can be counted
 */
export function runScenario(
  scenario: Scenario,
  config: MachineConfig,
  { strategy, threads }: SweepChoice,
  seed: number,
): Measurement[] {
  const machine = new Machine(config);
  const plan = STRATEGIES[strategy].plan({
    topology: machine.topology,
    regions: machine.windowRegions,
    localCpu: LOCAL_CPU,
    threads,
  });
  for (const entry of scenario.privateMemory) {
    const owner: Owner = { name: 'private pages in each region', immutable: false };
    assignInEachRegion(machine, entry, owner, seed);
  }
  const measurements: Measurement[] = [];
  for (const step of scenario.steps) {
    switch (step.kind) {
      case 'sweep':
        runSweep(machine, plan);
        break;
      case 'measure':
        measurements.push({
          label: step.label,
          regions: machine.windowRegions,
          timeline: runSweep(machine, plan),
        });
        break;
      case 'free-all':
        freeAll(machine);
        break;
      default:
        assertNever(step);
    }
  }
  return measurements;
}

/** Gives every private page back to the hypervisor; what the platform holds from boot stays. */
function freeAll(machine: Machine): void {
  for (let region = 0; region < machine.regions; region++) {
    for (const { startPage, endPage, entrySize, owner } of machine.rmp.runsOf(region)) {
      if (owner.immutable) continue;
      machine.rmpupdate({
        startPage: region * PAGES_PER_REGION + startPage,
        pages: endPage - startPage,
        entrySize,
        owner: null,
      });
    }
  }
}

import { expect } from 'vitest';
import type { Machine } from '../../src/machine/machine.js';
import type { StrategyName } from '../../src/sweep/strategies.js';
import type { Threads } from '../../src/sweep/strategy.js';
import { type SweepRecord, sweep } from '../support/sweeps.js';
import type { ReferenceHost, ReferencePhase } from './reference.js';

/** Every instruction of a sweep, in an order that both accounts share. */
function instructionsOf({ phases, rounds }: SweepRecord): ReferencePhase[] {
  return phases.map(({ phase, elapsedPs }) => ({
    phase,
    elapsedPs,
    instructions: rounds
      .filter((round) => round.phase === phase)
      .flatMap(({ region, startPs, outcome }) =>
        [...outcome.shape.cpus].map((cpu, i) => {
          const issuePs = startPs + outcome.firstIssuePs + i * outcome.issueStepPs;
          const endPs = issuePs + (outcome.busyPs[i] ?? 0);
          return {
            cpu,
            region,
            issuePs,
            endPs,
            carry: outcome.optimized[i] === 1 ? (1 as const) : (0 as const),
          };
        }),
      ),
  }));
}

function sorted(phases: readonly ReferencePhase[]): ReferencePhase[] {
  return phases.map((phase) => ({
    ...phase,
    instructions: phase.instructions.toSorted((a, b) => a.region - b.region || a.cpu - b.cpu),
  }));
}

/** Sweeps both hosts and holds every instruction of the one against the other. */
export function sweepBoth(
  machine: Machine,
  reference: ReferenceHost,
  strategy: StrategyName,
  threads: Threads,
  guestsRunning: boolean,
): void {
  const record = sweep(machine, strategy, threads);
  expect(sorted(instructionsOf(record))).toEqual(sorted(reference.sweep(strategy, threads, guestsRunning)));
}

/**
 * Holds the visible state of both hosts against each other, and both against the law that matters most: no core has a region
 * optimized that holds an assigned page.
 */
export function compareStates(machine: Machine, reference: ReferenceHost): void {
  for (let region = 0; region < machine.regions; region++) {
    const firstAssigned = machine.rmp.firstAssignedPage(region);
    expect(firstAssigned).toBe(reference.firstAssignedPage(region));
    for (let cpu = 0; cpu < machine.topology.cpus; cpu++) {
      const optimized = machine.probe(cpu, region * 2 ** 30);
      expect(optimized).toBe(reference.probe(cpu, region));
      if (optimized === 1) expect(firstAssigned).toBeNull();
    }
  }
}

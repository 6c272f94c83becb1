import type { Machine } from '../../src/machine/machine.js';
import type { ExecutedRound } from '../../src/sweep/run-sweep.js';
import type { StrategyName } from '../../src/sweep/strategies.js';
import type { Threads } from '../../src/sweep/strategy.js';
import { probe } from '../support/instructions.js';
import { expectSame } from '../support/same.js';
import { type SweepRecord, sweep } from '../support/sweeps.js';
import type { ReferenceHost, ReferenceInstruction, ReferencePhase } from './reference.js';

/** What a sweep did, in a form that both accounts can be brought to. */
interface Account {
  readonly phase: string;
  readonly elapsedPs: number;
  /** Every instruction of the rounds on one region. */
  readonly issued: readonly ReferenceInstruction[];
  /** Per CPU, of the rounds in which CPUs loop by themselves: a round keeps no more. */
  readonly loops: readonly string[];
}

function accountsOf({ phases, rounds }: SweepRecord): Account[] {
  return phases.map(({ phase, elapsedPs }) => {
    const own = rounds.filter((round) => round.phase === phase);
    const sums = own.flatMap(({ planned, outcome: { shape, byCpu } }) =>
      'region' in planned
        ? []
        : [...shape.cpus].map((cpu, i) => ({
            cpu,
            count: byCpu.issued[i] ?? 0,
            successes: byCpu.optimized[i] ?? 0,
            inRmpoptPs: byCpu.inRmpoptPs[i] ?? 0,
            shortestPs: byCpu.shortestPs[i] ?? 0,
            longestPs: byCpu.longestPs[i] ?? 0,
          })),
    );
    return { phase, elapsedPs, issued: own.flatMap(instructionsOf), loops: sumsByCpu(sums) };
  });
}

function instructionsOf({ planned, startPs, outcome }: ExecutedRound): ReferenceInstruction[] {
  if (!('region' in planned)) return [];
  const { byCpu, shape, firstIssuePs, issueStepPs } = outcome;
  return [...shape.cpus].map((cpu, i) => {
    const issuePs = startPs + firstIssuePs + i * issueStepPs;
    const carry = byCpu.optimized[i] === 1 ? 1 : 0;
    return { cpu, region: planned.region, issuePs, endPs: issuePs + (byCpu.inRmpoptPs[i] ?? 0), carry };
  });
}

/** The same of the reference, told which of its phases consist of rounds in which CPUs loop by themselves. */
function accountsOfReference(phases: readonly ReferencePhase[], looping: readonly boolean[]): Account[] {
  return phases.map(({ phase, elapsedPs, issued }, i) => {
    if (looping[i] !== true) return { phase, elapsedPs, issued, loops: [] };
    const sums = issued.map(({ cpu, issuePs, endPs, carry }) => {
      const ps = endPs - issuePs;
      return { cpu, count: 1, successes: carry, inRmpoptPs: ps, shortestPs: ps, longestPs: ps };
    });
    return { phase, elapsedPs, issued: [], loops: sumsByCpu(sums) };
  });
}

interface CpuSums {
  readonly cpu: number;
  readonly count: number;
  readonly successes: number;
  readonly inRmpoptPs: number;
  readonly shortestPs: number;
  readonly longestPs: number;
}

function sumsByCpu(parts: readonly CpuSums[]): string[] {
  const issued = parts.filter(({ count }) => count > 0);
  const cpus = [...new Set(issued.map(({ cpu }) => cpu))].sort((a, b) => a - b);
  return cpus.map((cpu) => {
    const own = issued.filter((part) => part.cpu === cpu);
    const sum = (what: 'count' | 'successes' | 'inRmpoptPs') =>
      own.reduce((total, part) => total + part[what], 0);
    const shortestPs = Math.min(...own.map((part) => part.shortestPs));
    const longestPs = Math.max(...own.map((part) => part.longestPs));
    return `CPU ${cpu}: ${sum('count')} RMPOPTs, ${sum('successes')} CF, ${sum('inRmpoptPs')} ps, ${shortestPs} to ${longestPs}`;
  });
}

function sorted(accounts: readonly Account[]): Account[] {
  return accounts.map((account) => ({
    ...account,
    issued: account.issued.toSorted((a, b) => a.region - b.region || a.cpu - b.cpu),
  }));
}

/** Sweeps both hosts and holds every instruction of the one against the other. */
export function sweepBoth(
  machine: Machine,
  reference: ReferenceHost,
  strategy: StrategyName,
  threads: Threads,
  guestsRunning: boolean,
  batch = 2,
): void {
  const record = sweep(machine, strategy, threads, batch);
  const looping = record.phases.map(({ phase }) =>
    record.rounds.some((round) => round.phase === phase && !('region' in round.planned)),
  );
  const expected = reference.sweep(strategy, threads, guestsRunning, batch);
  expectSame(sorted(accountsOf(record)), sorted(accountsOfReference(expected, looping)));
}

/**
 * Holds the visible state of both hosts against each other, and both against the law that matters most: no core has a region
 * optimized that holds an assigned page.
 */
export function compareStates(machine: Machine, reference: ReferenceHost): void {
  const regions = Array.from({ length: machine.regions }, (_, region) => region);
  const cpus = Array.from({ length: machine.topology.cpus }, (_, cpu) => cpu);
  const state = regions.map((region) => {
    const firstAssigned = machine.rmp.firstAssignedPage(region);
    return { firstAssigned, optimized: cpus.map((cpu) => probe(machine, cpu, region * 2 ** 30)) };
  });
  const expected = regions.map((region) => {
    const firstAssigned = reference.firstAssignedPage(region);
    return { firstAssigned, optimized: cpus.map((cpu) => reference.probe(cpu, region)) };
  });
  expectSame(state, expected);
  const unforgivable = state.filter(({ firstAssigned, optimized }) => {
    return firstAssigned !== null && optimized.includes(1);
  });
  expectSame(unforgivable, []);
}

import type { Machine } from '../../src/machine/machine.js';
import { PAGES_PER_REGION } from '../../src/machine/memory.js';
import type { EntrySize, Owner } from '../../src/machine/rmp.js';
import type { RoundOutcome } from '../../src/machine/round.js';
import { type PhaseTimeline, runSweep } from '../../src/sweep/run-sweep.js';
import { STRATEGIES, type StrategyName } from '../../src/sweep/strategies.js';
import type { Phase, Threads } from '../../src/sweep/strategy.js';

const SOMEONE: Owner = { name: 'someone', immutable: false };

/** Assigns one page or block of a region, by its first page within the region. */
export function assign(machine: Machine, region: number, page: number, entrySize: EntrySize = '4k') {
  return machine.rmpupdate({
    startPage: region * PAGES_PER_REGION + page,
    pages: entrySize === '2m' ? 512 : 1,
    entrySize,
    owner: SOMEONE,
  });
}

/** Gives a page or block back to the hypervisor. */
export function giveBack(machine: Machine, region: number, page: number, entrySize: EntrySize = '4k') {
  return machine.rmpupdate({
    startPage: region * PAGES_PER_REGION + page,
    pages: entrySize === '2m' ? 512 : 1,
    entrySize,
    owner: null,
  });
}

/** A round as an observer saw it. */
export interface SeenRound {
  readonly phase: Phase;
  readonly region: number;
  readonly startPs: number;
  readonly outcome: RoundOutcome;
}

export interface SweepRecord {
  readonly phases: readonly PhaseTimeline[];
  readonly rounds: readonly SeenRound[];
}

export function sweep(
  machine: Machine,
  strategy: StrategyName = 'local-first',
  threads: Threads = STRATEGIES[strategy].defaultThreads,
): SweepRecord {
  const rounds: SeenRound[] = [];
  const plan = STRATEGIES[strategy].plan({
    topology: machine.topology,
    regions: machine.windowRegions,
    localCpu: 0,
    threads,
  });
  const phases = runSweep(machine, plan, (phase, region, startPs, outcome) => {
    rounds.push({ phase, region, startPs, outcome });
  });
  return { phases, rounds };
}

export function elapsedPs({ phases }: SweepRecord, phase: Phase): number {
  return phases.find((one) => one.phase === phase)?.elapsedPs ?? 0;
}

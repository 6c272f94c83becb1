import type { Machine } from '../../src/machine/machine.js';
import { PAGES_PER_REGION } from '../../src/machine/memory.js';
import type { EntrySize, Owner } from '../../src/machine/rmp.js';
import type { RoundOutcome } from '../../src/machine/round.js';
import type { ExecutedRound, PhaseTimeline } from '../../src/sweep/run-sweep.js';
import { chooseSweep, type StrategyName } from '../../src/sweep/strategies.js';
import type { Phase, Threads } from '../../src/sweep/strategy.js';
import { Sweeper } from '../../src/sweep/sweeper.js';

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

export interface SweepRecord {
  readonly phases: readonly PhaseTimeline[];
  readonly rounds: readonly ExecutedRound[];
}

const sweepers = new WeakMap<Machine, Sweeper>();

/** Sweeps a machine; what a kernel knows of its sweeps goes over from one to the next. */
export function sweep(
  machine: Machine,
  strategy: StrategyName = 'local-first',
  threads: Threads | null = null,
  batch: number | null = null,
): SweepRecord {
  const rounds: ExecutedRound[] = [];
  const choice = chooseSweep(strategy, threads, batch);
  // An outcome that comes again is copied once.
  const copies = new Map<RoundOutcome, RoundOutcome>();
  const phases = sweeperOf(machine).sweep(choice, (round) => {
    const outcome = copies.get(round.outcome) ?? copyOf(round.outcome);
    copies.set(round.outcome, outcome);
    rounds.push({ ...round, outcome });
  });
  return { phases, rounds };
}

/** An outcome that does not change when the next round is executed. */
function copyOf(outcome: RoundOutcome): RoundOutcome {
  const copies = Object.entries(outcome.byCpu).map(([name, figures]) => [name, Array.from(figures)]);
  return { ...outcome, byCpu: Object.fromEntries(copies) };
}

/** The sweeper `sweep` uses. */
export function sweeperOf(machine: Machine): Sweeper {
  const sweeper = sweepers.get(machine) ?? new Sweeper(machine);
  sweepers.set(machine, sweeper);
  return sweeper;
}

export function elapsedPs({ phases }: SweepRecord, phase: Phase): number {
  return phases.find((one) => one.phase === phase)?.elapsedPs ?? 0;
}

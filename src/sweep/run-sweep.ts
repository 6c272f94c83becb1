import { InputError } from '../errors.js';
import type { Machine } from '../machine/machine.js';
import type { PlannedRound, RoundOutcome, RoundResult } from '../machine/round.js';
import type { RoundSums } from '../machine/round-sums.js';
import type { Phase, PlannedPhase } from './strategy.js';

/** One loop as it ran. */
export interface PhaseTimeline {
  readonly phase: Phase;
  /** Between two readings of the clock, the second one included. */
  readonly elapsedPs: number;
  /** What its rounds came to, by shape. */
  readonly sums: readonly RoundSums[];
}

/** A round that has been executed. */
export interface ExecutedRound<O = RoundOutcome> {
  readonly phase: Phase;
  readonly planned: PlannedRound;
  /** From the start of the pass. */
  readonly startPs: number;
  /** Where outcomes are not kept, its records hold only until the next round. */
  readonly outcome: O;
}

/** Who looks at a sweep while it runs. */
export interface SweepWatcher<O = RoundOutcome> {
  /** Called after every round. */
  observe(round: ExecutedRound<O>): void;
  /**
   * Called after every round and reading of the clock: whether to halt there.
   * @param nextPs when the sweep goes on, from the start of the pass
   */
  haltsBefore(nextPs: number): boolean;
}

/** What a plan is run over: a machine, or a histogram of region classes. */
export interface SweepGround<O extends RoundResult = RoundOutcome> {
  readonly clockReadPs: number;
  beginPass(): void;
  /** The rounds that a planned one is executed as. */
  roundsOf(planned: PlannedRound): readonly PlannedRound[];
  /** Executes a round, and with it those that it stands for. */
  execute(planned: PlannedRound, startPs: number): O;
  /** What the rounds of a phase came to. */
  takeSums(): readonly RoundSums[];
}

/**
 * Runs a plan as one pass, from time 0, reading the clock after each phase. What changes a machine while it halts is met by the
 * rounds to come. It yields when it goes on.
 * @throws InputError when the pass takes longer than picoseconds can count exactly (about 9,007 s)
 */
export function* sweepByRounds<O extends RoundResult>(
  ground: SweepGround<O>,
  plan: readonly PlannedPhase[],
  watcher: SweepWatcher<O>,
): Generator<number, PhaseTimeline[], void> {
  ground.beginPass();
  const timelines: PhaseTimeline[] = [];
  let nowPs = 0;
  for (const { phase, rounds } of plan) {
    const phaseStartPs = nowPs;
    const loop = rounds();
    for (let next = loop.next(); next.done !== true; ) {
      let outcome: O | null = null;
      for (const planned of ground.roundsOf(next.value)) {
        const startPs = nowPs;
        outcome = ground.execute(planned, startPs);
        nowPs = checkedPs(startPs + outcome.durationPs);
        watcher.observe({ phase, planned, startPs, outcome });
        if (watcher.haltsBefore(nowPs)) yield nowPs;
      }
      if (outcome === null) throw new Error('a planned round has no rounds');
      next = loop.next(outcome);
    }
    nowPs = checkedPs(nowPs + ground.clockReadPs);
    timelines.push({ phase, elapsedPs: nowPs - phaseStartPs, sums: ground.takeSums() });
    if (watcher.haltsBefore(nowPs)) yield nowPs;
  }
  return timelines;
}

/**
 * Runs a plan to its end.
 * @param observe called after every round
 * @throws InputError when the pass takes longer than picoseconds can count exactly
 */
export function runSweep<O extends RoundResult>(
  ground: SweepGround<O>,
  plan: readonly PlannedPhase[],
  observe: (round: ExecutedRound<O>) => void = () => {},
): PhaseTimeline[] {
  const end = sweepByRounds(ground, plan, { observe, haltsBefore: () => false }).next();
  if (end.done === true) return end.value;
  throw new Error('a sweep has halted that nobody halts');
}

/** A machine as the ground of a sweep: every round is executed, calls to several CPUs one by one. */
export function machineGround(machine: Machine): SweepGround {
  return {
    clockReadPs: machine.clockReadPs,
    beginPass: () => machine.beginPass(),
    roundsOf: callByCall,
    execute: (planned, startPs) => machine.execute(planned, startPs),
    takeSums: () => machine.takeSums(),
  };
}

/** Calls to several CPUs as rounds of their own. */
export function callByCall(planned: PlannedRound): readonly PlannedRound[] {
  if (!('region' in planned) || planned.shape.calls.length === 0) return [planned];
  return planned.shape.calls.map((shape) => ({ shape, region: planned.region }));
}

function checkedPs(ps: number): number {
  if (ps > Number.MAX_SAFE_INTEGER) throw tooLongToCount();
  return ps;
}

/** The refusal of a run whose times would lose digits. */
export function tooLongToCount(): InputError {
  return new InputError([
    {
      where: 'the run',
      expected: 'times that can be counted exactly: up to 9007 s a sweep, in picoseconds',
      found: 'longer ones',
      hint: 'Make the costs, the memory or the number of CPUs smaller.',
    },
  ]);
}

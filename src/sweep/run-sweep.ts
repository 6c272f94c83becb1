import { InputError } from '../errors.js';
import type { Machine } from '../machine/machine.js';
import type { RoundOutcome, RoundSums } from '../machine/round.js';
import type { Phase, PlannedPhase, PlannedRound } from './strategy.js';

/** One loop as it ran. Equal rounds share one outcome, so the account of a phase is outcomes and their counts, or sums. */
export interface PhaseTimeline {
  readonly phase: Phase;
  /** Between two readings of the clock, the second one included. */
  readonly elapsedPs: number;
  /** How many rounds had each outcome; none where costs are random and no two are alike. */
  readonly counts: ReadonlyMap<RoundOutcome, number>;
  /** What those came to. */
  readonly sums: readonly RoundSums[];
}

/** A round that has been executed. */
export interface ExecutedRound {
  readonly phase: Phase;
  readonly planned: PlannedRound;
  /** From the start of the pass. */
  readonly startPs: number;
  /** Where costs are random, its records hold only until the next round. */
  readonly outcome: RoundOutcome;
}

/** A sweep between two of its rounds, or between its last one and its end. */
export interface SweepHalt {
  /** What it has just done; `null` where that was a reading of the clock. */
  readonly round: ExecutedRound | null;
  /** When it goes on, from the start of the pass. */
  readonly nextPs: number;
}

/**
 * Runs a plan on a machine as one pass, from time 0, reading the clock after each phase. Halts after everything it does; what
 * changes the machine then is met by the rounds to come.
 * @throws InputError when the pass takes longer than picoseconds can count exactly (about 9,007 s)
 */
export function* sweepByRounds(
  machine: Machine,
  plan: readonly PlannedPhase[],
): Generator<SweepHalt, PhaseTimeline[], void> {
  machine.beginPass();
  const timelines: PhaseTimeline[] = [];
  let nowPs = 0;
  for (const { phase, rounds } of plan) {
    const startPs = nowPs;
    const counts = new Map<RoundOutcome, number>();
    const loop = rounds();
    for (let next = loop.next(); next.done !== true; ) {
      const planned = next.value;
      const outcome = executeRound(machine, planned, nowPs);
      if (!machine.isJittered) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
      const roundStartPs = nowPs;
      nowPs = checkedPs(nowPs + outcome.durationPs);
      yield { round: { phase, planned, startPs: roundStartPs, outcome }, nextPs: nowPs };
      next = loop.next(outcome);
    }
    nowPs = checkedPs(nowPs + machine.clockReadPs);
    timelines.push({ phase, elapsedPs: nowPs - startPs, counts, sums: machine.takeSums() });
    yield { round: null, nextPs: nowPs };
  }
  return timelines;
}

/**
 * Runs a plan to its end.
 * @param observe called after every round
 * @throws InputError when the pass takes longer than picoseconds can count exactly
 */
export function runSweep(
  machine: Machine,
  plan: readonly PlannedPhase[],
  observe?: (round: ExecutedRound) => void,
): PhaseTimeline[] {
  const rounds = sweepByRounds(machine, plan);
  for (let next = rounds.next(); ; next = rounds.next()) {
    if (next.done === true) return next.value;
    if (next.value.round !== null) observe?.(next.value.round);
  }
}

function executeRound(machine: Machine, planned: PlannedRound, startPs: number): RoundOutcome {
  return 'region' in planned
    ? machine.execute(planned.shape, planned.region, startPs)
    : machine.executeLoops(planned.shape, planned.lists, startPs);
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

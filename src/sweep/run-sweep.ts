import { InputError } from '../errors.js';
import type { Machine } from '../machine/machine.js';
import type { RoundOutcome, RoundSums } from '../machine/round.js';
import { type Phase, type PlannedPhase, type PlannedRound, workOff } from './strategy.js';

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
    const tally = new PhaseTally(machine, phase, nowPs);
    const loop = rounds();
    for (let next = loop.next(); next.done !== true; ) {
      const planned = next.value;
      const startPs = nowPs;
      const outcome = executeRound(machine, planned, startPs);
      tally.add(outcome);
      nowPs = checkedPs(startPs + outcome.durationPs);
      yield { round: { phase, planned, startPs, outcome }, nextPs: nowPs };
      next = loop.next(outcome);
    }
    nowPs = checkedPs(nowPs + machine.clockReadPs);
    timelines.push(tally.timeline(nowPs));
    yield { round: null, nextPs: nowPs };
  }
  return timelines;
}

/**
 * Runs a plan to its end: the same without a halt after every round, which takes longer than most rounds.
 * @param observe called after every round
 * @throws InputError when the pass takes longer than picoseconds can count exactly
 */
export function runSweep(
  machine: Machine,
  plan: readonly PlannedPhase[],
  observe?: (round: ExecutedRound) => void,
): PhaseTimeline[] {
  machine.beginPass();
  let nowPs = 0;
  return plan.map(({ phase, rounds }) => {
    const tally = new PhaseTally(machine, phase, nowPs);
    workOff(rounds(), (planned) => {
      const outcome = executeRound(machine, planned, nowPs);
      tally.add(outcome);
      observe?.({ phase, planned, startPs: nowPs, outcome });
      nowPs = checkedPs(nowPs + outcome.durationPs);
      return outcome;
    });
    nowPs = checkedPs(nowPs + machine.clockReadPs);
    return tally.timeline(nowPs);
  });
}

/** Counts what the rounds of a phase came to. */
class PhaseTally {
  readonly #machine: Machine;
  readonly #phase: Phase;
  readonly #startPs: number;
  readonly #counts = new Map<RoundOutcome, number>();
  /** Rounds with one outcome follow each other: how many there have been of the last one that are not counted yet. */
  #last: RoundOutcome | null = null;
  #repeats = 0;

  constructor(machine: Machine, phase: Phase, startPs: number) {
    this.#machine = machine;
    this.#phase = phase;
    this.#startPs = startPs;
  }

  add(outcome: RoundOutcome): void {
    if (this.#machine.isJittered) return;
    if (outcome !== this.#last) this.#countLast();
    this.#last = outcome;
    this.#repeats++;
  }

  timeline(endPs: number): PhaseTimeline {
    this.#countLast();
    const [phase, elapsedPs, counts] = [this.#phase, endPs - this.#startPs, this.#counts];
    return { phase, elapsedPs, counts, sums: this.#machine.takeSums() };
  }

  #countLast(): void {
    if (this.#last !== null)
      this.#counts.set(this.#last, (this.#counts.get(this.#last) ?? 0) + this.#repeats);
    this.#repeats = 0;
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

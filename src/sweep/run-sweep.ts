import { InputError } from '../errors.js';
import type { Machine } from '../machine/machine.js';
import type { RoundOutcome } from '../machine/round.js';
import { type Phase, type PlannedPhase, type PlannedRound, workOff } from './strategy.js';

/** One loop as it ran. Equal rounds share one outcome, so the account of a phase is outcomes and their counts. */
export interface PhaseTimeline {
  readonly phase: Phase;
  /** Between two readings of the clock, the second one included. */
  readonly elapsedPs: number;
  /** How many rounds had each outcome. */
  readonly counts: ReadonlyMap<RoundOutcome, number>;
}

/** Called for every round in its order, with its start in the pass. */
export type RoundObserver = (
  phase: Phase,
  planned: PlannedRound,
  startPs: number,
  outcome: RoundOutcome,
) => void;

/**
 * Runs a plan on a machine as one pass, from time 0, reading the clock after each phase.
 * @throws InputError when the pass takes longer than picoseconds can count exactly (about 9,007 s)
 */
export function runSweep(
  machine: Machine,
  plan: readonly PlannedPhase[],
  observe?: RoundObserver,
): PhaseTimeline[] {
  machine.beginPass();
  let nowPs = 0;
  return plan.map(({ phase, rounds }) => {
    const startPs = nowPs;
    const counts = new Map<RoundOutcome, number>();
    workOff(rounds(), (planned) => {
      const outcome =
        'region' in planned
          ? machine.execute(planned.shape, planned.region, nowPs)
          : machine.executeLoops(planned.shape, planned.lists, nowPs);
      observe?.(phase, planned, nowPs, outcome);
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
      nowPs = checkedPs(nowPs + outcome.durationPs);
      return outcome;
    });
    nowPs = checkedPs(nowPs + machine.clockReadPs);
    return { phase, elapsedPs: nowPs - startPs, counts };
  });
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

import type { RegionLists } from '../machine/loop-round.js';
import type { RoundOutcome } from '../machine/round.js';
import type { ExecutedRound } from '../sweep/run-sweep.js';
import type { Phase } from '../sweep/strategy.js';

/** The rounds of a phase in their order; both arrays have an element per round. */
export interface LoggedRounds {
  readonly outcomes: RoundOutcome[];
  /** The region of a round, or the lists of those in which CPUs go through several. */
  readonly targets: (number | RegionLists)[];
}

/**
 * Every round of a sweep. Equal rounds share one outcome, so that millions of them take two references each; where costs are
 * random no two are equal.
 */
export class RoundLog {
  readonly local: LoggedRounds = { outcomes: [], targets: [] };
  readonly remote: LoggedRounds = { outcomes: [], targets: [] };

  readonly #areFleeting: boolean;

  /** @param areFleeting whether the records of an outcome hold only until the next round */
  constructor(areFleeting: boolean) {
    this.#areFleeting = areFleeting;
  }

  readonly observe = ({ phase, planned, outcome }: ExecutedRound): void => {
    const { outcomes, targets } = this.#rounds(phase);
    outcomes.push(this.#areFleeting ? withOwnRecords(outcome) : outcome);
    targets.push('region' in planned ? planned.region : planned.lists);
  };

  #rounds(phase: Phase): LoggedRounds {
    return phase === 'local' ? this.local : this.remote;
  }
}

function withOwnRecords(outcome: RoundOutcome): RoundOutcome {
  const { busyPs } = outcome.byCpu;
  return { ...outcome, byCpu: { ...outcome.byCpu, busyPs: Float64Array.from(busyPs) } };
}

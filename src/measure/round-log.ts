import { InputError } from '../errors.js';
import { kept, type RegionLists, type RoundOutcome } from '../machine/round.js';
import type { ExecutedRound } from '../sweep/run-sweep.js';
import type { Phase } from '../sweep/strategy.js';

/** The rounds of a phase in their order; both arrays have an element per round. */
export interface LoggedRounds {
  readonly outcomes: RoundOutcome[];
  /** The region of a round, or the lists of those in which CPUs go through several. */
  readonly targets: (number | RegionLists)[];
}

/** About as many bytes of rounds with random costs as fit into the memory that Node.js allows itself, with what is made of them. */
const KEPT_BYTES_MAX = 1_200_000_000;
const BYTES = { perRound: 400, perCpu: 8 };

/**
 * Every round of a sweep. Equal rounds share one outcome, so that millions of them take two references each; where costs are
 * random no two are equal.
 */
export class RoundLog {
  readonly local: LoggedRounds = { outcomes: [], targets: [] };
  readonly remote: LoggedRounds = { outcomes: [], targets: [] };

  readonly #areFleeting: boolean;
  readonly #keptBytesMax: number;
  #keptBytes = 0;

  /**
   * @param areFleeting whether the records of an outcome hold only until the next round
   * @param keptBytesMax what records of its own may take, about
   */
  constructor(areFleeting: boolean, keptBytesMax = KEPT_BYTES_MAX) {
    this.#areFleeting = areFleeting;
    this.#keptBytesMax = keptBytesMax;
  }

  /** @throws InputError when there are more rounds, no two alike, than fit into memory */
  readonly observe = ({ phase, planned, outcome }: ExecutedRound): void => {
    const { outcomes, targets } = this.#rounds(phase);
    outcomes.push(this.#areFleeting ? this.#kept(outcome) : outcome);
    targets.push('region' in planned ? planned.region : planned.lists);
  };

  #rounds(phase: Phase): LoggedRounds {
    return phase === 'local' ? this.local : this.remote;
  }

  #kept(outcome: RoundOutcome): RoundOutcome {
    this.#keptBytes += BYTES.perRound + BYTES.perCpu * outcome.shape.cpus.length;
    if (this.#keptBytes > this.#keptBytesMax) throw tooManyRounds(this.local, this.remote);
    return kept(outcome);
  }
}

function tooManyRounds(...phases: readonly LoggedRounds[]): InputError {
  const rounds = phases.reduce((sum, { outcomes }) => sum + outcomes.length, 0);
  const expected = 'a sweep of which all rounds fit into memory, since no two are alike under --jitter';
  const hint = 'Trace less --memory, a smaller --topology or another --strategy.';
  return new InputError([{ where: '--trace', expected, found: `more than ${rounds} rounds`, hint }]);
}

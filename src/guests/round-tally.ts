import type { RoundOutcome } from '../machine/round.js';
import { nanoseconds } from '../units.js';

/** What the rounds of sweeps came to. */
export interface RoundTotals {
  /** Those that reach other CPUs. */
  readonly rounds: number;
  readonly issued: number;
  readonly optimized: number;
  /** Targets times rounds; in a serial sweep, calls to other CPUs. */
  readonly ipis: number;
  /** Inside RMPOPT, waiting included, on the CPUs that do not run the loop. */
  readonly remoteInRmpoptNs: number;
  /** The longest stretch of that in one callback. */
  readonly longestInterruptNs: number;
  /** IPIs and time inside RMPOPT of the rounds during which a guest ran. */
  readonly guestIpis: number;
  readonly guestInRmpoptNs: number;
}

/** Adds up the rounds of sweeps, equal ones at once. */
export class RoundTally {
  readonly #totals = {
    ...{ rounds: 0, issued: 0, optimized: 0, ipis: 0, remoteInRmpoptNs: 0, longestInterruptNs: 0 },
    ...{ guestIpis: 0, guestInRmpoptNs: 0 },
  };
  readonly #quiet = new Map<RoundOutcome, number>();
  readonly #withGuests = new Map<RoundOutcome, number>();

  get totals(): RoundTotals {
    return this.#totals;
  }

  add(outcome: RoundOutcome, guestsRun: boolean): void {
    const counts = guestsRun ? this.#withGuests : this.#quiet;
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }

  /** Picoseconds add up to what can be counted exactly within one sweep, but not over a day of them. */
  endSweep(): void {
    const quiet = this.#fold(this.#quiet);
    const withGuests = this.#fold(this.#withGuests);
    this.#totals.remoteInRmpoptNs += nanoseconds(quiet.inRmpoptPs + withGuests.inRmpoptPs);
    this.#totals.guestInRmpoptNs += nanoseconds(withGuests.inRmpoptPs);
    this.#totals.guestIpis += withGuests.ipis;
  }

  #fold(counts: Map<RoundOutcome, number>): { inRmpoptPs: number; ipis: number } {
    const totals = this.#totals;
    const own = { inRmpoptPs: 0, ipis: 0 };
    for (const [{ shape, byCpu }, count] of counts) {
      let longestPs = 0;
      for (let position = 0; position < shape.cpus.length; position++) {
        totals.issued += count * (byCpu.issued[position] ?? 0);
        totals.optimized += count * (byCpu.optimized[position] ?? 0);
        if (shape.cpus[position] === shape.sender) continue;
        const stretchPs = byCpu.inRmpoptPs[position] ?? 0;
        own.inRmpoptPs += count * stretchPs;
        longestPs = Math.max(longestPs, stretchPs);
      }
      totals.longestInterruptNs = Math.max(totals.longestInterruptNs, nanoseconds(longestPs));
      if (shape.targets === 0) continue;
      totals.rounds += count;
      own.ipis += count * shape.targets;
    }
    totals.ipis += own.ipis;
    counts.clear();
    return own;
  }
}

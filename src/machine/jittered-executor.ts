import type { Jitter } from './jitter.js';
import { JitteredRounds } from './jittered-rounds.js';
import { executeLoopRound, type LoopRoundOutcome, type RegionLists } from './loop-round.js';
import { LoopRounds } from './loop-rounds.js';
import type { RegionClass } from './region-class.js';
import type { RegionRoundOutcome } from './region-round.js';
import { RegionTimes } from './region-times.js';
import type { RoundContext, RoundShape, RoundSums } from './round.js';
import type { Executor } from './round-executor.js';

/** Executes rounds with random costs: no two are alike, so none is kept, and what they come to is added up by shape. */
export class JitteredExecutor implements Executor {
  readonly context: RoundContext;
  readonly #jitter: Jitter;
  readonly #times: RegionTimes;
  #regionRounds = new Map<RoundShape, JitteredRounds>();
  #loopRounds = new Map<RoundShape, LoopRounds>();

  /** @param jitter the context's */
  constructor(context: RoundContext, jitter: Jitter) {
    this.context = context;
    this.#jitter = jitter;
    this.#times = new RegionTimes(context.topology);
  }

  region(shape: RoundShape, regionClass: RegionClass, region: number): RegionRoundOutcome {
    let rounds = this.#regionRounds.get(shape);
    if (rounds === undefined) {
      rounds = new JitteredRounds(shape, this.context, this.#jitter, this.#times);
      this.#regionRounds.set(shape, rounds);
    }
    return rounds.execute(regionClass, region);
  }

  loops(shape: RoundShape, lists: RegionLists, classOf: (region: number) => RegionClass): LoopRoundOutcome {
    const outcome = executeLoopRound(shape, lists, classOf, this.context);
    const rounds = this.#loopRounds.get(shape) ?? new LoopRounds(shape);
    this.#loopRounds.set(shape, rounds);
    rounds.add(outcome);
    return outcome;
  }

  takeSums(): RoundSums[] {
    const sums = [
      ...[...this.#regionRounds.values()].map((rounds) => rounds.sums()),
      ...this.#loopRounds.values(),
    ];
    this.#regionRounds = new Map();
    this.#loopRounds = new Map();
    return sums;
  }

  beginPass(pass: number): void {
    this.#jitter.beginSweep(pass);
    this.takeSums();
  }

  /** Nothing is remembered that could have changed. */
  forget(): void {}
}

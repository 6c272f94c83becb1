import type { Jitter } from './jitter.js';
import { JitteredRounds } from './jittered-rounds.js';
import { executeLoopRound, type LoopRoundOutcome, type RegionLists } from './loop-round.js';
import type { RegionClass } from './region-class.js';
import { executeRegionRound, type RegionRoundOutcome } from './region-round.js';
import { RegionTimes } from './region-times.js';
import type { RoundContext, RoundOutcome, RoundShape, RoundSums } from './round.js';
import type { Executor } from './round-executor.js';
import { ShapeTally } from './shape-tally.js';

/** Executes rounds with random costs: no two are alike, so none is kept, and what they come to is added up by shape. */
export class JitteredExecutor implements Executor {
  readonly context: RoundContext;
  readonly #jitter: Jitter;
  readonly #times: RegionTimes;
  #regionRounds = new Map<RoundShape, JitteredRounds>();
  #others = new Map<RoundShape, ShapeTally>();

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
    if (rounds.canExecute(regionClass)) return rounds.execute(regionClass, region);
    return this.#tallied(shape, executeRegionRound(shape, regionClass, region, this.context));
  }

  loops(shape: RoundShape, lists: RegionLists, classOf: (region: number) => RegionClass): LoopRoundOutcome {
    return this.#tallied(shape, executeLoopRound(shape, lists, classOf, this.context));
  }

  takeSums(): RoundSums[] {
    const sums = [...this.#regionRounds.values()].map((rounds) => rounds.sums());
    const taken = [...sums.filter(({ rounds }) => rounds > 0), ...this.#others.values()];
    this.#regionRounds = new Map();
    this.#others = new Map();
    return taken;
  }

  beginPass(pass: number): void {
    this.#jitter.beginSweep(pass);
    this.takeSums();
  }

  /** Nothing is remembered that could have changed. */
  forget(): void {}

  #tallied<O extends RoundOutcome>(shape: RoundShape, outcome: O): O {
    const tally = this.#others.get(shape) ?? new ShapeTally(shape);
    this.#others.set(shape, tally);
    tally.add(outcome);
    return outcome;
  }
}

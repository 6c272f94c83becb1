import { executeLoopRound, type LoopRoundOutcome, type RegionLists } from './loop-round.js';
import type { RegionClass } from './region-class.js';
import { executeRegionRound, type RegionRoundOutcome } from './region-round.js';
import { type RoundContext, type RoundShape, type RoundSums, rotationOf } from './round.js';

/** Executes the rounds of a machine. */
export interface Executor {
  readonly context: RoundContext;
  /** A round on one region. */
  region(shape: RoundShape, regionClass: RegionClass, region: number): RegionRoundOutcome;
  /** A round in which CPUs go through lists of regions. */
  loops(shape: RoundShape, lists: RegionLists, classOf: (region: number) => RegionClass): LoopRoundOutcome;
  /** Forgets all outcomes: what they depended on has changed. */
  forget(): void;
  /** @param pass number of the pass, from 1 */
  beginPass(pass: number): void;
  /** What rounds have come to whose outcomes are not for keeping, since the last time or the start of the pass. */
  takeSums(): RoundSums[];
}

/** Executes rounds, each that differs from all before it once; the others are looked up. */
export class RoundExecutor implements Executor {
  readonly context: RoundContext;
  readonly #remembers: boolean;
  readonly #regionRounds = new Map<RoundShape, Map<number, RegionRoundOutcome>>();
  readonly #loopRounds = new Map<RoundShape, Map<string, LoopRoundOutcome>>();

  /** @param remembers whether outcomes are looked up; changes none */
  constructor(context: RoundContext, remembers: boolean) {
    this.context = context;
    this.#remembers = remembers;
  }

  region(shape: RoundShape, regionClass: RegionClass, region: number): RegionRoundOutcome {
    if (!this.#remembers) return executeRegionRound(shape, regionClass, region, this.context);
    const ofShape = at(this.#regionRounds, shape);
    const key = this.#key(regionClass, rotationOf(shape, region, this.context.values));
    const known = ofShape.get(key);
    return known ?? put(ofShape, key, executeRegionRound(shape, regionClass, region, this.context));
  }

  loops(shape: RoundShape, lists: RegionLists, classOf: (region: number) => RegionClass): LoopRoundOutcome {
    const execute = () => executeLoopRound(shape, lists, classOf, this.context);
    // Lists of their own make rounds that do not come twice.
    const [list, ...others] = lists;
    if (!this.#remembers || list === undefined || others.length > 0) return execute();
    const key = list
      .map((region) => this.#key(classOf(region), rotationOf(shape, region, this.context.values)))
      .join();
    const ofShape = at(this.#loopRounds, shape);
    return ofShape.get(key) ?? put(ofShape, key, execute());
  }

  forget(): void {
    this.#regionRounds.clear();
    this.#loopRounds.clear();
  }

  /** Every pass is planned anew, with round shapes of its own. */
  beginPass(): void {
    this.forget();
  }

  /** Every outcome may be kept. */
  takeSums(): RoundSums[] {
    return [];
  }

  #key(regionClass: RegionClass, rotation: number): number {
    return regionClass.id * this.context.topology.cpus + rotation;
  }
}

function at<K, V extends object>(memory: Map<RoundShape, Map<K, V>>, shape: RoundShape): Map<K, V> {
  return memory.get(shape) ?? put(memory, shape, new Map<K, V>());
}

function put<K, V>(memory: Map<K, V>, key: K, value: V): V {
  memory.set(key, value);
  return value;
}

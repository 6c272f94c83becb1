import { scramble } from '../random.js';
import { Cost } from './costs.js';
import type { CpuRecords, RoundOutcome, RoundShape } from './round.js';
import { RoundSums } from './round-sums.js';
import { Series } from './series.js';

/** Without random costs, the row of the local CPU and that of the remote CPUs. */
export const LOCAL_ROW = 0;
export const REMOTE_ROW = Cost.Cells;

/** The CPUs of a shape, as the rounds of that shape need them. Arrays go by position in the mask. */
export class Mask {
  readonly shape: RoundShape;
  /** The row of costs that each one's next RMPOPT pays. */
  readonly rows: Int32Array;
  /** See `scramble`. */
  readonly scrambledCpus: Int32Array;
  /** All positions twice, so that any of them may be the first. */
  readonly order: Int32Array;
  /** What each CPU did in the last round on one region: overwritten by the next. */
  readonly records: CpuRecords;
  /** What rounds came to. */
  readonly sums: RoundSums;
  /** Outcomes that may come again, by what they depend on, and how often each has come: their rounds are in no sum yet. */
  readonly known = new Map<number | string, { readonly outcome: RoundOutcome; uses: number }>();
  #series: Series | null = null;

  /** @param spentPs,carry where what each CPU did in a round will be, by position */
  constructor(shape: RoundShape, spentPs: Float64Array, carry: Float64Array) {
    const size = shape.cpus.length;
    const inRmpoptPs = spentPs.subarray(0, size);
    this.shape = shape;
    this.rows = shape.cpus.map((cpu) => (cpu === shape.sender ? LOCAL_ROW : REMOTE_ROW));
    this.scrambledCpus = shape.cpus.map(scramble);
    this.order = new Int32Array(2 * size);
    for (let i = 0; i < 2 * size; i++) this.order[i] = i % size;
    this.records = {
      issued: new Float64Array(size).fill(1),
      optimized: carry.subarray(0, size),
      inRmpoptPs,
      shortestPs: inRmpoptPs,
      longestPs: inRmpoptPs,
    };
    this.sums = new RoundSums(shape);
  }

  /** Adds up the outcomes that might have come again, and forgets them. */
  settle(): void {
    for (const { outcome, uses } of this.known.values()) this.sums.add(outcome, uses);
    this.known.clear();
  }

  /** @param cores how many the host has */
  series(cores: number): Series {
    this.#series ??= new Series(this.shape, cores);
    return this.#series;
  }
}

import { scramble } from '../random.js';
import { Cost } from './costs.js';
import type { Issuers, Kernel, Run } from './kernel.js';
import type { CpuRecords, CriticalPath, RoundOutcome, RoundShape, RoundSums } from './round.js';

/** Without random costs, the row of the local CPU and that of the remote CPUs. */
export const LOCAL_ROW = 0;
export const REMOTE_ROW = Cost.Cells;

/** The CPUs of a shape, as the rounds of that shape need them. Arrays go by position in the mask. */
export interface Mask extends Issuers {
  readonly shape: RoundShape;
  /** See `scramble`. */
  readonly scrambledCpus: Int32Array;
  /** All positions twice, so that any of them may be the first. */
  readonly order: Int32Array;
  /** What each CPU did in the last round on one region: overwritten by the next. */
  readonly records: CpuRecords;
  /** What rounds came to. */
  readonly tally: ShapeTally;
}

export function createMask(shape: RoundShape, { spentPs, carry }: Kernel): Mask {
  const { cpus, cores, l3Groups, hasSiblings } = shape;
  const size = cpus.length;
  const inRmpoptPs = spentPs.subarray(0, size);
  return {
    shape,
    cores,
    l3Groups,
    hasSiblings,
    rows: rowsOf(shape),
    scrambledCpus: cpus.map(scramble),
    order: Int32Array.from({ length: 2 * size }, (_, i) => i % size),
    records: {
      issued: new Float64Array(size).fill(1),
      optimized: carry.subarray(0, size),
      inRmpoptPs,
      shortestPs: inRmpoptPs,
      longestPs: inRmpoptPs,
    },
    tally: new ShapeTally(shape),
  };
}

/** A mask that is cut into runs: anew for each CPU that is served first. */
export class SeriesMask implements Issuers {
  readonly shape: RoundShape;
  readonly cores: Int32Array;
  readonly l3Groups: Int32Array;
  readonly hasSiblings: boolean;
  readonly rows: Int32Array;
  readonly #runs: (readonly Run[] | undefined)[] = [];
  /** By position, whether its neighbours before it pay the same and are of its L3 group. */
  readonly #isLikeLast: Uint8Array;
  /** By core, the start for which one of its CPUs has been seen. */
  readonly #seenFor: Int32Array;

  constructor(shape: RoundShape, cores: number) {
    const { cpus, l3Groups, sender } = shape;
    this.shape = shape;
    this.cores = shape.cores;
    this.l3Groups = l3Groups;
    this.hasSiblings = shape.hasSiblings;
    this.rows = rowsOf(shape);
    this.#isLikeLast = Uint8Array.from(cpus, (cpu, i) =>
      i > 0 && l3Groups[i] === l3Groups[i - 1] && cpu !== sender && cpus[i - 1] !== sender ? 1 : 0,
    );
    this.#seenFor = new Int32Array(cores).fill(-1);
  }

  /** Its runs in the order of service, where the CPU at `start` is served first and those before it last. */
  runsFrom(start: number): readonly Run[] {
    const known = this.#runs[start];
    if (known !== undefined) return known;
    const runs: Run[] = [];
    this.#cut(start, this.rows.length, start, runs);
    this.#cut(0, start, start, runs);
    this.#runs[start] = runs;
    return runs;
  }

  #cut(from: number, to: number, start: number, runs: Run[]): void {
    const seenFor = this.#seenFor;
    let first = from;
    let isQueued = true;
    for (let position = from; position < to; position++) {
      const core = this.cores[position];
      const isFirst = !this.hasSiblings || seenFor[core] !== start;
      seenFor[core] = start;
      const isAlike = position > from && this.#isLikeLast[position] === 1 && isFirst === isQueued;
      if (!isAlike && position > from) {
        runs.push({ from: first, to: position, isQueued });
        first = position;
      }
      isQueued = isFirst;
    }
    if (first < to) runs.push({ from: first, to, isQueued });
  }
}

function rowsOf({ cpus, sender }: RoundShape): Int32Array {
  return cpus.map((cpu) => (cpu === sender ? LOCAL_ROW : REMOTE_ROW));
}

/** Rounds of one shape, added up. */
class ShapeTally implements RoundSums {
  readonly shape: RoundShape;
  rounds = 0;
  readonly critical = { sendingPs: 0, executingPs: 0, queuedPs: 0 };
  readonly byCpu;
  readonly longestStretchPs: Float64Array;
  /** Rounds of which the kernel has added up what each CPU did. */
  #counted = 0;

  constructor(shape: RoundShape) {
    const size = shape.cpus.length;
    this.shape = shape;
    this.longestStretchPs = new Float64Array(size);
    this.byCpu = {
      issued: new Float64Array(size),
      optimized: new Float64Array(size),
      inRmpoptPs: new Float64Array(size),
      shortestPs: new Float64Array(size).fill(Number.POSITIVE_INFINITY),
      longestPs: new Float64Array(size),
    };
  }

  /** Counts a round on one region that the kernel has added to `byCpu`. */
  count({ critical }: RoundOutcome): void {
    this.#counted++;
    this.#addCritical(critical, 1);
  }

  /** Adds a round that came `times` times. */
  add({ critical, byCpu }: RoundOutcome, times: number): void {
    this.#addCritical(critical, times);
    const { issued, optimized, inRmpoptPs, shortestPs, longestPs } = byCpu;
    const sums = this.byCpu;
    const stretchPs = this.longestStretchPs;
    for (let position = 0; position < stretchPs.length; position++) {
      const ps = inRmpoptPs[position];
      sums.issued[position] += times * issued[position];
      sums.optimized[position] += times * optimized[position];
      sums.inRmpoptPs[position] += times * ps;
      if (shortestPs[position] < sums.shortestPs[position]) sums.shortestPs[position] = shortestPs[position];
      if (longestPs[position] > sums.longestPs[position]) sums.longestPs[position] = longestPs[position];
      if (ps > stretchPs[position]) stretchPs[position] = ps;
    }
  }

  /** Completes the sums of rounds that were counted: in each of them a CPU issued one RMPOPT. */
  finish(): void {
    for (let position = 0; position < this.longestStretchPs.length; position++) {
      this.byCpu.issued[position] += this.#counted;
      const longestPs = this.byCpu.longestPs[position];
      if (longestPs > this.longestStretchPs[position]) this.longestStretchPs[position] = longestPs;
    }
    this.#counted = 0;
  }

  #addCritical({ sendingPs, executingPs, queuedPs }: CriticalPath, times: number): void {
    this.rounds += times;
    this.critical.sendingPs += times * sendingPs;
    this.critical.executingPs += times * executingPs;
    this.critical.queuedPs += times * queuedPs;
  }
}

import type { CpuRecords, CriticalPath, RoundOutcome, RoundShape } from './round.js';

/** What each CPU of a mask did, added up; by position. */
export class CpuSums implements CpuRecords {
  readonly issued: Float64Array;
  readonly optimized: Float64Array;
  readonly inRmpoptPs: Float64Array;
  readonly shortestPs: Float64Array;
  readonly longestPs: Float64Array;

  constructor(size: number) {
    this.issued = new Float64Array(size);
    this.optimized = new Float64Array(size);
    this.inRmpoptPs = new Float64Array(size);
    this.shortestPs = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
    this.longestPs = new Float64Array(size);
  }

  /** Adds so many RMPOPTs that were all alike. */
  add(position: number, times: number, carry: number, ps: number): void {
    this.issued[position] += times;
    this.optimized[position] += times * carry;
    this.inRmpoptPs[position] += times * ps;
    if (ps < this.shortestPs[position]) this.shortestPs[position] = ps;
    if (ps > this.longestPs[position]) this.longestPs[position] = ps;
  }
}

/** What several rounds of one shape came to together. */
export class RoundSums {
  readonly shape: RoundShape;
  rounds = 0;
  /** The sums of their critical paths. */
  readonly critical = { sendingPs: 0, executingPs: 0, queuedPs: 0 };
  /** The sums of their records, and the shortest and the longest RMPOPT of all. */
  readonly byCpu: CpuSums;
  /** The longest time each CPU spent in one round. */
  readonly longestStretchPs: Float64Array;
  /** Rounds of which the kernel has added up what each CPU did. */
  #counted = 0;
  /** Of these, rounds in which all RMPOPTs succeeded. */
  #allSucceeded = 0;

  constructor(shape: RoundShape) {
    this.shape = shape;
    this.byCpu = new CpuSums(shape.cpus.length);
    this.longestStretchPs = new Float64Array(shape.cpus.length);
  }

  /**
   * Counts a round on one region; the kernel has added up what each CPU spent.
   * @param successes how many RMPOPTs succeeded
   */
  count({ critical, byCpu }: RoundOutcome, successes: number): void {
    this.rounds++;
    this.#counted++;
    this.#addCritical(critical, 1);
    if (successes === byCpu.issued.length) this.#allSucceeded++;
    else if (successes > 0)
      byCpu.optimized.forEach((carry, position) => {
        this.byCpu.optimized[position] += carry;
      });
  }

  /** Completes the sums of rounds that were counted: in each of them a CPU issued one RMPOPT. */
  finish(): void {
    for (let position = 0; position < this.longestStretchPs.length; position++) {
      this.byCpu.issued[position] += this.#counted;
      this.byCpu.optimized[position] += this.#allSucceeded;
      const longestPs = this.byCpu.longestPs[position];
      if (longestPs > this.longestStretchPs[position]) this.longestStretchPs[position] = longestPs;
    }
    this.#counted = 0;
    this.#allSucceeded = 0;
  }

  #addCritical({ sendingPs, executingPs, queuedPs }: CriticalPath, times: number): void {
    this.critical.sendingPs += times * sendingPs;
    this.critical.executingPs += times * executingPs;
    this.critical.queuedPs += times * queuedPs;
  }

  /** Adds a round that came so many times. */
  add({ critical, byCpu }: RoundOutcome, times: number): void {
    this.#addCritical(critical, times);
    const { issued, optimized, shortestPs, longestPs } = this.byCpu;
    for (let position = 0; position < issued.length; position++) {
      issued[position] += times * byCpu.issued[position];
      optimized[position] += times * byCpu.optimized[position];
      if (byCpu.shortestPs[position] < shortestPs[position])
        shortestPs[position] = byCpu.shortestPs[position];
      if (byCpu.longestPs[position] > longestPs[position]) longestPs[position] = byCpu.longestPs[position];
    }
    this.addTimes(byCpu.inRmpoptPs, times);
  }

  /** The same of a round of which it is only known what each CPU spent in it. */
  addTimes(spentPs: Float64Array, times: number): void {
    const { inRmpoptPs } = this.byCpu;
    const stretchPs = this.longestStretchPs;
    this.rounds += times;
    for (let position = 0; position < stretchPs.length; position++) {
      const ps = spentPs[position];
      inRmpoptPs[position] += times * ps;
      if (ps > stretchPs[position]) stretchPs[position] = ps;
    }
  }
}

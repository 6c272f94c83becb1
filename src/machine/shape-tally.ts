import type { RoundOutcome, RoundShape, RoundSums } from './round.js';

/** Rounds of one shape, added up. */
export class ShapeTally implements RoundSums {
  readonly shape: RoundShape;
  rounds = 0;
  readonly critical = { sendingPs: 0, scanningPs: 0, waitingPs: 0 };
  readonly byCpu;
  readonly longestStretchPs: Float64Array;

  constructor(shape: RoundShape) {
    const size = shape.cpus.length;
    this.shape = shape;
    this.longestStretchPs = new Float64Array(size);
    this.byCpu = {
      instructions: new Float64Array(size),
      optimized: new Float64Array(size),
      busyPs: new Float64Array(size),
      shortestPs: new Float64Array(size).fill(Number.POSITIVE_INFINITY),
      longestPs: new Float64Array(size),
    };
  }

  add({ critical, byCpu }: RoundOutcome): void {
    this.rounds++;
    this.critical.sendingPs += critical.sendingPs;
    this.critical.scanningPs += critical.scanningPs;
    this.critical.waitingPs += critical.waitingPs;
    const sums = this.byCpu;
    for (let position = 0; position < this.shape.cpus.length; position++) {
      const busyPs = byCpu.busyPs[position];
      sums.instructions[position] += byCpu.instructions[position];
      sums.optimized[position] += byCpu.optimized[position];
      sums.busyPs[position] += busyPs;
      sums.shortestPs[position] = Math.min(sums.shortestPs[position], byCpu.shortestPs[position]);
      sums.longestPs[position] = Math.max(sums.longestPs[position], byCpu.longestPs[position]);
      this.longestStretchPs[position] = Math.max(this.longestStretchPs[position], busyPs);
    }
  }
}

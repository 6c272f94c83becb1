import type { PhaseTimeline } from '../sweep/run-sweep.js';

/** What each CPU did in one phase; arrays are indexed by CPU number, times in picoseconds. */
export interface PhaseAccount {
  readonly elapsedPs: number;
  readonly instructions: Uint32Array;
  readonly optimized: Uint32Array;
  /** Inside RMPOPT, waiting included. */
  readonly busyPs: Float64Array;
  /** Inside the RMPOPTs of one round. */
  readonly longestStretchPs: Float64Array;
  /** Of single RMPOPTs. */
  readonly longestPs: Float64Array;
  readonly shortestPs: Float64Array;
  /** Callbacks run for another CPU. */
  readonly interrupts: Uint32Array;
  readonly ipis: number;
  readonly sendingPs: number;
  readonly scanningPs: number;
  readonly waitingPs: number;
}

/** Adds up a phase: every outcome once, times its count. A phase that did not take place is all zeros. */
export function accountPhase(timeline: PhaseTimeline | undefined, cpus: number): PhaseAccount {
  const instructions = new Uint32Array(cpus);
  const optimized = new Uint32Array(cpus);
  const busyPs = new Float64Array(cpus);
  const longestStretchPs = new Float64Array(cpus);
  const longestPs = new Float64Array(cpus);
  const shortestPs = new Float64Array(cpus).fill(Number.POSITIVE_INFINITY);
  const interrupts = new Uint32Array(cpus);
  const sums = { ipis: 0, sendingPs: 0, scanningPs: 0, waitingPs: 0 };
  for (const [outcome, count] of timeline?.counts ?? []) {
    const { shape, critical, byCpu } = outcome;
    for (let position = 0; position < shape.cpus.length; position++) {
      const cpu = shape.cpus[position] ?? 0;
      const stretchPs = byCpu.busyPs[position] ?? 0;
      instructions[cpu] = (instructions[cpu] ?? 0) + count * (byCpu.instructions[position] ?? 0);
      optimized[cpu] = (optimized[cpu] ?? 0) + count * (byCpu.optimized[position] ?? 0);
      busyPs[cpu] = (busyPs[cpu] ?? 0) + count * stretchPs;
      longestStretchPs[cpu] = Math.max(longestStretchPs[cpu] ?? 0, stretchPs);
      longestPs[cpu] = Math.max(longestPs[cpu] ?? 0, byCpu.longestPs[position] ?? 0);
      shortestPs[cpu] = Math.min(shortestPs[cpu] ?? 0, byCpu.shortestPs[position] ?? 0);
      if (cpu !== shape.sender) interrupts[cpu] = (interrupts[cpu] ?? 0) + count;
    }
    if (shape.delivery !== 'local') sums.ipis += count * shape.targets;
    sums.sendingPs += count * critical.sendingPs;
    sums.scanningPs += count * critical.scanningPs;
    sums.waitingPs += count * critical.waitingPs;
  }
  return {
    elapsedPs: timeline?.elapsedPs ?? 0,
    instructions,
    optimized,
    busyPs,
    longestStretchPs,
    longestPs,
    shortestPs,
    interrupts,
    ...sums,
  };
}

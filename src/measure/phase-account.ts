import type { RoundSums } from '../machine/round-sums.js';
import type { PhaseTimeline } from '../sweep/run-sweep.js';

/** What each CPU did in one phase; arrays are indexed by CPU number, times in picoseconds. */
export interface PhaseAccount {
  readonly elapsedPs: number;
  readonly issued: Uint32Array;
  readonly optimized: Uint32Array;
  /** Inside RMPOPT, waiting included. */
  readonly inRmpoptPs: Float64Array;
  /** Inside the RMPOPTs of one round. */
  readonly longestStretchPs: Float64Array;
  /** Of single RMPOPTs. */
  readonly longestPs: Float64Array;
  readonly shortestPs: Float64Array;
  /** Callbacks run for another CPU. */
  readonly interrupts: Uint32Array;
  readonly ipis: number;
  readonly sendingPs: number;
  readonly executingPs: number;
  readonly queuedPs: number;
}

/** Adds up a phase, shape by shape. A phase that did not take place is all zeros. */
export function accountPhase(timeline: PhaseTimeline | undefined, cpus: number): PhaseAccount {
  const account = emptyAccount(cpus);
  for (const sums of timeline?.sums ?? []) addRounds(account, sums);
  return { ...account, elapsedPs: timeline?.elapsedPs ?? 0 };
}

function emptyAccount(cpus: number) {
  return {
    issued: new Uint32Array(cpus),
    optimized: new Uint32Array(cpus),
    inRmpoptPs: new Float64Array(cpus),
    longestStretchPs: new Float64Array(cpus),
    longestPs: new Float64Array(cpus),
    shortestPs: new Float64Array(cpus).fill(Number.POSITIVE_INFINITY),
    interrupts: new Uint32Array(cpus),
    ...{ ipis: 0, sendingPs: 0, executingPs: 0, queuedPs: 0 },
  };
}

function addRounds(account: ReturnType<typeof emptyAccount>, sums: RoundSums): void {
  const { issued, optimized, inRmpoptPs, longestStretchPs, longestPs, shortestPs, interrupts } = account;
  const { shape, rounds, critical, byCpu } = sums;
  for (const [position, cpu] of shape.cpus.entries()) {
    issued[cpu] += byCpu.issued[position];
    optimized[cpu] += byCpu.optimized[position];
    inRmpoptPs[cpu] += byCpu.inRmpoptPs[position];
    longestStretchPs[cpu] = Math.max(longestStretchPs[cpu], sums.longestStretchPs[position]);
    longestPs[cpu] = Math.max(longestPs[cpu], byCpu.longestPs[position]);
    shortestPs[cpu] = Math.min(shortestPs[cpu], byCpu.shortestPs[position]);
    if (cpu !== shape.sender) interrupts[cpu] += rounds;
  }
  if (shape.delivery !== 'local') account.ipis += rounds * shape.targets;
  account.sendingPs += critical.sendingPs;
  account.executingPs += critical.executingPs;
  account.queuedPs += critical.queuedPs;
}

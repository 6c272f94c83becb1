import type { RoundSums } from '../machine/round.js';
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

/** Adds up a phase, shape by shape. A phase that did not take place is all zeros. */
export function accountPhase(timeline: PhaseTimeline | undefined, cpus: number): PhaseAccount {
  const account = emptyAccount(cpus);
  for (const sums of timeline?.sums ?? []) addRounds(account, sums);
  return { ...account, elapsedPs: timeline?.elapsedPs ?? 0 };
}

function emptyAccount(cpus: number) {
  return {
    instructions: new Uint32Array(cpus),
    optimized: new Uint32Array(cpus),
    busyPs: new Float64Array(cpus),
    longestStretchPs: new Float64Array(cpus),
    longestPs: new Float64Array(cpus),
    shortestPs: new Float64Array(cpus).fill(Number.POSITIVE_INFINITY),
    interrupts: new Uint32Array(cpus),
    ...{ ipis: 0, sendingPs: 0, scanningPs: 0, waitingPs: 0 },
  };
}

function addRounds(account: ReturnType<typeof emptyAccount>, sums: RoundSums): void {
  const { instructions, optimized, busyPs, longestStretchPs, longestPs, shortestPs, interrupts } = account;
  const { shape, rounds, critical, byCpu } = sums;
  for (const [position, cpu] of shape.cpus.entries()) {
    instructions[cpu] += byCpu.instructions[position];
    optimized[cpu] += byCpu.optimized[position];
    busyPs[cpu] += byCpu.busyPs[position];
    longestStretchPs[cpu] = Math.max(longestStretchPs[cpu], sums.longestStretchPs[position]);
    longestPs[cpu] = Math.max(longestPs[cpu], byCpu.longestPs[position]);
    shortestPs[cpu] = Math.min(shortestPs[cpu], byCpu.shortestPs[position]);
    if (cpu !== shape.sender) interrupts[cpu] += rounds;
  }
  if (shape.delivery !== 'local') account.ipis += rounds * shape.targets;
  account.sendingPs += critical.sendingPs;
  account.scanningPs += critical.scanningPs;
  account.waitingPs += critical.waitingPs;
}

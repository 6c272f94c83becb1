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

/** Adds up a phase: every outcome once, times its count, and sums as they are. A phase that did not take place is all zeros. */
export function accountPhase(timeline: PhaseTimeline | undefined, cpus: number): PhaseAccount {
  const account = emptyAccount(cpus);
  for (const [outcome, count] of timeline?.counts ?? []) {
    addRounds(account, { ...outcome, rounds: 1, longestStretchPs: outcome.byCpu.busyPs }, count);
  }
  for (const sums of timeline?.sums ?? []) addRounds(account, sums, 1);
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

/** Adds rounds of one shape, `count` times. */
function addRounds(account: ReturnType<typeof emptyAccount>, sums: RoundSums, count: number): void {
  const { instructions, optimized, busyPs, longestStretchPs, longestPs, shortestPs, interrupts } = account;
  const { shape, rounds, critical, byCpu } = sums;
  for (let position = 0; position < shape.cpus.length; position++) {
    const cpu = shape.cpus[position] ?? 0;
    instructions[cpu] = (instructions[cpu] ?? 0) + count * (byCpu.instructions[position] ?? 0);
    optimized[cpu] = (optimized[cpu] ?? 0) + count * (byCpu.optimized[position] ?? 0);
    busyPs[cpu] = (busyPs[cpu] ?? 0) + count * (byCpu.busyPs[position] ?? 0);
    longestStretchPs[cpu] = Math.max(longestStretchPs[cpu] ?? 0, sums.longestStretchPs[position] ?? 0);
    longestPs[cpu] = Math.max(longestPs[cpu] ?? 0, byCpu.longestPs[position] ?? 0);
    shortestPs[cpu] = Math.min(shortestPs[cpu] ?? 0, byCpu.shortestPs[position] ?? 0);
    if (cpu !== shape.sender) interrupts[cpu] = (interrupts[cpu] ?? 0) + count * rounds;
  }
  if (shape.delivery !== 'local') account.ipis += count * rounds * shape.targets;
  account.sendingPs += count * critical.sendingPs;
  account.scanningPs += count * critical.scanningPs;
  account.waitingPs += count * critical.waitingPs;
}

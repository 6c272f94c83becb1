import type { RoundShape } from '../machine/round.js';
import type { Topology } from '../machine/topology.js';

/** The loop on the current CPU, and the one that reaches the others. */
export type Phase = 'local' | 'remote';

/** Which CPUs take part: one thread per core, or all of them. */
export const THREADS = ['primary', 'all'] as const;
export type Threads = (typeof THREADS)[number];

/** What a strategy plans for. */
export interface SweepHost {
  readonly topology: Topology;
  /** Regions to cover, from 0. */
  readonly regions: number;
  /** The CPU that runs the loop. */
  readonly localCpu: number;
  readonly threads: Threads;
}

/** The next round of a loop. */
export interface PlannedRound {
  readonly shape: RoundShape;
  readonly region: number;
}

/** One of the loops the clock is read around. `rounds()` starts the loop anew at every call. */
export interface PlannedPhase {
  readonly phase: Phase;
  readonly rounds: () => Iterable<PlannedRound>;
}

/** A way to issue RMPOPT everywhere: who, on which region, in which order. What that costs is the machine's business. */
export interface Strategy {
  readonly summary: string;
  /** Where it comes from: posted in a version of the series, measured on the list, or a suggestion. */
  readonly origin: string;
  readonly defaultThreads: Threads;
  /** The loops in their order; one that would have no rounds is left out. */
  readonly plan: (host: SweepHost) => readonly PlannedPhase[];
}

/** The CPUs of a mask other than the local one, ascending: every other thread, or one thread of every other core. */
export function remoteCpus({ topology, localCpu, threads }: Omit<SweepHost, 'regions'>): number[] {
  const candidates = threads === 'all' ? topology.cpus : topology.cores;
  return Array.from({ length: candidates }, (_, cpu) => cpu).filter((cpu) => cpu !== localCpu);
}

/** The remote CPUs and the local one, ascending. */
export function allCpus(host: Omit<SweepHost, 'regions'>): number[] {
  return [...remoteCpus(host), host.localCpu].sort((a, b) => a - b);
}

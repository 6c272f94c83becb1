import type { PlannedRound, RoundResult } from '../machine/round.js';
import type { Topology } from '../machine/topology.js';

/** The loop on the current CPU, and the one that reaches the others. */
export type Phase = 'local' | 'remote';

/** Which CPUs take part: one thread per core, or all of them. */
export const THREADS = ['primary', 'all'] as const;
export type Threads = (typeof THREADS)[number];

/** What a strategy plans for. */
export interface SweepHost {
  readonly topology: Topology;
  /** The regions to go through, ascending. */
  readonly regions: readonly number[];
  /** The CPU that runs the loop. */
  readonly localCpu: number;
  readonly threads: Threads;
  /** Regions per round, for strategies that take several. */
  readonly batch: number;
  /** Which socket's memory a region is. */
  readonly socketOf: (region: number) => number;
}

/** A loop in progress: it yields round after round and is told what each came to. */
export type Loop = Generator<PlannedRound, void, RoundResult>;

/** One of the loops the clock is read around. `rounds()` starts the loop anew at every call. */
export interface PlannedPhase {
  readonly phase: Phase;
  readonly rounds: () => Loop;
}

/** A way to issue RMPOPT everywhere: who, on which region, in which order. What that costs is the machine's business. */
export interface Strategy {
  readonly summary: string;
  /** Where it comes from: posted in a version of the series, measured on the list, suggested there, or not posted. */
  readonly origin: string;
  readonly defaultThreads: Threads;
  /**
   * Whether the rounds on a region are the same whichever other regions there are, and no other region is worked on meanwhile.
   * Regions alike are then executed once, and it does not matter whether regions share a queue.
   */
  readonly treatsRegionsAlone: boolean;
  /** Regions per round unless the user says; for strategies that let the user say. */
  readonly defaultBatch?: number;
  /** Whether it leaves out regions of which no page has changed hands since a sweep covered them. */
  readonly sweepsOnlyDirty?: boolean;
  /** The loops in their order; one that could have no rounds on this host is left out. */
  readonly plan: (host: SweepHost) => readonly PlannedPhase[];
}

type CpusOfHost = Pick<SweepHost, 'topology' | 'localCpu' | 'threads'>;

/** The CPUs of a mask other than the local one, ascending: every other thread, or one thread of every other core. */
export function remoteCpus({ topology, localCpu, threads }: CpusOfHost): number[] {
  const candidates = threads === 'all' ? topology.cpus : topology.cores;
  const remote: number[] = [];
  for (let cpu = 0; cpu < candidates; cpu++) if (cpu !== localCpu) remote.push(cpu);
  return remote;
}

/** The remote CPUs and the local one, ascending. */
export function allCpus(host: CpusOfHost): number[] {
  return [...remoteCpus(host), host.localCpu].sort((a, b) => a - b);
}

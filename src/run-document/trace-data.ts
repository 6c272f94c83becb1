import type { SweepKey } from './columns.js';

/** A measured sweep as a trace viewer draws it: who was busy when. Times are whole nanoseconds from the start of the sweep. */
export interface TracedSweep {
  readonly key: SweepKey;
  /** Those that take part, ascending. */
  readonly cpus: readonly TracedCpu[];
  /** Those that took place, in their order. */
  readonly phases: readonly TracedPhase[];
}

export interface TracedCpu {
  readonly cpu: number;
  readonly core: number;
  readonly l3: number;
  readonly node: number;
  readonly role: 'local' | 'remote';
}

export interface TracedPhase {
  readonly phase: 'local' | 'remote';
  readonly startNs: number;
  readonly elapsedNs: number;
  readonly rounds: number;
  /** Consecutive rounds that are drawn as one; the last batch may hold fewer. 1: every round is drawn. */
  readonly roundsPerBatch: number;
  /** One after another without gaps, as long as the phase together. */
  readonly batches: readonly TracedBatch[];
  /** CPU by CPU in the order of time, without overlaps; of each CPU as long as its busy time together. */
  readonly slices: readonly TracedSlice[];
}

/** Something done from `startNs` on. */
interface TracedWork {
  readonly startNs: number;
  readonly durationNs: number;
  readonly rounds: number;
  /** Those RMPOPT was issued for, else those of the rounds; `null` where there was none. */
  readonly regions: RegionSpan | null;
  /** RMPOPTs issued. */
  readonly issued: number;
  /** Of these, CF = 1. */
  readonly optimized: number;
}

/** Consecutive rounds, all CPUs together; the parts of their time are those of the CPU that ended last. */
export interface TracedBatch extends TracedWork {
  readonly sendingNs: number;
  readonly executingNs: number;
  readonly queuedNs: number;
  /** How many CPUs were busy, on average over the batch; the local CPU is throughout. At most 3 decimals. */
  readonly peggedCpus: number;
}

/**
 * What one CPU did in a batch. That of a remote CPU starts when it first issues RMPOPT and lasts as long as it is inside RMPOPT
 * in the whole batch; that of the local CPU is the batch, since it runs the loop.
 */
export interface TracedSlice extends TracedWork {
  readonly cpu: number;
}

/** 1 GiB regions by number. */
export interface RegionSpan {
  readonly first: number;
  readonly last: number;
  /** How many between these two, both included, are meant. */
  readonly count: number;
}

/** The most events the traces of one file are made of, tracks and counters included. */
export const TRACE_EVENTS_MAX = 200_000;

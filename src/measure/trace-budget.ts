import { InputError } from '../errors.js';
import type { RoundShape } from '../machine/round.js';
import type { Topology } from '../machine/topology.js';
import { TRACE_EVENTS_MAX } from '../run-document/trace-data.js';
import { type Scenario, stateNames } from '../scenario/scenario.js';
import type { SweepChoice } from '../sweep/strategies.js';
import type { Threads } from '../sweep/strategy.js';
import type { LoggedRounds } from './round-log.js';

/** Of every track, whether of a CPU or of a process: its name and its place. */
const TRACK_EVENTS = 2;
/** Of every batch besides the slices of its CPUs: its own slice, and how many CPUs were busy. */
const BATCH_EVENTS = 2;

/** How many times the least it takes the trace of each sweep may have, so that all of them go into one file. */
export type TraceHeadroom = number;

/** A cell, and under how many hypotheses it is run. */
export interface CountedCell {
  readonly cell: {
    readonly scenario: Scenario;
    readonly topology: Topology;
    readonly sweep: SweepChoice;
  };
  readonly hypotheses: number;
}

/**
 * Shares a file out among the measured sweeps of cells.
 * @returns at least 1
 * @throws InputError when there is no room for a slice per sweep, phase and CPU
 */
export function traceHeadroom(cells: Iterable<CountedCell>): TraceHeadroom {
  let [sweeps, leastEvents] = [0, 0];
  for (const { cell, hypotheses } of cells) {
    const measured = hypotheses * stateNames(cell.scenario).length;
    sweeps += measured;
    leastEvents += measured * leastSweepEvents(cell.topology, cell.sweep.threads);
    if (leastEvents > TRACE_EVENTS_MAX) throw tooManyTracks(sweeps);
  }
  return TRACE_EVENTS_MAX / leastEvents;
}

function tooManyTracks(sweeps: number): InputError {
  const expected = `sweeps and CPUs of which a slice per phase each fits into ${TRACE_EVENTS_MAX} events`;
  const found = `${sweeps === 1 ? 'a host' : `${sweeps} or more measured sweeps of hosts`} too large for that`;
  const hint = 'Trace fewer scenarios or cells at once, or a smaller --topology.';
  return new InputError([{ where: '--trace', expected, found, hint }]);
}

/** How many events the batches of a sweep may become, both phases together. */
export function eventsForBatches(headroom: TraceHeadroom, topology: Topology, threads: Threads): number {
  const eventsMax = Math.floor(headroom * leastSweepEvents(topology, threads));
  return eventsMax - fixedEvents(topology, threads);
}

/** Of one batch in which so many CPUs have a slice. */
export function batchEvents(cpus: number): number {
  return cpus + BATCH_EVENTS;
}

/** One batch per phase. */
function leastSweepEvents(topology: Topology, threads: Threads): number {
  return fixedEvents(topology, threads) + 2 * batchEvents(cpusOf(topology, threads));
}

/** What a sweep has however few batches there are: its tracks, its two phases, and the end of its counter. */
function fixedEvents(topology: Topology, threads: Threads): number {
  const processes = 1 + topology.sockets;
  const threadTracks = 1 + cpusOf(topology, threads);
  return TRACK_EVENTS * (processes + threadTracks) + 3;
}

function cpusOf(topology: Topology, threads: Threads): number {
  return threads === 'all' ? topology.cpus : topology.cores;
}

/** How many consecutive rounds to draw as one, so that no more than `eventsMax` events come of them if that can be had. */
export function roundsPerBatch({ outcomes }: LoggedRounds, localCpu: number, eventsMax: number): number {
  const shapes = new Set<RoundShape>();
  let events = 0;
  for (const { shape } of outcomes) {
    shapes.add(shape);
    events += batchEvents(shape.targets + 1);
  }
  if (events <= eventsMax) return 1;
  const cpus = new Set([localCpu, ...[...shapes].flatMap((shape) => [...shape.cpus])]);
  const batches = Math.max(1, Math.floor(eventsMax / batchEvents(cpus.size)));
  return Math.ceil(outcomes.length / batches);
}

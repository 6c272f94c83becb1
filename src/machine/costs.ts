import { picoseconds } from '../units.js';
import type { ParameterValues } from './parameters.js';

/** What the parts of one RMPOPT cost on one kind of CPU, in whole picoseconds. */
export interface InstructionCosts {
  readonly fixedPs: number;
  readonly hitPs: number;
  readonly entryScanLocalPs: number;
  readonly entryScanRemotePs: number;
  readonly entryScanWarmPs: number;
  readonly resultServicePs: number;
  /** The group's slot for `entries` of the region's entries. */
  readonly groupServicePs: (entries: number) => number;
}

/** What it costs to reach other CPUs. */
export interface SendingCosts {
  readonly ipiBasePs: number;
  readonly ipiPerTargetPs: number;
  readonly ipiBurstPs: number;
  readonly guestExitPs: number;
  readonly serialCallPs: number;
}

/** Every cost a sweep meets. The sender's own RMPOPTs are never slowed by guests; those of the others may be. */
export interface SweepCosts extends SendingCosts {
  readonly sender: InstructionCosts;
  readonly remote: InstructionCosts;
  readonly condReschedPs: number;
  readonly clockReadPs: number;
}

const ENTRIES_PER_REGION = { '2m': 512, '4k': 262_144 } as const;

/** Entries a whole scan of one region reads: one per 2 MiB, or in the what-if one per 4 KiB. */
export function entriesPerRegion(values: ParameterValues): number {
  return ENTRIES_PER_REGION[values.scan];
}

export function sweepCosts(values: ParameterValues, guestsRunning: boolean): SweepCosts {
  return {
    sender: instructionCosts(values, 1),
    remote: instructionCosts(values, remoteFactor(values, guestsRunning)),
    ...sendingCosts(values, guestsRunning, 1),
    condReschedPs: picoseconds(values.condReschedNs),
    clockReadPs: picoseconds(values.clockReadNs),
  };
}

/** How many times as much an RMPOPT costs on a CPU that a guest may run on. */
export function remoteFactor({ disturbance }: ParameterValues, guestsRunning: boolean): number {
  return guestsRunning ? disturbance : 1;
}

/** @param factor what the costs are multiplied by before they are rounded */
export function sendingCosts(values: ParameterValues, guestsRunning: boolean, factor: number): SendingCosts {
  const cost = (ns: number) => picoseconds(factor * ns);
  return {
    ipiBasePs: cost(values.ipiBaseNs),
    ipiPerTargetPs: cost(values.ipiPerTargetNs),
    ipiBurstPs: cost(values.ipiBurstNs),
    guestExitPs: guestsRunning ? cost(values.guestExitNs) : 0,
    serialCallPs: cost(values.serialCallNs),
  };
}

/** @param factor what the costs are multiplied by before they are rounded */
export function instructionCosts(values: ParameterValues, factor: number): InstructionCosts {
  const cost = (ns: number) => picoseconds(factor * ns);
  const allEntries = entriesPerRegion(values);
  const allGroupServicePs = groupServicePs(values, factor, allEntries);
  return {
    fixedPs: cost(values.rmpoptFixedNs),
    hitPs: cost(values.resultHitNs),
    entryScanLocalPs: entryScanPs(values, factor, true),
    entryScanRemotePs: entryScanPs(values, factor, false),
    entryScanWarmPs: cost(values.entryScanWarmNs),
    resultServicePs: cost(values.resultServiceNs),
    groupServicePs: (entries) =>
      entries === allEntries ? allGroupServicePs : groupServicePs(values, factor, entries),
  };
}

/** What reading one entry costs that nobody of the L3 group has read. */
export function entryScanPs(values: ParameterValues, factor: number, isLocal: boolean): number {
  return picoseconds(factor * (isLocal ? values.entryScanLocalNs : values.entryScanRemoteNs));
}

/** The slot of an L3 group that reads so many entries. */
export function groupServicePs(values: ParameterValues, factor: number, entries: number): number {
  return picoseconds((factor * values.groupServiceNs * entries) / entriesPerRegion(values));
}

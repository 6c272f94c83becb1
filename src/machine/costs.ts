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

/** Every cost a sweep meets. The sender's own RMPOPTs are never slowed by guests; those of the others may be. */
export interface SweepCosts {
  readonly sender: InstructionCosts;
  readonly remote: InstructionCosts;
  readonly ipiBasePs: number;
  readonly ipiPerTargetPs: number;
  readonly ipiBurstPs: number;
  readonly guestExitPs: number;
  readonly serialCallPs: number;
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
    remote: instructionCosts(values, guestsRunning ? values.disturbance : 1),
    ipiBasePs: picoseconds(values.ipiBaseNs),
    ipiPerTargetPs: picoseconds(values.ipiPerTargetNs),
    ipiBurstPs: picoseconds(values.ipiBurstNs),
    guestExitPs: guestsRunning ? picoseconds(values.guestExitNs) : 0,
    serialCallPs: picoseconds(values.serialCallNs),
    condReschedPs: picoseconds(values.condReschedNs),
    clockReadPs: picoseconds(values.clockReadNs),
  };
}

function instructionCosts(values: ParameterValues, disturbance: number): InstructionCosts {
  const cost = (ns: number) => picoseconds(disturbance * ns);
  const allEntries = entriesPerRegion(values);
  const allGroupServicePs = cost(values.groupServiceNs);
  return {
    fixedPs: cost(values.rmpoptFixedNs),
    hitPs: cost(values.resultHitNs),
    entryScanLocalPs: cost(values.entryScanLocalNs),
    entryScanRemotePs: cost(values.entryScanRemoteNs),
    entryScanWarmPs: cost(values.entryScanWarmNs),
    resultServicePs: cost(values.resultServiceNs),
    groupServicePs: (entries) =>
      entries === allEntries
        ? allGroupServicePs
        : picoseconds((disturbance * values.groupServiceNs * entries) / allEntries),
  };
}

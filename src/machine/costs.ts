import { picoseconds } from '../units.js';
import { PAGES_PER_BLOCK } from './memory.js';
import type { ParameterValues } from './parameters.js';

/** What it costs to reach other CPUs. */
export interface SendingCosts {
  readonly ipiBasePs: number;
  readonly ipiPerTargetPs: number;
  readonly ipiBurstPs: number;
  /** Whether all other CPUs can be reached by one IPI. */
  readonly ipiShorthand: boolean;
  readonly guestExitPs: number;
  readonly serialCallPs: number;
}

/** The cells of a row of costs. An enum, since the bundler turns these into plain numbers in the loop over RMPOPTs. */
export enum Cost {
  Fixed,
  Hit,
  Warm,
  Service,
  Cells,
}

/**
 * What RMPOPTs cost: rows of the machine's costs times a factor, in whole picoseconds. Without jitter there are two rows, one for
 * the CPU that runs the loop and one for the others; with jitter there is one for each factor that can be drawn.
 */
export class CostTable {
  /** Row after row; a row is named by where it begins. */
  readonly ps: Float64Array;
  /** What the costs of a row were multiplied by. */
  readonly factors: Float64Array;
  #values: ParameterValues;
  #allEntries: number;

  constructor(rows: number, values: ParameterValues) {
    this.ps = new Float64Array(rows * Cost.Cells);
    this.factors = new Float64Array(rows);
    this.#values = values;
    this.#allEntries = entriesPerRegion(values);
  }

  /** Changes the values of rows that are written from now on. */
  take(values: ParameterValues): void {
    this.#values = values;
    this.#allEntries = entriesPerRegion(values);
  }

  write(row: number, factor: number): void {
    const { rmpoptFixedNs, resultHitNs, entryScanWarmNs, resultServiceNs } = this.#values;
    this.factors[row / Cost.Cells] = factor;
    this.ps[row + Cost.Fixed] = picoseconds(factor * rmpoptFixedNs);
    this.ps[row + Cost.Hit] = picoseconds(factor * resultHitNs);
    this.ps[row + Cost.Warm] = picoseconds(factor * entryScanWarmNs);
    this.ps[row + Cost.Service] = picoseconds(factor * resultServiceNs);
  }

  /** Makes a row a copy of another, with more fixed cost. */
  copy(from: number, to: number, extraPs: number): void {
    this.factors[to / Cost.Cells] = this.factors[from / Cost.Cells];
    this.ps.copyWithin(to, from, from + Cost.Cells);
    this.ps[to + Cost.Fixed] += extraPs;
  }

  /** What it costs to read one entry that the L3 group has not fetched yet. */
  entryScanPs(row: number, isLocal: boolean): number {
    const { entryScanLocalNs, entryScanRemoteNs } = this.#values;
    return picoseconds(this.factors[row / Cost.Cells] * (isLocal ? entryScanLocalNs : entryScanRemoteNs));
  }

  /** How long an L3 group that reads so many entries keeps the others from doing so. */
  groupServicePs(row: number, entries: number): number {
    const factor = this.factors[row / Cost.Cells];
    return picoseconds((factor * this.#values.groupServiceNs * entries) / this.#allEntries);
  }
}

const ENTRIES_PER_REGION = { '2m': 512, '4k': 262_144 } as const;

/** Entries a whole scan of one region reads: one per 2 MiB, or in the what-if one per 4 KiB. */
export function entriesPerRegion(values: ParameterValues): number {
  return ENTRIES_PER_REGION[values.scan];
}

/** Entries a scan reads before it stops: up to the first assigned page if it exits early, else all. */
export function entriesToScan(firstAssignedPage: number | null, values: ParameterValues): number {
  const allEntries = entriesPerRegion(values);
  if (firstAssignedPage === null || !values.earlyExit) return allEntries;
  return values.scan === '2m' ? Math.floor(firstAssignedPage / PAGES_PER_BLOCK) : firstAssignedPage;
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
    ipiShorthand: values.ipiShorthand,
    guestExitPs: guestsRunning ? cost(values.guestExitNs) : 0,
    serialCallPs: cost(values.serialCallNs),
  };
}

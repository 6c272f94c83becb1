import { Rmp, type RmpUpdate, type RmpUpdateOutcome } from '../machine/rmp.js';
import type { PreassignedPages } from '../machine/rmp-placement.js';
import { Conversions } from './conversions.js';
import type { MemoryHost } from './private-memory.js';

/** One RMP that several machines look at: one history of guests, met by sweeps of several kinds. */
export class SharedMemory implements MemoryHost {
  readonly rmp: Rmp;
  readonly conversions: Conversions;
  guestsRunning = false;

  constructor(regions: number, preassigned: readonly PreassignedPages[]) {
    this.rmp = new Rmp(regions, preassigned);
    this.conversions = new Conversions(this.rmp);
  }

  rmpupdate(update: RmpUpdate): RmpUpdateOutcome {
    return this.rmp.update(update);
  }
}

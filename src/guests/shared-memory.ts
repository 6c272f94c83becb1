import type { PreassignedPages } from '../machine/memory.js';
import { Rmp, type RmpUpdate, type RmpUpdateOutcome } from '../machine/rmp.js';
import type { MemoryHost } from './private-memory.js';

/** One RMP that several machines look at: one history of guests, met by sweeps of several kinds. */
export class SharedMemory implements MemoryHost {
  readonly rmp: Rmp;
  rmpUpdates = 0;
  guestsRunning = false;

  constructor(regions: number, preassigned: readonly PreassignedPages[]) {
    this.rmp = new Rmp(regions, preassigned);
  }

  rmpupdate(update: RmpUpdate): RmpUpdateOutcome {
    const outcome = this.rmp.update(update);
    this.rmpUpdates += outcome.updated;
    return outcome;
  }
}

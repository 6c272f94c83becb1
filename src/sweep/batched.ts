import type { RoundShape } from '../machine/round.js';
import { localPhase, thenRemote } from './loops.js';
import type { Loop, Strategy } from './strategy.js';

/** As local-first, but every IPI round carries several regions: fewer barriers, longer stretches with interrupts off. */
export const batched: Strategy = {
  summary: 'as local-first, with one IPI round for several regions (--batch)',
  origin: 'not posted',
  defaultThreads: 'primary',
  treatsRegionsAlone: false,
  defaultBatch: 16,
  plan: (host) => thenRemote(host, localPhase(host), (shape) => batches(shape, host.regions, host.batch)),
};

function* batches(shape: RoundShape, regions: readonly number[], size: number): Loop {
  for (let from = 0; from < regions.length; from += size) {
    yield { shape, lists: [regions.slice(from, from + size)] };
  }
}

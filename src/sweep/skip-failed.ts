import { localShape, overRegions, thenRemote } from './loops.js';
import type { Loop, Strategy, SweepHost } from './strategy.js';

/** As local-first, but where the local CPU has failed the others are left alone: they could only fail too. */
export const skipFailed: Strategy = {
  summary: 'as local-first, with IPIs only for regions where the local RMPOPT succeeded',
  origin: 'suggested on the list on 4 March 2026; not posted',
  defaultThreads: 'primary',
  treatsRegionsAlone: true,
  plan(host) {
    const succeeded: number[] = [];
    const local = { phase: 'local', rounds: () => localLoop(host, succeeded) } as const;
    return thenRemote(host, local, (shape) => overRegions(shape, succeeded));
  },
};

/** Notes where the local CPU succeeded, as a kernel would from CF. */
function* localLoop(host: SweepHost, succeeded: number[]): Loop {
  const shape = localShape(host);
  succeeded.length = 0;
  for (const region of host.regions) {
    const outcome = yield { shape, region };
    if (outcome.senderSucceeded) succeeded.push(region);
  }
}

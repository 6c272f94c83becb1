import type { RoundShape } from '../machine/round.js';
import { coreOfCpu, l3GroupOfCore } from '../machine/topology.js';
import { ipiShape } from './loops.js';
import { allCpus, type Loop, type Strategy, type SweepHost } from './strategy.js';

/**
 * The first scan of a region is shared out: one CPU of every L3 group goes through regions of its own socket, all at once after
 * one IPI. Then per region one IPI round to everybody but the CPU that has been there.
 */
export const splitLocal: Strategy = {
  summary:
    'as local-first, but one CPU per L3 group takes part in the local phase, each over regions of its socket',
  origin: 'not posted',
  defaultThreads: 'primary',
  treatsRegionsAlone: false,
  plan(host) {
    const helpers = helpersOf(host);
    const everyone = allCpus(host);
    const together = ipiShape(
      host,
      helpers.map(({ cpu }) => cpu),
    );
    const others = helpers.map(({ cpu, share }) => {
      const mask = everyone.filter((one) => one !== cpu);
      return { shape: ipiShape(host, mask), share };
    });
    const local = { phase: 'local', rounds: () => sharedLoop(together, helpers) } as const;
    return everyone.length === 1 ? [local] : [local, { phase: 'remote', rounds: () => toOthers(others) }];
  },
};

function* sharedLoop(shape: RoundShape, helpers: readonly Helper[]): Loop {
  if (helpers.length > 0) yield { shape, lists: helpers.map(({ share }) => share) };
}

/** Region by region, ascending, to those who have not been there. */
function* toOthers(others: readonly { shape: RoundShape; share: readonly number[] }[]): Loop {
  const rounds = others.flatMap(({ shape, share }) => share.map((region) => ({ shape, region })));
  yield* rounds.sort((a, b) => a.region - b.region);
}

/** A CPU with its share of the regions. */
interface Helper {
  readonly cpu: number;
  readonly share: number[];
}

/** The first CPU of every L3 group, in its own group the one that runs the loop; who has no share is left out. */
function helpersOf({ topology, localCpu, regions, socketOf }: SweepHost): Helper[] {
  const { l3Groups, l3GroupsPerSocket, coresPerL3Group, sockets } = topology;
  const ownGroup = l3GroupOfCore(topology, coreOfCpu(topology, localCpu));
  const helpers = Array.from({ length: l3Groups }, (_, group): Helper => {
    return { cpu: group === ownGroup ? localCpu : group * coresPerL3Group, share: [] };
  });
  const turns = new Int32Array(sockets);
  for (const region of regions) {
    const socket = socketOf(region);
    const turn = turns[socket] ?? 0;
    helpers[socket * l3GroupsPerSocket + (turn % l3GroupsPerSocket)]?.share.push(region);
    turns[socket] = turn + 1;
  }
  return helpers.filter(({ share }) => share.length > 0).sort((a, b) => a.cpu - b.cpu);
}

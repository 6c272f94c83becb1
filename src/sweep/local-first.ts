import { createRoundShape } from '../machine/round.js';
import {
  type PlannedPhase,
  type PlannedRound,
  remoteCpus,
  type Strategy,
  type SweepHost,
} from './strategy.js';

/** The seed mail's loop: the current CPU over all regions, then per region one IPI round to the others. */
export const localFirst: Strategy = {
  summary: 'the current CPU over all regions, then per region one IPI round to the others',
  origin: 'timed on the list on 11 and 16 March 2026; posted in v3 to v10',
  defaultThreads: 'primary',
  plan(host) {
    const remote = remoteCpus(host);
    const local: PlannedPhase = { phase: 'local', rounds: () => localRounds(host) };
    return remote.length === 0
      ? [local]
      : [local, { phase: 'remote', rounds: () => remoteRounds(host, remote) }];
  },
};

function* localRounds({ localCpu, regions }: SweepHost): Generator<PlannedRound> {
  const shape = createRoundShape({
    delivery: 'local',
    sender: localCpu,
    cpus: Int32Array.of(localCpu),
    condResched: true,
  });
  for (let region = 0; region < regions; region++) yield { shape, region };
}

function* remoteRounds({ localCpu, regions }: SweepHost, remote: readonly number[]): Generator<PlannedRound> {
  const shape = createRoundShape({
    delivery: 'ipi',
    sender: localCpu,
    cpus: Int32Array.from(remote),
    condResched: true,
  });
  for (let region = 0; region < regions; region++) yield { shape, region };
}

import { createRoundShape, type RoundShape } from '../machine/round.js';
import { type Loop, type PlannedPhase, remoteCpus, type SweepHost } from './strategy.js';

/** A mask of the CPUs of a host, told by IPI; cond_resched comes after every round. */
export function ipiShape({ topology, localCpu }: SweepHost, cpus: readonly number[]): RoundShape {
  return createRoundShape(
    { delivery: 'ipi', sender: localCpu, cpus: Int32Array.from(cpus), condResched: true },
    topology,
  );
}

/** The current CPU over regions by itself, cond_resched after each. */
export function localShape({ topology, localCpu }: SweepHost): RoundShape {
  const cpus = Int32Array.of(localCpu);
  return createRoundShape({ delivery: 'local', sender: localCpu, cpus, condResched: true }, topology);
}

/** One round per region. */
export function* overRegions(shape: RoundShape, regions: Iterable<number>): Loop {
  for (const region of regions) yield { shape, region };
}

/** A local loop, and one that reaches the other CPUs, if there are any. */
export function thenRemote(
  host: SweepHost,
  local: PlannedPhase,
  rounds: (shape: RoundShape) => Loop,
): readonly PlannedPhase[] {
  const remote = remoteCpus(host);
  if (remote.length === 0) return [local];
  const shape = ipiShape(host, remote);
  return [local, { phase: 'remote', rounds: () => rounds(shape) }];
}

/** The seed mail's first loop: the current CPU over all regions. */
export function localPhase(host: SweepHost): PlannedPhase {
  const shape = localShape(host);
  return { phase: 'local', rounds: () => overRegions(shape, host.regions) };
}

import { formatBytes, GIB_BYTES } from '../units.js';
import { counted } from './figures.js';
import type { ReportedSweep } from './sweeps.js';

/** The machine of a sweep and how much of it is swept, in a line. */
export function machineLine({ machine, total: { regions } }: ReportedSweep): string {
  const { name, topology, cores, cpus, memoryBytes } = machine;
  const size = `${counted(cores, 'core')}, ${counted(cpus, 'CPU')}, ${formatBytes(memoryBytes)}`;
  const leftBytes = (machine.regions - regions) * GIB_BYTES;
  const tail = leftBytes === 0 ? '' : `; the ${formatBytes(leftBytes)} above 2 TiB are never optimized`;
  return `machine ${name}: ${topology} (${size}), ${counted(regions, 'region')} swept${tail}`;
}

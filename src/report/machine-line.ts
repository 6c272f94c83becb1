import type { RecordedMachine } from '../run-document/run-document.js';
import { formatBytes, GIB_BYTES } from '../units.js';
import { counted } from './figures.js';

/** A machine in a line. */
export function hostLine({ name, topology, cores, cpus, memoryBytes }: RecordedMachine): string {
  const size = `${counted(cores, 'core')}, ${counted(cpus, 'CPU')}, ${formatBytes(memoryBytes)}`;
  return `machine ${name}: ${topology} (${size})`;
}

/** A machine, and how much of it is swept. */
interface SweptMachine {
  readonly machine: RecordedMachine;
  readonly total: { readonly regions: number };
}

/** The machine of a sweep and how much of it is swept, in a line. */
export function machineLine({ machine, total: { regions } }: SweptMachine): string {
  const leftBytes = (machine.regions - regions) * GIB_BYTES;
  const tail = leftBytes === 0 ? '' : `; the ${formatBytes(leftBytes)} above 2 TiB are never optimized`;
  return `${hostLine(machine)}, ${counted(regions, 'region')} swept${tail}`;
}

import { sizeText } from '../units.js';
import { type ReadSysfs, readHostCpus } from './host-cpus.js';
import { shapeOf } from './host-shape.js';
import { memorySpan } from './memory-span.js';

/** What a host tells of itself. */
export interface HostSources {
  /** Reads files of its sysfs. */
  readonly read: ReadSysfs;
  /** The beginning of /proc/cpuinfo; `null` where it is not at hand. */
  readonly cpuinfo: string | null;
  /** What `lsmem -J -b` prints; `null` where it prints nothing. */
  readonly lsmem: string | null;
}

/** A machine file of a host, and what could not be seen of it. */
export interface HostMachine {
  readonly yaml: string;
  readonly notes: readonly string[];
}

/**
 * Describes a Linux host as a machine file that takes its costs from another.
 * @param base the machine whose costs it takes
 * @throws InputError where the host does not tell its topology
 */
export function describeHost(base: string, { read, cpuinfo, lsmem }: HostSources): HostMachine {
  const { topology, notes } = shapeOf(readHostCpus(read, cpuinfo));
  const memory = lsmem === null ? null : memorySpan(lsmem);
  const all = [...notes, ...(memory?.notes ?? [NO_MEMORY])];
  const lines = [
    `# Written by rmpopt-bench machine init. Costs are those of ${base}; this host may have others.`,
    '# topology: sockets x L3 groups per socket x cores per L3 group x threads per core',
    '# memory: the span of physical addresses, which is what is swept',
    ...all.map((note) => `# Note: ${note}.`),
    `base: ${base}`,
    `topology: ${topology}`,
    memory === null ? '# memory: 2TiB' : `memory: ${sizeText(memory.memoryBytes)}`,
  ];
  return { yaml: lines.map((line) => `${line}\n`).join(''), notes: all };
}

const NO_MEMORY =
  'lsmem -J -b tells of no memory here: unless a line memory is added, that of the base is taken';

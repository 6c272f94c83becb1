import { describeFound, UnreadableValue } from '../errors.js';

/**
 * Sockets × last-level-cache (L3) groups × cores × SMT threads. Linux numbers all primary threads first, so CPU n below
 * `cores` is the primary thread of core n and its sibling is CPU n + cores. One NUMA node per socket.
 */
export interface Topology {
  readonly sockets: number;
  readonly l3GroupsPerSocket: number;
  readonly coresPerL3Group: number;
  readonly threadsPerCore: number;
  readonly l3Groups: number;
  readonly cores: number;
  readonly cpus: number;
}

/** Above what any x86 host has. The regions of every socket are told apart, so that time grows with the square of their number. */
const SOCKETS_MAX = 64;
/** Well above the 8192 CPUs Linux can be built for. */
const CPUS_MAX = 65_536;

function createTopology(
  sockets: number,
  l3GroupsPerSocket: number,
  coresPerL3Group: number,
  threadsPerCore: number,
): Topology {
  const l3Groups = sockets * l3GroupsPerSocket;
  const cores = l3Groups * coresPerL3Group;
  const cpus = cores * threadsPerCore;
  return { sockets, l3GroupsPerSocket, coresPerL3Group, threadsPerCore, l3Groups, cores, cpus };
}

/**
 * Reads `2x8x32x2`: sockets × L3 groups per socket × cores per group × threads per core.
 * @throws UnreadableValue
 */
export function parseTopology(text: string): Topology {
  const match = /^(\d{1,6})x(\d{1,6})x(\d{1,6})x(\d{1,6})$/i.exec(text.trim());
  const counts = match?.slice(1).map(Number) ?? [];
  const [sockets = 0, l3Groups = 0, cores = 0, threads = 0] = counts;
  if (counts.length === 0 || counts.includes(0)) {
    throw new UnreadableValue(
      'sockets x L3 groups x cores x threads, each at least 1, such as 2x8x32x2',
      describeFound(text),
    );
  }
  const topology = createTopology(sockets, l3Groups, cores, threads);
  if (topology.cpus > CPUS_MAX) {
    throw new UnreadableValue(`at most ${CPUS_MAX} CPUs`, `${topology.cpus} CPUs in ${describeFound(text)}`);
  }
  if (sockets > SOCKETS_MAX) {
    throw new UnreadableValue(`at most ${SOCKETS_MAX} sockets`, `${sockets} in ${describeFound(text)}`);
  }
  return topology;
}

export function formatTopology(topology: Topology): string {
  const { sockets, l3GroupsPerSocket, coresPerL3Group, threadsPerCore } = topology;
  return [sockets, l3GroupsPerSocket, coresPerL3Group, threadsPerCore].join('x');
}

export function coreOfCpu(topology: Topology, cpu: number): number {
  return cpu % topology.cores;
}

export function l3GroupOfCore(topology: Topology, core: number): number {
  return Math.floor(core / topology.coresPerL3Group);
}

export function socketOfL3Group(topology: Topology, l3Group: number): number {
  return Math.floor(l3Group / topology.l3GroupsPerSocket);
}

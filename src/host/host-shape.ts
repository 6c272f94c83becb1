import { groupBy } from '../group-by.js';
import type { HostCpu, HostCpus } from './host-cpus.js';

/** The shape of a host as machine files have it, and what of the host it does not show. */
export interface HostShape {
  /** Sockets x L3 groups per socket x cores per L3 group x threads per core. */
  readonly topology: string;
  readonly notes: readonly string[];
}

/** The shape that most of a host has: where parts of it are offline or differ, notes say so. */
export function shapeOf({ online, present, smt, hypervisor }: HostCpus): HostShape {
  const sockets = [...groupBy(online, ({ socket }) => socket).values()];
  const groups = sockets.flatMap((cpus) => [...groupBy(cpus, l3Of).values()]);
  const cores = [...groupBy(online, ({ core }) => core).values()];
  const perSocket = countsOf(sockets, l3Of);
  const perGroup = countsOf(groups, ({ core }) => core);
  const perCore = cores.map(({ length }) => length);
  const shape = [sockets.length, mostCommon(perSocket), mostCommon(perGroup), mostCommon(perCore)] as const;
  const cpus = shape.reduce((product, count) => product * count, 1);
  const uneven = [
    unevenNote('sockets', perSocket, 'L3 groups'),
    unevenNote('L3 groups', perGroup, 'cores'),
    unevenNote('cores', perCore, 'threads online'),
  ];
  const notes = [
    hypervisor === null
      ? null
      : `this is a virtual machine (${hypervisor}): it shows what its hypervisor lets it see`,
    online.some(({ l3 }) => l3 === null)
      ? 'no L3 cache is described, as in many virtual machines: one L3 group per socket is assumed'
      : null,
    offlineNote(online.length, present, smt),
    ...uneven,
    cpus === online.length ? null : `this file describes ${cpus} CPUs, of which ${online.length} are online`,
    cpus === online.length && !isNumberedAlike(online, shape)
      ? 'CPUs are numbered otherwise than in the simulation, where threads n and n + cores share a core: CPU numbers of reports are not those of this host'
      : null,
  ];
  return { topology: shape.join('x'), notes: notes.filter((note) => note !== null) };
}

/** What a CPU shares its L3 with; without that data, its socket. */
function l3Of({ l3, socket }: HostCpu): string {
  return l3 === null ? `socket ${socket}` : String(l3);
}

/** In each group, how many different values there are. */
function countsOf(
  groups: readonly (readonly HostCpu[])[],
  keyOf: (cpu: HostCpu) => string | number,
): number[] {
  return groups.map((cpus) => new Set(cpus.map(keyOf)).size);
}

/** Of equally common counts the largest: what is missing is more likely offline than what is there is too much. */
function mostCommon(counts: readonly number[]): number {
  const ranked = [...groupBy(counts, (count) => count)].sort(
    ([a, as], [b, bs]) => bs.length - as.length || b - a,
  );
  return ranked[0]?.[0] ?? 1;
}

function unevenNote(of: string, counts: readonly number[], what: string): string | null {
  const byCount = [...groupBy(counts, (count) => count)].sort(([a], [b]) => a - b);
  if (byCount.length < 2) return null;
  const parts = byCount.map(([count, own]) => `${own.length} with ${count}`);
  return `${of} differ in their ${what}: ${parts.join(', ')}; ${mostCommon(counts)} is written`;
}

function offlineNote(online: number, present: number | null, smt: string | null): string | null {
  const isSmtOff = smt === 'off' || smt === 'forceoff';
  const offline = (present ?? online) - online;
  if (offline <= 0) return isSmtOff ? 'SMT is off: one thread per core is written' : null;
  const why = isSmtOff ? ', SMT being off' : '';
  return `${offline} of ${present} CPUs ${offline === 1 ? 'is' : 'are'} offline${why}: their place in the topology is not visible`;
}

/** Whether CPU n runs on core n % cores, and cores that follow each other share an L3 group, as Linux numbers them on most hosts. */
function isNumberedAlike(
  online: readonly HostCpu[],
  [sockets, perSocket, perGroup]: readonly [number, number, number, number],
): boolean {
  const cores = sockets * perSocket * perGroup;
  const placeOf = (core: number) => core - (core % perGroup);
  return online.every(
    ({ cpu, core, l3 }) => core === cpu % cores && (l3 === null || l3 === placeOf(cpu % cores)),
  );
}

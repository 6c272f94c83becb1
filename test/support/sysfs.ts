import { GIB_BYTES } from '../../src/units.js';

interface SysfsChoice {
  readonly offline: readonly number[];
  readonly hasL3: boolean;
  readonly smt: string;
}

/**
 * The files of sysfs that tell of the CPUs of a host, numbered as Linux does: first one thread of each core, then the others.
 * @param shape sockets, L3 groups per socket, cores per L3 group, threads per core
 */
export function sysfsFiles(
  [sockets, groupsPerSocket, coresPerGroup, threads]: readonly [number, number, number, number],
  { offline, hasL3, smt }: SysfsChoice,
): Map<string, string> {
  const cores = sockets * groupsPerSocket * coresPerGroup;
  const all = Array.from({ length: cores * threads }, (_, cpu) => cpu);
  const online = all.filter((cpu) => !offline.includes(cpu));
  const groupOf = (cpu: number) => Math.floor((cpu % cores) / coresPerGroup);
  const files = new Map([
    ['devices/system/cpu/online', `${online.join(',')}\n`],
    ['devices/system/cpu/present', `0-${all.length - 1}\n`],
    ['devices/system/cpu/smt/control', `${smt}\n`],
  ]);
  for (const cpu of online) {
    const folder = `devices/system/cpu/cpu${cpu}`;
    const alike = (keyOf: (other: number) => number) =>
      `${online.filter((other) => keyOf(other) === keyOf(cpu)).join(',')}\n`;
    files.set(`${folder}/topology/physical_package_id`, `${Math.floor(groupOf(cpu) / groupsPerSocket)}\n`);
    files.set(
      `${folder}/topology/thread_siblings_list`,
      alike((other) => other % cores),
    );
    if (hasL3) files.set(`${folder}/cache/index3/shared_cpu_list`, alike(groupOf));
  }
  return files;
}

/** What `lsmem -J -b` prints of ranges from one GiB to another. */
export function lsmemText(ranges: readonly (readonly [number, number])[]): string {
  const address = (gib: number) => `0x${(gib * GIB_BYTES).toString(16).padStart(16, '0')}`;
  const memory = ranges.map(([from, to]) => ({
    range: `${address(from)}-0x${(to * GIB_BYTES - 1).toString(16).padStart(16, '0')}`,
    size: (to - from) * GIB_BYTES,
    state: 'online',
    removable: true,
    block: '0-1',
  }));
  return `${JSON.stringify({ memory }, null, 3)}\n`;
}

import { InputError } from '../errors.js';
import { parseCpuList } from './cpu-list.js';

/** Reads a file of sysfs by its path from the root of it; `null` where there is none, or it may not be read. */
export type ReadSysfs = (path: string) => string | null;

/** Where a CPU that is online stands. */
export interface HostCpu {
  readonly cpu: number;
  readonly socket: string;
  /** The lowest CPU of its core. */
  readonly core: number;
  /** The lowest CPU of its L3 group; `null` where the host does not say. */
  readonly l3: number | null;
}

/** What a host tells of its CPUs. */
export interface HostCpus {
  /** In their order. */
  readonly online: readonly HostCpu[];
  /** How many are present, online or not; `null` where the host does not say. */
  readonly present: number | null;
  /** `on`, `off`, `forceoff`, `notsupported`; `null` where the host does not say. */
  readonly smt: string | null;
  /** What a hypervisor calls itself; `null` where there is none, or none that tells. */
  readonly hypervisor: string | null;
}

const CPU_FOLDER = 'devices/system/cpu';

/** What to do where a host cannot be read. */
const BY_HAND =
  'A machine file is three lines, such as: base: posted-2p, topology: 2x8x32x2, memory: 2TiB. lscpu -e=CPU,SOCKET,CORE,CACHE tells the topology.';

/**
 * Reads sockets, cores, threads and L3 groups of a Linux host.
 * @throws InputError where it does not tell of them
 */
export function readHostCpus(read: ReadSysfs, cpuinfo: string | null): HostCpus {
  const online = listIn(`${CPU_FOLDER}/online`, read);
  if (online === null || online.length === 0) throw noTopology(`${CPU_FOLDER}/online`);
  return {
    online: online.map((cpu) => readCpu(cpu, read)),
    present: listIn(`${CPU_FOLDER}/present`, read)?.length ?? null,
    smt: read(`${CPU_FOLDER}/smt/control`)?.trim() ?? null,
    hypervisor: readHypervisor(read, cpuinfo),
  };
}

function readCpu(cpu: number, read: ReadSysfs): HostCpu {
  const folder = `${CPU_FOLDER}/cpu${cpu}`;
  const socket = read(`${folder}/topology/physical_package_id`)?.trim();
  if (socket === undefined || socket === '') throw noTopology(`${folder}/topology/physical_package_id`);
  // Kernels from 5.3 on have both names.
  const siblings =
    listIn(`${folder}/topology/thread_siblings_list`, read) ??
    listIn(`${folder}/topology/core_cpus_list`, read);
  if (siblings === null) throw noTopology(`${folder}/topology/thread_siblings_list`);
  const l3 = listIn(`${folder}/cache/index3/shared_cpu_list`, read);
  return { cpu, socket, core: lowest(siblings, cpu), l3: l3 === null ? null : lowest(l3, cpu) };
}

function lowest(cpus: readonly number[], cpu: number): number {
  return cpus.reduce((least, one) => Math.min(least, one), cpu);
}

function listIn(path: string, read: ReadSysfs): number[] | null {
  const text = read(path);
  return text === null ? null : parseCpuList(text);
}

/** Names that hypervisors give the machines they make. */
const HYPERVISORS =
  /qemu|kvm|xen|vmware|virtual machine|virtualbox|bochs|amazon ec2|google compute|openstack/i;

/** Virtual machines say so by a name, or by a flag that every CPU of theirs has. */
function readHypervisor(read: ReadSysfs, cpuinfo: string | null): string | null {
  const names = ['class/dmi/id/sys_vendor', 'class/dmi/id/product_name'].map(
    (path) => read(path)?.trim() ?? '',
  );
  const name = names.filter(Boolean).join(' ');
  if (HYPERVISORS.test(name)) return name;
  return /^flags\s*:.*\bhypervisor\b/m.test(cpuinfo ?? '') ? 'its CPUs have the flag hypervisor' : null;
}

function noTopology(path: string): InputError {
  const expected = 'a Linux host that tells its topology in sysfs';
  const problem = { where: 'machine init', expected, found: `none in ${path}`, hint: BY_HAND };
  return new InputError([problem]);
}

import { type Columns, NOTE_COLUMNS } from './columns.js';

export const PROBE_SCHEMA = 'rmpopt-bench/probe/2';

/** What names a sweep of the probe. */
const SWEEP_COLUMNS = {
  run: { kind: 'integer', says: 'number of the request, from 1, in the order of the file' },
  sweep: { kind: 'integer', says: 'number of the sweep among those of its request, from 1' },
} as const satisfies Columns;

/** Row per sweep: what was asked for, and how long it took. Figures of rounds are `null` where calls went out one by one. */
export const PROBE_COLUMNS = {
  ...SWEEP_COLUMNS,
  host: { kind: 'integer', says: 'number of the row in hosts, from 1' },
  op: {
    kind: 'text',
    says: 'what each CPU did for each region: none, atomic, clock, or rmpopt where it was emulated',
  },
  strategy: { kind: 'text', says: 'local-first, broadcast or serial' },
  threads: { kind: 'text', says: 'primary (one thread per core) or all' },
  regions: { kind: 'integer', says: 'rounds, and before them turns of the local loop' },
  targets: { kind: 'integer', says: 'CPUs that were called, without the sender' },
  nearTargets: { kind: 'integer', says: "those of them on the sender's socket" },
  order: {
    kind: 'text',
    says: 'which CPUs were taken first: compact, the near ones, or spread, the far ones',
  },
  senderCpu: { kind: 'integer', says: 'CPU that ran the loop' },
  guests: { kind: 'text', says: 'yes where vCPUs were said to run on the targets' },
  noidle: { kind: 'text', says: 'yes where CPUs were kept out of idle states' },
  emulated: { kind: 'text', says: 'yes where a test build emulated RMPOPT: its times mean nothing' },
  isComplete: {
    kind: 'text',
    says: 'yes if every line of the sweep is there and none contradicts another; else no',
  },
  localNs: { kind: 'integer', says: 'middle - start' },
  remoteNs: { kind: 'integer', says: 'end - middle' },
  optimized: { kind: 'integer', says: 'RMPOPTs of the local loop with CF = 1' },
  roundMinNs: { kind: 'integer?', says: 'one round, from the call to the return, least' },
  roundMedianNs: { kind: 'integer?', says: 'median of the same' },
  roundMeanNs: { kind: 'integer?', says: 'mean of the same' },
  roundP99Ns: { kind: 'integer?', says: '99th percentile of the same' },
  roundMaxNs: { kind: 'integer?', says: 'most of the same' },
  firstEntryNs: { kind: 'integer?', says: 'from the call to the first CPU that enters its callback, median' },
  lastEntryNs: { kind: 'integer?', says: 'from the call to the last CPU that enters, median' },
  lastExitNs: { kind: 'integer?', says: 'from the call to the last CPU that leaves its callback, median' },
  returnNs: { kind: 'integer?', says: 'from the call to the return, median' },
  backwards: { kind: 'integer?', says: 'stamps of targets outside of their round: TSCs disagree' },
} as const satisfies Columns;

/** Row per sweep and CPU that was called. */
export const PROBE_CPU_COLUMNS = {
  ...SWEEP_COLUMNS,
  cpu: { kind: 'integer', says: "Linux' number of the CPU" },
  place: { kind: 'text', says: "near: on the sender's socket; far: on another; self: the sender" },
  inCallsNs: { kind: 'integer', says: 'time in its callbacks' },
  calls: { kind: 'integer', says: 'callbacks it ran' },
  longestNs: { kind: 'integer', says: 'longest of them' },
  optimized: { kind: 'integer', says: 'RMPOPTs of its callbacks with CF = 1' },
  entryMedianNs: { kind: 'integer', says: 'from the start of a round to its entry, median' },
} as const satisfies Columns;

/** Row per call, where they were asked for. */
export const PROBE_CALL_COLUMNS = {
  ...SWEEP_COLUMNS,
  region: { kind: 'integer', says: 'number of the region, from 0' },
  cpu: PROBE_CPU_COLUMNS.cpu,
  entryCycles: { kind: 'integer', says: "the CPU's TSC as it entered the callback" },
  exitCycles: { kind: 'integer', says: 'as it left it' },
} as const satisfies Columns;

/** Row per host, as its kernel sees it; where CPUs go on- or offline it is another one. */
export const PROBE_HOST_COLUMNS = {
  kernel: { kind: 'text', says: 'release of the kernel' },
  model: { kind: 'text', says: 'name of the CPU' },
  sockets: { kind: 'integer', says: 'sockets with CPUs online' },
  l3Groups: { kind: 'integer', says: 'groups of CPUs that share an L3 cache' },
  cores: { kind: 'integer', says: 'cores with CPUs online' },
  cpus: { kind: 'integer', says: 'logical CPUs online' },
  cpusPresent: { kind: 'integer', says: 'logical CPUs present, online or not' },
  nodes: { kind: 'integer', says: 'NUMA nodes' },
  tscKhz: { kind: 'integer', says: 'rate of the TSC' },
  tsc: { kind: 'text', says: 'stable, or unstable where the kernel does not trust it' },
  snp: { kind: 'text', says: 'yes where SNP is enabled' },
  virtual: { kind: 'text', says: 'yes in a virtual machine' },
} as const satisfies Columns;

/** Every table of the document, by name. */
export const PROBE_TABLES = {
  hosts: PROBE_HOST_COLUMNS,
  results: PROBE_COLUMNS,
  cpus: PROBE_CPU_COLUMNS,
  calls: PROBE_CALL_COLUMNS,
  notes: NOTE_COLUMNS,
} as const satisfies Readonly<Record<string, Columns>>;

import { type Columns, NOTE_COLUMNS } from './columns.js';

export const PROBE_SCHEMA = 'rmpopt-bench/probe/2';

/** What names a sweep of the probe. */
const SWEEP_COLUMNS = {
  run: { kind: 'integer', says: 'number of the request, from 1, in the order of the file' },
  sweep: { kind: 'integer', says: 'number of the sweep in its request, from 1' },
} as const satisfies Columns;

/** Row per sweep: what was asked for, and how long it took. Figures of rounds are `null` where calls went out one by one. */
export const PROBE_COLUMNS = {
  ...SWEEP_COLUMNS,
  host: { kind: 'integer', says: 'number of the row in hosts, from 1' },
  op: {
    kind: 'text',
    says: 'what each CPU did for each region: none, atomic, clock, or rmpopt (only emulated; sweeps of RMPOPT are run documents)',
  },
  strategy: { kind: 'text', says: 'local-first, broadcast or serial' },
  threads: { kind: 'text', says: 'primary (one thread per core) or all' },
  regions: { kind: 'integer', says: 'number of rounds, and of iterations of the local loop before them' },
  targets: { kind: 'integer', says: 'CPUs that were called, without the sender' },
  nearTargets: { kind: 'integer', says: 'called CPUs on the socket of the sender' },
  order: {
    kind: 'text',
    says: 'which CPUs were chosen first: compact (near the sender) or spread (far from it)',
  },
  senderCpu: { kind: 'integer', says: 'CPU that ran the loop' },
  guests: { kind: 'text', says: 'yes if the user said that vCPUs run on the targets' },
  noidle: { kind: 'text', says: 'yes if CPUs were kept out of idle states' },
  emulated: { kind: 'text', says: 'yes if a test build emulated RMPOPT, so that its times mean nothing' },
  isComplete: {
    kind: 'text',
    says: 'yes if no line of the sweep is missing or contradicts another, otherwise no',
  },
  localNs: { kind: 'integer', says: 'time of the local loop: middle - start' },
  remoteNs: { kind: 'integer', says: 'time of the rounds or calls: end - middle' },
  optimized: { kind: 'integer', says: 'RMPOPTs of the local loop that succeeded (CF = 1)' },
  roundMinNs: { kind: 'integer?', says: 'least time of a round, from its start to the return' },
  roundMedianNs: { kind: 'integer?', says: 'median time of a round, from its start to the return' },
  roundMeanNs: { kind: 'integer?', says: 'mean time of a round, from its start to the return' },
  roundP99Ns: {
    kind: 'integer?',
    says: '99th percentile of the time of a round, from its start to the return',
  },
  roundMaxNs: { kind: 'integer?', says: 'most time of a round, from its start to the return' },
  firstEntryNs: {
    kind: 'integer?',
    says: 'median time from the start of the round to the first CPU that enters its callback',
  },
  lastEntryNs: {
    kind: 'integer?',
    says: 'median time from the start of the round to the last CPU that enters its callback',
  },
  lastExitNs: {
    kind: 'integer?',
    says: 'median time from the start of the round to the last CPU that leaves its callback',
  },
  returnNs: { kind: 'integer?', says: 'median time from its start to the return' },
  backwards: {
    kind: 'integer?',
    says: 'time stamps of targets outside their round, a sign that TSCs disagree',
  },
} as const satisfies Columns;

/** Row per sweep and CPU that was called. */
export const PROBE_CPU_COLUMNS = {
  ...SWEEP_COLUMNS,
  cpu: { kind: 'integer', says: 'number of the CPU in Linux' },
  place: {
    kind: 'text',
    says: 'near (on the socket of the sender), far (on another socket), or self (the sender)',
  },
  inCallsNs: { kind: 'integer', says: 'time in callbacks' },
  calls: { kind: 'integer', says: 'callbacks that the CPU ran' },
  longestNs: { kind: 'integer', says: 'longest time in one callback' },
  optimized: { kind: 'integer', says: 'RMPOPTs in callbacks that succeeded (CF = 1)' },
  entryMedianNs: { kind: 'integer', says: 'median time from the start of the round to the entry of the CPU' },
} as const satisfies Columns;

/** Row per call, where they were asked for. */
export const PROBE_CALL_COLUMNS = {
  ...SWEEP_COLUMNS,
  region: { kind: 'integer', says: 'number of the region, from 0' },
  cpu: PROBE_CPU_COLUMNS.cpu,
  entryCycles: { kind: 'integer', says: 'TSC of the CPU when it entered the callback' },
  exitCycles: { kind: 'integer', says: 'TSC of the CPU when it left the callback' },
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
  tsc: { kind: 'text', says: 'stable, or unstable if the kernel does not trust it' },
  snp: { kind: 'text', says: 'yes if SNP is enabled' },
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

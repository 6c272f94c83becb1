import { CHANGE_COLUMNS, type Columns, RESULT_COLUMNS } from './columns.js';

export const CHURN_SCHEMA = 'rmpopt-bench/churn/2';

/** What names a way to sweep a living host, in the order of the columns. */
export const REGIME_COLUMNS = {
  scenario: RESULT_COLUMNS.scenario,
  policy: { kind: 'text', says: 'when the host is swept after guests have left' },
  delayNs: { kind: 'integer', says: 'how long the policy waits; 0 under immediate and after-conversion' },
  maxWaitNs: { kind: 'integer?', says: 'the bound of max-wait from the first exit on; null for others' },
  window: { kind: 'text', says: 'low or node: where the 2 TiB begin that a core can optimize' },
  variation: RESULT_COLUMNS.variation,
  mapping: RESULT_COLUMNS.mapping,
  strategy: RESULT_COLUMNS.strategy,
  threads: RESULT_COLUMNS.threads,
  hypothesis: RESULT_COLUMNS.hypothesis,
  machine: RESULT_COLUMNS.machine,
  seed: RESULT_COLUMNS.seed,
} as const satisfies Columns;

/** Row per policy, delay, window and hypothesis: what became of the host. */
export const CHURN_COLUMNS = {
  ...REGIME_COLUMNS,
  topology: RESULT_COLUMNS.topology,
  memoryBytes: RESULT_COLUMNS.memoryBytes,
  regions: { kind: 'integer', says: '1 GiB regions a sweep covers' },
  cpus: RESULT_COLUMNS.cpus,
  durationNs: { kind: 'integer', says: 'how long the host was watched' },
  launches: { kind: 'integer', says: 'guests launched, those there from the start included' },
  exits: { kind: 'integer', says: 'guests that left' },
  turnedAway: { kind: 'integer', says: 'arrivals that found no room' },
  sweeps: {
    kind: 'integer',
    says: 'sweeps that started; the one at boot is not counted, the last may end later',
  },
  idleSweeps: { kind: 'integer', says: 'of these, sweeps before which no region was waiting' },
  futileSweeps: { kind: 'integer', says: 'of these, sweeps that found nothing new: no core gained a region' },
  missedRegions: {
    kind: 'integer',
    says: 'regions that sweeps missed, counted for each: all guests that held them had ended before it, but their memory had not come back, so that some core lacks the bit',
  },
  rounds: { kind: 'integer', says: 'rounds of IPIs (serial: calls) in them' },
  issued: { kind: 'integer', says: 'RMPOPTs in them' },
  optimized: { kind: 'integer', says: 'of these, CF = 1' },
  ipis: { kind: 'integer', says: 'targets x rounds' },
  elapsedNs: { kind: 'integer', says: 'of all sweeps together' },
  elapsedLowNs: {
    kind: 'integer?',
    says: '9 in 10 times all sweeps together should take from this; null where there is no range',
  },
  elapsedHighNs: { kind: 'integer?', says: 'and to this' },
  rangeOver: RESULT_COLUMNS.rangeOver,
  longestSweepNs: { kind: 'integer', says: 'the longest of them' },
  cpuTimeNs: {
    kind: 'integer',
    says: 'time inside RMPOPT of all CPUs, queueing included; the CPU that runs the loop spins, so for it elapsedNs',
  },
  conversionNs: {
    kind: 'integer',
    says: 'CPU time that giving back the memory of guests takes, apart from cpuTimeNs; what outlasts the watch is counted whole',
  },
  guestIpis: { kind: 'integer', says: 'IPIs of rounds during which a guest ran' },
  guestInRmpoptNs: {
    kind: 'integer',
    says: 'time inside RMPOPT, interrupts off, of the CPUs that do not run the sweep, in these rounds',
  },
  guestTakenNs: {
    kind: 'integer',
    says: 'what guests lose to these rounds if each of these CPUs runs a vCPU: guestInRmpoptNs, and guestExitNs for each of guestIpis',
  },
  longestInterruptNs: {
    kind: 'integer',
    says: 'longest single stretch inside RMPOPT on one of the CPUs that do not run the sweep, in any round',
  },
  postponements: { kind: 'integer', says: 'how often an exit put a pending sweep off' },
  longestWaitNs: {
    kind: 'integer',
    says: 'longest time from an exit to the end of the sweep that followed it, or where none did to the end of the watch',
  },
  exitsUnswept: { kind: 'integer', says: 'exits whose sweep had not started when the watch ended' },
  unsweptSinceNs: { kind: 'integer?', says: 'time of the first of them; null where there is none' },
  freeRegionS: { kind: 'number', says: 'region-seconds in which a region had no assigned page' },
  waitingRegionS: {
    kind: 'number',
    says: 'of these, not yet optimized on every core whose window holds the region',
  },
  missedRegionS: {
    kind: 'number',
    says: 'of these, since the end of a sweep that missed the region, or since its last page came back',
  },
  outsideRegionS: { kind: 'number', says: "of these, in no core's window: never optimized" },
  optimizedShare: {
    kind: 'ratio',
    says: 'share of cores on which a free region was optimized, mean over the time regions were free',
  },
  ownNodeShare: { kind: 'ratio', says: "the same over the cores of the region's own node" },
  origin: RESULT_COLUMNS.origin,
} as const satisfies Columns;

/** Row per launch, exit and guest turned away; the same for every policy. */
const CHURN_EVENT_COLUMNS = {
  scenario: RESULT_COLUMNS.scenario,
  mapping: RESULT_COLUMNS.mapping,
  seed: RESULT_COLUMNS.seed,
  atNs: { kind: 'integer', says: 'when, from the start of the watch' },
  event: {
    kind: 'text',
    says: 'assign (pages of an each entry), launch, turned-away, exit, free (all) or converted (the last page of a guest has come back)',
  },
  guest: CHANGE_COLUMNS.guest,
  sizeBytes: CHANGE_COLUMNS.sizeBytes,
  pageMapping: CHANGE_COLUMNS.pageMapping,
  placement: CHANGE_COLUMNS.placement,
  exits: { kind: 'integer', says: 'guests that left' },
  regionsReached: CHANGE_COLUMNS.regionsReached,
  rmpUpdates: CHANGE_COLUMNS.rmpUpdates,
  conversionNs: {
    kind: 'integer?',
    says: 'CPU time that giving the pages back takes from then on; null where none are given back',
  },
  guests: { kind: 'integer', says: 'guests that run afterwards' },
  converting: { kind: 'integer', says: 'guests that have ended and whose pages have not all come back' },
  assignedRegions: { kind: 'integer', says: 'regions of the host with an assigned page afterwards' },
  reason: { kind: 'text', says: 'why a guest was turned away, else empty' },
} as const satisfies Columns;

/** Row per moment at which the number of regions with an assigned page changed; the same for every policy. */
const CHURN_ASSIGNED_COLUMNS = {
  scenario: RESULT_COLUMNS.scenario,
  mapping: RESULT_COLUMNS.mapping,
  seed: RESULT_COLUMNS.seed,
  atNs: CHURN_EVENT_COLUMNS.atNs,
  assignedRegions: { kind: 'integer', says: 'regions of the host with an assigned page from here on' },
} as const satisfies Columns;

/** Row per sweep under the delay asked for. */
const CHURN_SWEEP_COLUMNS = {
  ...REGIME_COLUMNS,
  startNs: { kind: 'integer', says: 'when it started, from the start of the watch' },
  elapsedNs: { kind: 'integer', says: 'how long it took' },
  firstExitNs: { kind: 'integer', says: 'the exit that asked for it first' },
  exits: { kind: 'integer', says: 'exits that had asked for it' },
  postponements: { kind: 'integer', says: 'how often later exits had put it off' },
  waitingRegions: {
    kind: 'integer',
    says: 'free regions not optimized on every core that could, before it',
  },
  newRegions: { kind: 'integer', says: 'regions that some core gained by it' },
  missedRegions: { kind: 'integer', says: 'regions it missed, as in results' },
} as const satisfies Columns;

/** Row per moment at which waiting regions were counted, under the delay asked for: after a change of memory, and after a sweep. */
const CHURN_WAITING_COLUMNS = {
  ...REGIME_COLUMNS,
  atNs: CHURN_EVENT_COLUMNS.atNs,
  waitingRegions: {
    kind: 'integer',
    says: 'free regions not optimized on every core that could, from here on; during a sweep they become fewer, so that the area under them is more than waitingRegionS',
  },
} as const satisfies Columns;

/** Row per figure of a row of results, where there are several histories. */
const CHURN_SEED_COLUMNS = {
  ...REGIME_COLUMNS,
  figure: { kind: 'text', says: 'the column of results' },
  runs: { kind: 'integer', says: 'histories, with the seeds from seed on' },
  low: { kind: 'number', says: '5 % bound over them: of seeds alone, not of costs' },
  median: { kind: 'number', says: 'median over them' },
  high: { kind: 'number', says: '95 % bound' },
} as const satisfies Columns;

/** The tables of a churn document. */
export const CHURN_TABLES = {
  results: CHURN_COLUMNS,
  seeds: CHURN_SEED_COLUMNS,
  events: CHURN_EVENT_COLUMNS,
  assigned: CHURN_ASSIGNED_COLUMNS,
  sweeps: CHURN_SWEEP_COLUMNS,
  waiting: CHURN_WAITING_COLUMNS,
} as const;

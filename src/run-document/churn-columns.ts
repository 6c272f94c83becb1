import { CHANGE_COLUMNS, type Columns, RESULT_COLUMNS } from './columns.js';

export const CHURN_SCHEMA = 'rmpopt-bench/churn/2';

/** What names a way to sweep a living host, in the order of the columns. */
export const REGIME_COLUMNS = {
  scenario: RESULT_COLUMNS.scenario,
  policy: { kind: 'text', says: 'policy that starts sweeps after guests exit (docs/churn.md)' },
  delayNs: { kind: 'integer', says: 'time from an exit to its sweep; 0 with immediate and after-conversion' },
  maxWaitNs: {
    kind: 'integer?',
    says: 'with max-wait, the longest time from the first exit to the sweep; otherwise null',
  },
  window: {
    kind: 'text',
    says: 'where the 2 TiB begin that a core can optimize: low (at address 0) or node (at the memory of its node)',
  },
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
  regions: { kind: 'integer', says: '1 GiB regions that a sweep covers' },
  cpus: RESULT_COLUMNS.cpus,
  durationNs: { kind: 'integer', says: 'simulated time' },
  launches: { kind: 'integer', says: 'guests that were launched, with those that run at the start' },
  exits: { kind: 'integer', says: 'guests that exited' },
  turnedAway: { kind: 'integer', says: 'guests that arrived and found no room' },
  sweeps: {
    kind: 'integer',
    says: 'sweeps that started within the simulated time; without the sweep at boot',
  },
  idleSweeps: { kind: 'integer', says: 'sweeps that started when no region was waiting' },
  futileSweeps: { kind: 'integer', says: 'sweeps in which no core gained a region' },
  missedRegions: {
    kind: 'integer',
    says: 'regions that a sweep missed, summed over sweeps: left unoptimized on some core because the memory of a guest that had exited was not all back',
  },
  rounds: { kind: 'integer', says: 'rounds of IPIs in all sweeps; in serial sweeps, calls' },
  issued: { kind: 'integer', says: 'RMPOPTs issued in all sweeps' },
  optimized: { kind: 'integer', says: 'RMPOPTs that succeeded (CF = 1)' },
  ipis: { kind: 'integer', says: 'IPIs sent: target CPUs x rounds' },
  elapsedNs: { kind: 'integer', says: 'elapsed time of all sweeps together' },
  elapsedLowNs: {
    kind: 'integer?',
    says: 'low end of the 90% range of elapsedNs, which should hold 9 in 10 measurements; null without a range',
  },
  elapsedHighNs: { kind: 'integer?', says: 'high end of the 90% range of elapsedNs; null without a range' },
  rangeOver: RESULT_COLUMNS.rangeOver,
  longestSweepNs: { kind: 'integer', says: 'elapsed time of the longest sweep' },
  cpuTimeNs: {
    kind: 'integer',
    says: 'time of all CPUs inside RMPOPT, queueing included; of the CPU that runs the loop elapsedNs, because it spins',
  },
  conversionNs: {
    kind: 'integer',
    says: 'CPU time to give back the memory of guests that exited, not part of cpuTimeNs; counted in full even if it ends after the simulated time',
  },
  guestIpis: { kind: 'integer', says: 'IPIs in rounds that ran while a guest ran' },
  guestInRmpoptNs: {
    kind: 'integer',
    says: 'time inside RMPOPT, with interrupts off, of the remote CPUs in rounds that ran while a guest ran',
  },
  guestTakenNs: {
    kind: 'integer',
    says: 'time that guests lose if each remote CPU runs a vCPU: guestInRmpoptNs + guestIpis x guestExitNs',
  },
  longestInterruptNs: RESULT_COLUMNS.longestInterruptNs,
  postponements: { kind: 'integer', says: 'exits that postponed a pending sweep' },
  longestWaitNs: {
    kind: 'integer',
    says: 'longest time from an exit to the end of the next sweep, or to the end of the simulated time if no sweep followed',
  },
  exitsUnswept: {
    kind: 'integer',
    says: 'exits whose sweep had not started at the end of the simulated time',
  },
  unsweptSinceNs: { kind: 'integer?', says: 'time of the first exit of exitsUnswept; null without one' },
  freeRegionS: {
    kind: 'number',
    says: 'region-seconds (seconds summed over regions) in which a region had no assigned page',
  },
  waitingRegionS: {
    kind: 'number',
    says: 'region-seconds of freeRegionS in which some core whose window holds the region had not optimized it',
  },
  missedRegionS: {
    kind: 'number',
    says: 'region-seconds of waitingRegionS after a sweep missed the region',
  },
  outsideRegionS: {
    kind: 'number',
    says: "region-seconds of freeRegionS in which the region was in no core's window, so that it is never optimized",
  },
  optimizedShare: {
    kind: 'ratio',
    says: 'share of cores on which a free region was optimized, mean over freeRegionS',
  },
  ownNodeShare: {
    kind: 'ratio',
    says: 'share of the cores of its own node on which a free region was optimized, mean over freeRegionS',
  },
  origin: RESULT_COLUMNS.origin,
} as const satisfies Columns;

/** Row per launch, exit and guest turned away; the same for every policy. */
const CHURN_EVENT_COLUMNS = {
  scenario: RESULT_COLUMNS.scenario,
  mapping: RESULT_COLUMNS.mapping,
  seed: RESULT_COLUMNS.seed,
  atNs: { kind: 'integer', says: 'simulated time, from 0' },
  event: {
    kind: 'text',
    says: 'assign (pages of an each entry), launch, turned-away, exit, free (all), or converted (the last page of a guest was given back)',
  },
  guest: CHANGE_COLUMNS.guest,
  sizeBytes: CHANGE_COLUMNS.sizeBytes,
  pageMapping: CHANGE_COLUMNS.pageMapping,
  placement: CHANGE_COLUMNS.placement,
  exits: { kind: 'integer', says: 'guests that exited' },
  regionsReached: CHANGE_COLUMNS.regionsReached,
  rmpUpdates: CHANGE_COLUMNS.rmpUpdates,
  conversionNs: {
    kind: 'integer?',
    says: 'CPU time to give the pages back, which starts with this event; null if no pages are given back',
  },
  guests: { kind: 'integer', says: 'guests that run after the event' },
  converting: { kind: 'integer', says: 'guests that exited and whose pages are not all given back' },
  assignedRegions: {
    kind: 'integer',
    says: 'regions with an assigned page, private or reserved, after the event',
  },
  reason: { kind: 'text', says: 'why a guest was turned away; otherwise empty' },
} as const satisfies Columns;

/** Row per moment at which the number of regions with an assigned page changed; the same for every policy. */
const CHURN_ASSIGNED_COLUMNS = {
  scenario: RESULT_COLUMNS.scenario,
  mapping: RESULT_COLUMNS.mapping,
  seed: RESULT_COLUMNS.seed,
  atNs: CHURN_EVENT_COLUMNS.atNs,
  assignedRegions: {
    kind: 'integer',
    says: 'regions with an assigned page, private or reserved, from this time on',
  },
} as const satisfies Columns;

/** Row per sweep under the delay asked for. */
const CHURN_SWEEP_COLUMNS = {
  ...REGIME_COLUMNS,
  startNs: { kind: 'integer', says: 'simulated time at which the sweep started' },
  elapsedNs: { kind: 'integer', says: 'elapsed time of the sweep' },
  firstExitNs: { kind: 'integer', says: 'simulated time of the first exit that asked for the sweep' },
  exits: { kind: 'integer', says: 'exits that asked for the sweep' },
  postponements: { kind: 'integer', says: 'exits that postponed the sweep' },
  waitingRegions: {
    kind: 'integer',
    says: 'free regions that some core whose window holds them has not optimized, before the sweep',
  },
  newRegions: { kind: 'integer', says: 'regions that some core gained in the sweep' },
  missedRegions: { kind: 'integer', says: 'regions that the sweep missed, as in results' },
} as const satisfies Columns;

/** Row per moment at which waiting regions were counted, under the delay asked for: after a change of memory, and after a sweep. */
const CHURN_WAITING_COLUMNS = {
  ...REGIME_COLUMNS,
  atNs: CHURN_EVENT_COLUMNS.atNs,
  waitingRegions: {
    kind: 'integer',
    says: 'free regions that some core whose window holds them has not optimized, from this time on; during a sweep the number is not updated, so the sum over time exceeds waitingRegionS',
  },
} as const satisfies Columns;

/** Row per figure of a row of results, where there are several histories. */
const CHURN_SEED_COLUMNS = {
  ...REGIME_COLUMNS,
  figure: { kind: 'text', says: 'column of results that the row is about' },
  runs: { kind: 'integer', says: 'number of histories, with seeds from seed on' },
  low: { kind: 'number', says: '5 % bound of the figure over the histories; costs are the same in all' },
  median: { kind: 'number', says: 'median of the figure over the histories' },
  high: { kind: 'number', says: '95 % bound of the figure over the histories' },
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

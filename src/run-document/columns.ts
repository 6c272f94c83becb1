export const RUN_SCHEMA = 'rmpopt-bench/run/2';

/** The parts of a sweep that a row may be of; the last is the sum of the others. */
export const PHASE_NAMES = ['local', 'remote', 'total'] as const;

/**
 * What a field holds: text, a phase, a whole number, a number as given, a ratio with up to 6 decimals, a difference in percent; with
 * a question mark `null` where there is nothing to say.
 */
type NumberKind = 'integer' | 'number' | 'ratio' | 'percent';
export type FieldKind = 'text' | 'phase' | NumberKind | `${NumberKind}?`;

export interface Column {
  readonly kind: FieldKind;
  readonly says: string;
}

export type Columns = Readonly<Record<string, Column>>;
export type FieldOf<K extends FieldKind> = K extends 'text'
  ? string
  : K extends 'phase'
    ? (typeof PHASE_NAMES)[number]
    : K extends `${string}?`
      ? number | null
      : number;
export type RowOf<C extends Columns> = { readonly [N in keyof C]: FieldOf<C[N]['kind']> };

/** What names a sweep, in the order of the columns. */
const SWEEP_COLUMNS = {
  scenario: { kind: 'text', says: 'name of the scenario, for a path the base name of the file' },
  state: { kind: 'text', says: 'name of the timed sweep, as its measure step has it' },
  variation: {
    kind: 'text',
    says: 'what --vary, --set, --scan and --batch changed beyond the other columns, such as batch=16;scan=4k',
  },
  mapping: { kind: 'text', says: '4k, 2m or 1g; mixed, or none where nothing is private' },
  strategy: { kind: 'text', says: 'who issues RMPOPT, how' },
  threads: { kind: 'text', says: 'primary (one thread per core) or all' },
  hypothesis: { kind: 'text', says: 'the parameter set' },
  machine: { kind: 'text', says: 'id of an entry of machines' },
} as const satisfies Columns;

/** What rows of results begin with, of whatever origin. */
const COMMON_RESULT_COLUMNS = {
  ...SWEEP_COLUMNS,
  topology: { kind: 'text', says: 'sockets x L3 groups per socket x cores per group x threads per core' },
  memoryBytes: { kind: 'integer', says: 'span of physical addresses that is swept' },
  regions: { kind: 'integer', says: '1 GiB regions that a sweep covers' },
  cpus: { kind: 'integer', says: 'logical CPUs of the host' },
  seed: { kind: 'integer', says: 'seed of random placements and of random costs' },
  run: { kind: 'integer', says: 'number of the repetition, from 1; of a log, number of the sweep' },
  phase: { kind: 'phase', says: 'local, remote or total; total is the sum of the other two' },
  elapsedNs: { kind: 'integer', says: 'local: middle - start; remote: end - middle; total: end - start' },
  elapsedLowNs: {
    kind: 'integer?',
    says: '90% range: 9 in 10 measurements should fall between this; null where there is no range',
  },
  elapsedHighNs: { kind: 'integer?', says: 'and this' },
  rangeOver: {
    kind: 'text',
    says: 'hypotheses that the range covers: all, or the names of those asked for, joined by +; empty without a range',
  },
  perCpuNs: {
    kind: 'integer?',
    says: "the seed mail's quantity: local elapsedNs; remote elapsedNs / remote CPUs; total null",
  },
  issued: { kind: 'integer', says: 'RMPOPTs issued in the phase' },
  optimized: { kind: 'integer', says: 'of these, CF = 1' },
  optimizedRegions: {
    kind: 'integer',
    says: 'of these, by the local CPU: the regions optimized on its core by the phase',
  },
  failed: { kind: 'integer', says: 'of the issued, CF = 0' },
  instructionMinNs: {
    kind: 'integer',
    says: 'shortest time inside one RMPOPT, queueing included; in remote and total over the remote CPUs',
  },
  instructionMeanNs: { kind: 'integer', says: 'mean of the same' },
  instructionMaxNs: { kind: 'integer', says: 'longest of the same' },
  ipis: { kind: 'integer', says: 'IPIs sent: targets x rounds; in a serial sweep calls to other CPUs' },
  cpuTimeNs: { kind: 'integer', says: "sum of inRmpoptNs over the phase's cpus rows" },
  peggedCpus: { kind: 'ratio', says: 'cpuTimeNs / elapsedNs' },
  inRmpoptMeanNs: {
    kind: 'integer',
    says: 'mean time in RMPOPT over the remote CPUs, queueing included (local row: of the local CPU)',
  },
} as const satisfies Columns;

/** What they end with. */
const LAST_RESULT_COLUMNS = {
  longestInterruptNs: { kind: 'integer', says: 'longest single stretch taken from a remote CPU' },
  origin: { kind: 'text', says: 'simulated or imported' },
  derived: {
    kind: 'text',
    says: 'of imported rows, the columns that were computed from what the log says, such as regions;elapsedNs',
  },
} as const satisfies Columns;

/** Row per scenario × variation × measure × run × phase. */
export const RESULT_COLUMNS = {
  ...COMMON_RESULT_COLUMNS,
  inRmpoptLowNs: {
    kind: 'integer?',
    says: 'the same of the CPU with the least, under arrivalOrder cpu or rotate, whichever gives less; null with --jitter but without --per-cpu',
  },
  inRmpoptHighNs: { kind: 'integer?', says: 'of the CPU with the most, whichever gives more' },
  ...LAST_RESULT_COLUMNS,
} as const satisfies Columns;

/** The rows of imported logs: the order in which CPUs were served is real there, so CPUs may be told apart. */
export const IMPORTED_RESULT_COLUMNS = {
  ...COMMON_RESULT_COLUMNS,
  fastestCpu: { kind: 'integer?', says: 'remote CPU with the least inRmpoptNs' },
  fastestNs: { kind: 'integer', says: 'its inRmpoptNs' },
  medianNs: { kind: 'integer', says: 'median inRmpoptNs over the remote CPUs, nearest rank' },
  p99Ns: { kind: 'integer', says: '99th percentile of the same, nearest rank' },
  slowestCpu: { kind: 'integer?', says: 'remote CPU with the most inRmpoptNs' },
  slowestNs: { kind: 'integer', says: 'its inRmpoptNs' },
  ...LAST_RESULT_COLUMNS,
  doubtful: {
    kind: 'text',
    says: 'the columns whose figures are doubtful, as messages are missing or the host was disturbed, such as instructionMeanNs; warnings say why',
  },
} as const satisfies Columns;

/** What rows of CPUs begin with, of whatever origin. */
const COMMON_CPU_COLUMNS = {
  ...SWEEP_COLUMNS,
  seed: COMMON_RESULT_COLUMNS.seed,
  run: COMMON_RESULT_COLUMNS.run,
  phase: COMMON_RESULT_COLUMNS.phase,
  cpu: { kind: 'integer', says: "Linux' number of the CPU" },
  core: { kind: 'integer', says: 'its core' },
  l3: { kind: 'integer', says: 'its L3 group' },
  node: { kind: 'integer', says: 'its NUMA node, which is its socket' },
  role: { kind: 'text', says: 'local (runs the loop) or remote' },
  issued: { kind: 'integer', says: 'RMPOPTs it issued' },
  optimized: { kind: 'integer', says: 'of these, CF = 1' },
  failed: { kind: 'integer', says: 'of these, CF = 0' },
  inRmpoptNs: {
    kind: 'integer',
    says: 'time in RMPOPT, queueing included; the local CPU spins, so for it the whole phase. Simulated, in the one order of service that was executed',
  },
} as const satisfies Columns;

const INTERRUPT_COLUMNS = {
  interrupts: { kind: 'integer', says: 'callbacks it ran for other CPUs' },
  longestNs: { kind: 'integer', says: 'longest time in the RMPOPTs of one callback' },
} as const satisfies Columns;

const PEGGED_SHARE = { kind: 'ratio', says: 'inRmpoptNs / elapsedNs' } as const satisfies Column;

/** Row per CPU that takes part × phase, with `--per-cpu`. */
export const CPU_COLUMNS = {
  ...COMMON_CPU_COLUMNS,
  inRmpoptLowNs: { kind: 'integer', says: 'the less of inRmpoptNs under arrivalOrder cpu and rotate' },
  inRmpoptHighNs: { kind: 'integer', says: 'the more of them' },
  ...INTERRUPT_COLUMNS,
  longestLowNs: { kind: 'integer', says: 'the less of longestNs under arrivalOrder cpu and rotate' },
  longestHighNs: { kind: 'integer', says: 'the more of them' },
  peggedShare: PEGGED_SHARE,
} as const satisfies Columns;

/** The rows of CPUs that imported logs tell of. */
export const IMPORTED_CPU_COLUMNS = {
  ...COMMON_CPU_COLUMNS,
  ...INTERRUPT_COLUMNS,
  peggedShare: PEGGED_SHARE,
} as const satisfies Columns;

/** Row per measured sweep and phase: where the sender's time went. The parts add up to elapsedNs. */
export const BREAKDOWN_COLUMNS = {
  ...SWEEP_COLUMNS,
  seed: RESULT_COLUMNS.seed,
  run: RESULT_COLUMNS.run,
  phase: RESULT_COLUMNS.phase,
  remoteCpus: { kind: 'integer', says: 'CPUs that take part besides the local one' },
  sendingNs: { kind: 'integer', says: 'until the CPU that ended last had issued its RMPOPT' },
  executingNs: {
    kind: 'integer',
    says: 'in the work of its RMPOPT: entries read or a result found, its success recorded',
  },
  queuedNs: { kind: 'integer', says: 'behind other CPUs, in the queues of the simulated hardware' },
  loopNs: { kind: 'integer', says: 'cond_resched and readings of the clock' },
} as const satisfies Columns;

/** Row per measured sweep and hypothesis that was not asked for: what it would have said. */
export const ALTERNATIVE_COLUMNS = {
  ...SWEEP_COLUMNS,
  seed: RESULT_COLUMNS.seed,
  run: RESULT_COLUMNS.run,
  localNs: { kind: 'integer', says: 'elapsedNs of the local phase' },
  remoteNs: { kind: 'integer', says: 'elapsedNs of the remote phase' },
  totalNs: { kind: 'integer', says: 'elapsedNs of both' },
} as const satisfies Columns;

/** Row per change of private memory: guests that come and go, pages assigned or freed. */
export const CHANGE_COLUMNS = {
  scenario: SWEEP_COLUMNS.scenario,
  variation: SWEEP_COLUMNS.variation,
  mapping: SWEEP_COLUMNS.mapping,
  hypothesis: SWEEP_COLUMNS.hypothesis,
  machine: SWEEP_COLUMNS.machine,
  seed: RESULT_COLUMNS.seed,
  step: { kind: 'integer', says: 'number of the step, from 1; 0 for what was there before the first' },
  event: { kind: 'text', says: 'assign (pages of an each entry), launch, terminate or free (all)' },
  guest: { kind: 'text', says: 'name of the guest; empty where it is about none or all' },
  sizeBytes: { kind: 'integer?', says: 'size of a launched guest' },
  pageMapping: { kind: 'text', says: 'mapping of what was assigned or launched, else empty' },
  placement: { kind: 'text', says: 'placement of a launched guest, else empty' },
  regionsReached: {
    kind: 'integer',
    says: '1 GiB regions in which pages changed hands: for a launch the regions the guest reaches',
  },
  regionsInWindow: { kind: 'integer', says: 'those of them that a sweep covers' },
  rmpUpdates: { kind: 'integer', says: 'RMPUPDATEs executed' },
  rmpUpdateNs: { kind: 'integer', says: 'their time, part of no sweep' },
  conversionNs: {
    kind: 'integer?',
    says: 'CPU time that giving the pages back takes, RMPUPDATEs and flushes; null where none are. A step is complete before the next one',
  },
} as const satisfies Columns;

/** Row per measured sweep and hypothesis: the range of its total under that hypothesis. */
export const BAND_COLUMNS = {
  scenario: SWEEP_COLUMNS.scenario,
  state: SWEEP_COLUMNS.state,
  variation: SWEEP_COLUMNS.variation,
  mapping: SWEEP_COLUMNS.mapping,
  strategy: SWEEP_COLUMNS.strategy,
  threads: SWEEP_COLUMNS.threads,
  hypothesis: SWEEP_COLUMNS.hypothesis,
  seed: RESULT_COLUMNS.seed,
  sets: { kind: 'integer', says: 'draws of costs that the range is over' },
  totalLowNs: { kind: 'integer', says: '9 in 10 measurements of the total should fall between this' },
  totalMedianNs: { kind: 'integer', says: 'half of them below this' },
  totalHighNs: { kind: 'integer', says: 'and this' },
  basis: {
    kind: 'text',
    says: 'fitted where the costs were fitted to this very sweep, predicted where not; empty where nobody has looked',
  },
  topology: RESULT_COLUMNS.topology,
  memoryBytes: RESULT_COLUMNS.memoryBytes,
  switches: {
    kind: 'text',
    says: 'a switch nobody knows and its value, where that splits the range in two; else empty',
  },
  assumed: {
    kind: 'text',
    says: 'phases whose range is what was assumed of costs before any figure was known; said of shipped scenarios alone',
  },
  machineFile: { kind: 'text', says: 'name of the machine file whose draws these are' },
} as const satisfies Columns;

/** Row per measured sweep: what the other CPUs and who runs on them notice of it. */
export const DISTURBANCE_COLUMNS = {
  ...SWEEP_COLUMNS,
  seed: RESULT_COLUMNS.seed,
  run: RESULT_COLUMNS.run,
  elapsedNs: { kind: 'integer', says: 'of both phases' },
  remoteCpus: { kind: 'integer', says: 'CPUs that take part besides the local one' },
  interruptsMin: { kind: 'integer', says: 'callbacks run by the remote CPU that ran fewest' },
  interruptsMedian: { kind: 'integer', says: 'by the median one, nearest rank' },
  interruptsMax: { kind: 'integer', says: 'by the one that ran most' },
  interruptsPerSecond: { kind: 'ratio', says: 'interruptsMedian / elapsedNs, per second of the sweep' },
  longestInterruptNs: {
    kind: 'integer',
    says: 'longest stretch of RMPOPT in one callback, interrupts off; entering and leaving it not included',
  },
  longestInterruptLowNs: {
    kind: 'integer?',
    says: 'longestInterruptNs of the CPU with the least, under arrivalOrder cpu or rotate, whichever gives less; null with --jitter but without --per-cpu',
  },
  longestInterruptHighNs: { kind: 'integer?', says: 'of the CPU with the most, whichever gives more' },
  takenMeanShare: { kind: 'ratio', says: 'time in RMPOPT / elapsedNs, mean over the remote CPUs' },
  takenLowShare: {
    kind: 'ratio?',
    says: 'of the CPU with the least, under arrivalOrder cpu or rotate, whichever gives less; null with --jitter but without --per-cpu',
  },
  takenHighShare: { kind: 'ratio?', says: 'of the CPU with the most, whichever gives more' },
} as const satisfies Columns;

/** Row per measured sweep and phase of a grid: against the same phase of the baseline. */
export const COMPARISON_COLUMNS = {
  ...SWEEP_COLUMNS,
  topology: RESULT_COLUMNS.topology,
  memoryBytes: RESULT_COLUMNS.memoryBytes,
  seed: RESULT_COLUMNS.seed,
  run: RESULT_COLUMNS.run,
  phase: RESULT_COLUMNS.phase,
  isBaseline: { kind: 'text', says: 'yes or no' },
  elapsedNs: { kind: 'integer', says: 'as in results' },
  baselineNs: { kind: 'integer?', says: 'elapsedNs of the baseline; null where the baseline is missing' },
  ratio: { kind: 'ratio?', says: 'elapsedNs / baselineNs; null without a baseline, or one of 0' },
  ratioLow: {
    kind: 'ratio?',
    says: '5 % bound of the ratio over plausible sets, the same set on both sides; null where sides share none',
  },
  ratioHigh: { kind: 'ratio?', says: '95 % bound of the same' },
  assignedRegions: {
    kind: 'integer',
    says: 'regions in the window with an assigned page before the sweep, where RMPOPT fails',
  },
  freeRegions: { kind: 'integer', says: 'the others' },
  assignedEntriesMin: {
    kind: 'integer',
    says: 'entries a scan of a region with an assigned page reads before it stops, least',
  },
  assignedEntriesMax: { kind: 'integer', says: 'most' },
  freeEntries: { kind: 'integer', says: 'entries a scan of one of the others reads' },
  cleanRegions: {
    kind: 'integer',
    says: 'regions whose clean result is visible to some core before the sweep',
  },
  rmpUpdates: { kind: 'integer', says: 'RMPUPDATEs executed before the sweep; part of no sweep' },
  sendingNs: { kind: 'integer', says: 'of the phase, as in breakdowns' },
  executingNs: { kind: 'integer', says: 'of the phase, as in breakdowns' },
  queuedNs: { kind: 'integer', says: 'of the phase, as in breakdowns' },
} as const satisfies Columns;

/** Rows of grids have a column for each axis beside these: its name, and a number where its values are numbers. */
export type AxisFields = { readonly [column: `axis.${string}`]: string | number };
const AXIS_PREFIX = 'axis.';

/** The column of an axis. */
export function axisColumn(name: string): keyof AxisFields {
  return `${AXIS_PREFIX}${name}`;
}

/** The columns of axes that a row has. */
export function axisColumnsOf(row: object): (keyof AxisFields)[] {
  return Object.keys(row).filter((name): name is keyof AxisFields => name.startsWith(AXIS_PREFIX));
}

/** What the rows of a grid have beside their own columns where they stand alone, as in CSV and NDJSON. */
export const COMPARED_COLUMNS = {
  isBaseline: COMPARISON_COLUMNS.isBaseline,
  baselineNs: COMPARISON_COLUMNS.baselineNs,
  ratio: COMPARISON_COLUMNS.ratio,
  ratioLow: COMPARISON_COLUMNS.ratioLow,
  ratioHigh: COMPARISON_COLUMNS.ratioHigh,
} as const satisfies Columns;

/** Row per measured sweep, with `--wide`: its phases side by side. Of what phases have in common, that of the total. */
export const WIDE_COLUMNS = {
  ...SWEEP_COLUMNS,
  topology: RESULT_COLUMNS.topology,
  memoryBytes: RESULT_COLUMNS.memoryBytes,
  regions: RESULT_COLUMNS.regions,
  cpus: RESULT_COLUMNS.cpus,
  seed: RESULT_COLUMNS.seed,
  run: RESULT_COLUMNS.run,
  localNs: { kind: 'integer', says: 'elapsedNs of the local phase' },
  localLowNs: { kind: 'integer?', says: 'its elapsedLowNs' },
  localHighNs: { kind: 'integer?', says: 'its elapsedHighNs' },
  remoteNs: { kind: 'integer', says: 'elapsedNs of the remote phase' },
  remoteLowNs: { kind: 'integer?', says: 'its elapsedLowNs' },
  remoteHighNs: { kind: 'integer?', says: 'its elapsedHighNs' },
  remotePerCpuNs: { kind: 'integer?', says: 'its perCpuNs' },
  remoteInRmpoptMeanNs: { kind: 'integer?', says: 'its inRmpoptMeanNs' },
  remoteInRmpoptLowNs: { kind: 'integer?', says: 'its inRmpoptLowNs; null of an imported sweep' },
  remoteInRmpoptHighNs: { kind: 'integer?', says: 'its inRmpoptHighNs; null of an imported sweep' },
  totalNs: { kind: 'integer', says: 'elapsedNs of both phases' },
  totalLowNs: { kind: 'integer?', says: 'its elapsedLowNs' },
  totalHighNs: { kind: 'integer?', says: 'its elapsedHighNs' },
  rangeOver: RESULT_COLUMNS.rangeOver,
  issued: { kind: 'integer', says: 'RMPOPTs issued' },
  optimized: RESULT_COLUMNS.optimized,
  optimizedRegions: RESULT_COLUMNS.optimizedRegions,
  failed: RESULT_COLUMNS.failed,
  ipis: RESULT_COLUMNS.ipis,
  cpuTimeNs: RESULT_COLUMNS.cpuTimeNs,
  peggedCpus: RESULT_COLUMNS.peggedCpus,
  longestInterruptNs: RESULT_COLUMNS.longestInterruptNs,
  origin: RESULT_COLUMNS.origin,
} as const satisfies Columns;

/** Row per measured sweep and phase over its runs, where there are several: how far random costs alone move its time. */
export const SPREAD_COLUMNS = {
  ...SWEEP_COLUMNS,
  topology: RESULT_COLUMNS.topology,
  memoryBytes: RESULT_COLUMNS.memoryBytes,
  seed: RESULT_COLUMNS.seed,
  phase: RESULT_COLUMNS.phase,
  runs: { kind: 'integer', says: 'number of repetitions' },
  meanNs: { kind: 'integer', says: 'mean of elapsedNs over the repetitions' },
  deviationNs: { kind: 'integer', says: 'sample standard deviation of the same' },
  minNs: { kind: 'integer', says: 'least' },
  p5Ns: { kind: 'integer', says: '5th percentile, nearest rank: of fewer than 20 runs the least' },
  medianNs: { kind: 'integer', says: 'median, nearest rank' },
  p95Ns: { kind: 'integer', says: '95th percentile, nearest rank: of fewer than 20 runs the most' },
  maxNs: { kind: 'integer', says: 'most' },
  ratioP5: {
    kind: 'ratio?',
    says: '5th percentile of the ratio to the same repetition of the baseline; null without one',
  },
  ratioMedian: { kind: 'ratio?', says: 'median of the same' },
  ratioP95: { kind: 'ratio?', says: '95th percentile of the same' },
} as const satisfies Columns;

/** Row per figure found in an imported log, in the order of its lines. */
export const OBSERVATION_COLUMNS = {
  line: { kind: 'integer', says: 'number of the line, from 1' },
  stamp: { kind: 'text', says: 'the time in front of it as printed; no duration is made of two of these' },
  host: { kind: 'text', says: 'the host, where the log names it' },
  kind: { kind: 'text', says: 'what the line is about' },
  run: { kind: 'integer?', says: 'the sweep it was counted to, as in results; null where to none' },
  cpu: { kind: 'integer?', says: 'the CPU it names' },
  address: { kind: 'text', says: 'the physical address it names, or the first of a range, as printed' },
  addressEnd: { kind: 'text', says: 'the end of the range, as printed' },
  figure: {
    kind: 'text',
    says: 'which of the figures of the line: total, local, remote, in RMPOPT, longest, ...',
  },
  printed: { kind: 'text', says: 'the figure exactly as printed' },
  unit: {
    kind: 'text',
    says: 'its unit: ns, cycles, CPUs, GB, MHz, count, address, or text for what is only stated',
  },
  ns: {
    kind: 'integer?',
    says: 'the figure in nanoseconds; null where it is no time, or the clock rate is not known',
  },
  derived: { kind: 'text', says: 'yes where ns was made from cycles; else no' },
} as const satisfies Columns;

/** The figure of observations that tells how many CPUs took part beside the one that runs the loop. */
export const REMOTE_CPUS_FIGURE = 'remote CPUs';

/** Row per line of an imported log that looked relevant and was not understood. */
export const NOTE_COLUMNS = {
  line: OBSERVATION_COLUMNS.line,
  reason: { kind: 'text', says: 'why it was left out' },
  text: { kind: 'text', says: 'the line, its first 200 characters' },
} as const satisfies Columns;

/** Row per sweep of an imported trace: its rounds of IPIs, step by step. */
export const ROUND_COLUMNS = {
  ...SWEEP_COLUMNS,
  run: RESULT_COLUMNS.run,
  worker: { kind: 'text', says: 'kernel function that makes the sweep' },
  callback: { kind: 'text', says: 'kernel function that each round calls on its CPUs' },
  senderCpu: { kind: 'integer', says: 'CPU on which the sweep started' },
  isComplete: {
    kind: 'text',
    says: 'yes where every round, and every call of it, is in the trace; else no, and the figures are of what is there',
  },
  rounds: { kind: 'integer', says: 'rounds in the trace' },
  startedRounds: {
    kind: 'integer',
    says: 'rounds whose start is in the trace: the first call that was queued',
  },
  calls: { kind: 'integer', says: 'calls that CPUs entered' },
  roundMinNs: { kind: 'integer?', says: 'from the start of a round to its last exit, least' },
  roundMedianNs: { kind: 'integer?', says: 'median of the same, nearest rank' },
  roundMeanNs: { kind: 'integer?', says: 'mean of the same' },
  roundP99Ns: { kind: 'integer?', says: '99th percentile of the same, nearest rank' },
  roundMaxNs: { kind: 'integer?', says: 'most of the same' },
  firstEntryMeanNs: {
    kind: 'integer?',
    says: 'from the start of a round to the first CPU that enters its call, mean',
  },
  lastEntryMeanNs: { kind: 'integer?', says: 'from there to the last CPU that enters, mean' },
  lastExitMeanNs: { kind: 'integer?', says: 'from there to the last CPU that leaves its call, mean' },
  nextMeanNs: {
    kind: 'integer?',
    says: 'from there to the start of the next round, or the end of the sweep, mean',
  },
} as const satisfies Columns;

/** Row per sweep of an imported trace and CPU that was called: when it entered its calls, and in which order. */
export const ARRIVAL_COLUMNS = {
  ...SWEEP_COLUMNS,
  run: RESULT_COLUMNS.run,
  cpu: CPU_COLUMNS.cpu,
  isComplete: { kind: 'text', says: 'yes where it entered and left a call in every round; else no' },
  calls: { kind: 'integer', says: 'calls it entered' },
  timedCalls: { kind: 'integer', says: 'calls of which the trace has entry and exit' },
  delayMinNs: {
    kind: 'integer?',
    says: 'from the start of a round to its entry, least; null where no round has a start',
  },
  delayMedianNs: { kind: 'integer?', says: 'median of the same, nearest rank' },
  delayMeanNs: { kind: 'integer?', says: 'mean of the same' },
  delayP99Ns: { kind: 'integer?', says: '99th percentile of the same, nearest rank' },
  delayMaxNs: { kind: 'integer?', says: 'most of the same' },
  positionMin: {
    kind: 'integer',
    says: 'its place in the order in which CPUs entered a round, from 1, least',
  },
  positionMean: { kind: 'ratio', says: 'mean of the same' },
  positionMax: { kind: 'integer', says: 'most of the same' },
  firstRounds: { kind: 'integer', says: 'rounds in which it was the first to enter' },
  lastRounds: { kind: 'integer', says: 'rounds in which it was the last to enter' },
} as const satisfies Columns;

/** Row per cell of a grid that could not be run. */
export const MISSING_COLUMNS = {
  scenario: SWEEP_COLUMNS.scenario,
  cell: { kind: 'text', says: 'the values of its axes, such as mapping=1g;strategy=batched' },
  reason: { kind: 'text', says: 'what was expected and what was found' },
} as const satisfies Columns;

/** The tables of every run document, beside its results and CPUs. */
export const RUN_TABLES = {
  breakdowns: BREAKDOWN_COLUMNS,
  alternatives: ALTERNATIVE_COLUMNS,
  bands: BAND_COLUMNS,
  changes: CHANGE_COLUMNS,
  disturbances: DISTURBANCE_COLUMNS,
  comparisons: COMPARISON_COLUMNS,
  missing: MISSING_COLUMNS,
} as const;

/** What documents of runs with random costs have beside them. */
export const JITTER_TABLES = { spreads: SPREAD_COLUMNS } as const;

/** A segment of the RMP, by physical addresses. */
export const SEGMENT_COLUMNS = {
  atBytes: { kind: 'integer', says: 'where it begins' },
  coversFromBytes: { kind: 'integer', says: 'where the memory begins whose entries it holds' },
  coversToBytes: { kind: 'integer', says: 'where that memory ends: the address behind it' },
} as const satisfies Columns;

/** What documents of imported logs have beside them. */
export const IMPORT_TABLES = {
  observations: OBSERVATION_COLUMNS,
  notes: NOTE_COLUMNS,
  rounds: ROUND_COLUMNS,
  arrivals: ARRIVAL_COLUMNS,
  rmpSegments: SEGMENT_COLUMNS,
} as const;

export type BandRow = RowOf<typeof BAND_COLUMNS>;
export type ResultRow = RowOf<typeof RESULT_COLUMNS>;
export type CpuRow = RowOf<typeof CPU_COLUMNS>;
export type BreakdownRow = RowOf<typeof BREAKDOWN_COLUMNS>;
export type AlternativeRow = RowOf<typeof ALTERNATIVE_COLUMNS>;
export type ChangeRow = RowOf<typeof CHANGE_COLUMNS>;
export type DisturbanceRow = RowOf<typeof DISTURBANCE_COLUMNS>;
export type ComparisonRow = RowOf<typeof COMPARISON_COLUMNS> & AxisFields;
export type SpreadRow = RowOf<typeof SPREAD_COLUMNS>;
export type MissingRow = RowOf<typeof MISSING_COLUMNS>;
export type ObservationRow = RowOf<typeof OBSERVATION_COLUMNS>;
export type NoteRow = RowOf<typeof NOTE_COLUMNS>;
export type RoundRow = RowOf<typeof ROUND_COLUMNS>;
export type ArrivalRow = RowOf<typeof ARRIVAL_COLUMNS>;
export type SegmentRow = RowOf<typeof SEGMENT_COLUMNS>;

/** A row of which an imported log may tell only a part: figures are `null` and texts empty where it is silent. */
export type Partly<R> = { readonly [N in keyof R]: R[N] extends string ? R[N] : R[N] | null };
/** Rows of an imported log. */
export type ImportedResultRow = Partly<RowOf<typeof IMPORTED_RESULT_COLUMNS>>;
export type ImportedCpuRow = Partly<RowOf<typeof IMPORTED_CPU_COLUMNS>>;
/** What results of whatever origin have in common; a log may be silent. */
export type AnyResultRow = Partly<RowOf<typeof COMMON_RESULT_COLUMNS & typeof LAST_RESULT_COLUMNS>>;
/** The columns that name a sweep; the same in every table. */
export type SweepKey = RowOf<typeof SWEEP_COLUMNS> & Pick<ResultRow, 'seed' | 'run'>;

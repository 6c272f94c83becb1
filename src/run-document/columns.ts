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
  scenario: {
    kind: 'text',
    says: 'name of the scenario; for a path, the name of the file without its ending',
  },
  state: { kind: 'text', says: 'name of the timed sweep, from its measure step in the scenario' },
  variation: {
    kind: 'text',
    says: 'settings of --vary, --set, --scan and --batch that have no column here, such as batch=16;scan=4k',
  },
  mapping: {
    kind: 'text',
    says: 'mapping of private memory: 4k, 2m or 1g; mixed if there are several; none without private memory',
  },
  strategy: { kind: 'text', says: 'which CPUs issue RMPOPT, and in which order (rmpopt-bench list)' },
  threads: { kind: 'text', says: 'primary (one thread per core) or all' },
  hypothesis: { kind: 'text', says: 'hypothesis about the hardware (rmpopt-bench list)' },
  machine: { kind: 'text', says: 'id of the machine in machines' },
} as const satisfies Columns;

/** What rows of results begin with, of whatever origin. */
const COMMON_RESULT_COLUMNS = {
  ...SWEEP_COLUMNS,
  topology: { kind: 'text', says: 'sockets x L3 groups per socket x cores per L3 group x threads per core' },
  memoryBytes: { kind: 'integer', says: 'span of physical addresses that is swept' },
  regions: { kind: 'integer', says: '1 GiB regions that the sweep covers' },
  cpus: { kind: 'integer', says: 'logical CPUs of the host' },
  seed: { kind: 'integer', says: 'seed of random placements and random costs' },
  run: { kind: 'integer', says: 'number of the repetition, from 1; in an imported log, number of the sweep' },
  phase: { kind: 'phase', says: 'local, remote, or total (the sum of both)' },
  elapsedNs: {
    kind: 'integer',
    says: 'elapsed time of the phase; local: middle - start, remote: end - middle, total: end - start',
  },
  elapsedLowNs: {
    kind: 'integer?',
    says: 'low end of the 90% range of elapsedNs, which should hold 9 in 10 measurements; null without a range',
  },
  elapsedHighNs: { kind: 'integer?', says: 'high end of the 90% range of elapsedNs; null without a range' },
  rangeOver: {
    kind: 'text',
    says: 'hypotheses that the range covers: all, or those of --hypothesis, joined by +; empty without a range',
  },
  perCpuNs: {
    kind: 'integer?',
    says: 'local: elapsedNs; remote: elapsedNs / number of remote CPUs, as the list asked for; total: null',
  },
  issued: { kind: 'integer', says: 'RMPOPTs issued in the phase' },
  optimized: { kind: 'integer', says: 'RMPOPTs that succeeded (CF = 1)' },
  optimizedRegions: {
    kind: 'integer',
    says: 'regions that the phase optimized on the core of the local CPU',
  },
  failed: { kind: 'integer', says: 'RMPOPTs that failed (CF = 0)' },
  instructionMinNs: {
    kind: 'integer',
    says: 'shortest time inside one RMPOPT, queueing included; in remote and total, of remote CPUs only',
  },
  instructionMeanNs: {
    kind: 'integer',
    says: 'mean time inside one RMPOPT, queueing included; in remote and total, of remote CPUs only',
  },
  instructionMaxNs: {
    kind: 'integer',
    says: 'longest time inside one RMPOPT, queueing included; in remote and total, of remote CPUs only',
  },
  ipis: { kind: 'integer', says: 'IPIs sent: target CPUs x rounds; in a serial sweep, calls to other CPUs' },
  cpuTimeNs: {
    kind: 'integer',
    says: 'time of all CPUs inside RMPOPT, queueing included; of the local CPU the whole phase, because it spins',
  },
  peggedCpus: {
    kind: 'ratio',
    says: 'how many CPUs are kept from other work, on average: cpuTimeNs / elapsedNs',
  },
  inRmpoptMeanNs: {
    kind: 'integer',
    says: 'mean time that a remote CPU spends inside RMPOPT, queueing included; in local, time of the local CPU',
  },
} as const satisfies Columns;

/** What they end with. */
const LAST_RESULT_COLUMNS = {
  longestInterruptNs: {
    kind: 'integer',
    says: 'longest time inside the RMPOPTs of one callback on a remote CPU, with interrupts off; in rows of a trace, longest callback',
  },
  origin: { kind: 'text', says: 'simulated or imported' },
  derived: {
    kind: 'text',
    says: 'in imported rows, the columns that were computed from other figures of the log, such as regions;elapsedNs',
  },
} as const satisfies Columns;

/** Row per scenario × variation × measure × run × phase. */
export const RESULT_COLUMNS = {
  ...COMMON_RESULT_COLUMNS,
  inRmpoptLowNs: {
    kind: 'integer?',
    says: 'least time that any remote CPU spends inside RMPOPT, under arrivalOrder cpu or rotate; null with --jitter without --per-cpu',
  },
  inRmpoptHighNs: {
    kind: 'integer?',
    says: 'most time that any remote CPU spends inside RMPOPT, under arrivalOrder cpu or rotate; null with --jitter without --per-cpu',
  },
  ...LAST_RESULT_COLUMNS,
} as const satisfies Columns;

/** The rows of imported logs: the order in which CPUs were served is real there, so CPUs may be told apart. */
export const IMPORTED_RESULT_COLUMNS = {
  ...COMMON_RESULT_COLUMNS,
  fastestCpu: { kind: 'integer?', says: 'remote CPU with the least inRmpoptNs' },
  fastestNs: { kind: 'integer', says: 'inRmpoptNs of fastestCpu' },
  medianNs: { kind: 'integer', says: 'median of inRmpoptNs over the remote CPUs, by nearest rank' },
  p99Ns: { kind: 'integer', says: '99th percentile of inRmpoptNs over the remote CPUs, by nearest rank' },
  slowestCpu: { kind: 'integer?', says: 'remote CPU with the most inRmpoptNs' },
  slowestNs: { kind: 'integer', says: 'inRmpoptNs of slowestCpu' },
  ...LAST_RESULT_COLUMNS,
  doubtful: {
    kind: 'text',
    says: 'columns with doubtful figures, such as instructionMeanNs, because messages are missing or the host was disturbed; see warnings',
  },
} as const satisfies Columns;

/** What rows of CPUs begin with, of whatever origin. */
const COMMON_CPU_COLUMNS = {
  ...SWEEP_COLUMNS,
  seed: COMMON_RESULT_COLUMNS.seed,
  run: COMMON_RESULT_COLUMNS.run,
  phase: COMMON_RESULT_COLUMNS.phase,
  cpu: { kind: 'integer', says: 'number of the CPU in Linux' },
  core: { kind: 'integer', says: 'core of the CPU' },
  l3: { kind: 'integer', says: 'L3 group of the CPU' },
  node: { kind: 'integer', says: 'NUMA node of the CPU, which is its socket' },
  role: { kind: 'text', says: 'local (runs the loop) or remote' },
  issued: { kind: 'integer', says: 'RMPOPTs that the CPU issued' },
  optimized: { kind: 'integer', says: 'RMPOPTs of the CPU that succeeded (CF = 1)' },
  failed: { kind: 'integer', says: 'RMPOPTs of the CPU that failed (CF = 0)' },
  inRmpoptNs: {
    kind: 'integer',
    says: 'time inside RMPOPT, queueing included; of the local CPU the whole phase, because it spins; simulated for the order of service of this run',
  },
} as const satisfies Columns;

const INTERRUPT_COLUMNS = {
  interrupts: { kind: 'integer', says: 'callbacks that the CPU ran for other CPUs' },
  longestNs: { kind: 'integer', says: 'longest time inside the RMPOPTs of one callback' },
} as const satisfies Columns;

const PEGGED_SHARE = {
  kind: 'ratio',
  says: 'share of the phase that the CPU is kept from other work: inRmpoptNs / elapsedNs',
} as const satisfies Column;

/** Row per CPU that takes part × phase, with `--per-cpu`. */
export const CPU_COLUMNS = {
  ...COMMON_CPU_COLUMNS,
  inRmpoptLowNs: { kind: 'integer', says: 'inRmpoptNs under arrivalOrder cpu or rotate, whichever is less' },
  inRmpoptHighNs: { kind: 'integer', says: 'inRmpoptNs under arrivalOrder cpu or rotate, whichever is more' },
  ...INTERRUPT_COLUMNS,
  longestLowNs: { kind: 'integer', says: 'longestNs under arrivalOrder cpu or rotate, whichever is less' },
  longestHighNs: { kind: 'integer', says: 'longestNs under arrivalOrder cpu or rotate, whichever is more' },
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
  remoteCpus: { kind: 'integer', says: 'CPUs that take part, without the local CPU' },
  sendingNs: { kind: 'integer', says: 'time until the CPU that finishes last has issued its RMPOPT' },
  executingNs: {
    kind: 'integer',
    says: 'time in which the RMPOPT of that CPU reads entries or finds a result, and records it',
  },
  queuedNs: { kind: 'integer', says: 'time in which the RMPOPT of that CPU waits for other CPUs' },
  loopNs: { kind: 'integer', says: 'time of cond_resched and of reading the clock' },
} as const satisfies Columns;

/** Row per measured sweep and hypothesis that was not asked for: what it would have said. */
export const ALTERNATIVE_COLUMNS = {
  ...SWEEP_COLUMNS,
  seed: RESULT_COLUMNS.seed,
  run: RESULT_COLUMNS.run,
  localNs: { kind: 'integer', says: 'elapsedNs of the local phase' },
  remoteNs: { kind: 'integer', says: 'elapsedNs of the remote phase' },
  totalNs: { kind: 'integer', says: 'elapsedNs of both phases' },
} as const satisfies Columns;

/** Row per change of private memory: guests that come and go, pages assigned or freed. */
export const CHANGE_COLUMNS = {
  scenario: SWEEP_COLUMNS.scenario,
  variation: SWEEP_COLUMNS.variation,
  mapping: SWEEP_COLUMNS.mapping,
  hypothesis: SWEEP_COLUMNS.hypothesis,
  machine: SWEEP_COLUMNS.machine,
  seed: RESULT_COLUMNS.seed,
  step: {
    kind: 'integer',
    says: 'number of the step, from 1; 0 for private memory that exists at the start',
  },
  event: { kind: 'text', says: 'assign (pages of an each entry), launch, terminate or free (all)' },
  guest: { kind: 'text', says: 'name of the guest; empty if the change is of no guest or of all guests' },
  sizeBytes: { kind: 'integer?', says: 'size of the launched guest' },
  pageMapping: { kind: 'text', says: 'mapping of the assigned or launched memory; otherwise empty' },
  placement: { kind: 'text', says: 'placement of the launched guest; otherwise empty' },
  regionsReached: {
    kind: 'integer',
    says: '1 GiB regions in which pages were assigned or freed',
  },
  regionsInWindow: { kind: 'integer', says: 'regions of regionsReached that a sweep covers' },
  rmpUpdates: { kind: 'integer', says: 'RMPUPDATEs executed' },
  rmpUpdateNs: { kind: 'integer', says: 'time of these RMPUPDATEs; no sweep includes it' },
  conversionNs: {
    kind: 'integer?',
    says: 'CPU time to give the pages back, with RMPUPDATEs and flushes; null if no pages are given back; a step is complete before the next one',
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
  sets: { kind: 'integer', says: 'number of draws of costs behind the range' },
  totalLowNs: {
    kind: 'integer',
    says: 'low end of the 90% range of the total, which should hold 9 in 10 measurements',
  },
  totalMedianNs: { kind: 'integer', says: 'middle of the range: half of all measurements should be below' },
  totalHighNs: { kind: 'integer', says: 'high end of the 90% range of the total' },
  basis: {
    kind: 'text',
    says: 'fitted if the costs were fitted to a measurement of this sweep, otherwise predicted; empty if not known',
  },
  topology: RESULT_COLUMNS.topology,
  memoryBytes: RESULT_COLUMNS.memoryBytes,
  switches: {
    kind: 'text',
    says: 'switch with an unknown value that the range assumes, and that value; empty if no switch matters',
  },
  assumed: {
    kind: 'text',
    says: 'phases whose range rests on assumed costs only; known for shipped scenarios only',
  },
  machineFile: { kind: 'text', says: 'name of the machine file that the draws come from' },
} as const satisfies Columns;

/** Row per measured sweep: what the other CPUs and who runs on them notice of it. */
export const DISTURBANCE_COLUMNS = {
  ...SWEEP_COLUMNS,
  seed: RESULT_COLUMNS.seed,
  run: RESULT_COLUMNS.run,
  elapsedNs: { kind: 'integer', says: 'elapsed time of both phases' },
  remoteCpus: { kind: 'integer', says: 'CPUs that take part, without the local CPU' },
  interruptsMin: { kind: 'integer', says: 'callbacks of the remote CPU that runs fewest' },
  interruptsMedian: { kind: 'integer', says: 'callbacks of the median remote CPU, by nearest rank' },
  interruptsMax: { kind: 'integer', says: 'callbacks of the remote CPU that runs most' },
  interruptsPerSecond: { kind: 'ratio', says: 'interruptsMedian / elapsedNs, per second' },
  longestInterruptNs: RESULT_COLUMNS.longestInterruptNs,
  longestInterruptLowNs: {
    kind: 'integer?',
    says: 'longestInterruptNs of the CPU with the least, under arrivalOrder cpu or rotate; null with --jitter without --per-cpu',
  },
  longestInterruptHighNs: {
    kind: 'integer?',
    says: 'longestInterruptNs of the CPU with the most, under arrivalOrder cpu or rotate; null with --jitter without --per-cpu',
  },
  takenMeanShare: { kind: 'ratio', says: 'time inside RMPOPT / elapsedNs, mean over the remote CPUs' },
  takenLowShare: {
    kind: 'ratio?',
    says: 'time inside RMPOPT / elapsedNs of the CPU with the least, under arrivalOrder cpu or rotate; null with --jitter without --per-cpu',
  },
  takenHighShare: {
    kind: 'ratio?',
    says: 'time inside RMPOPT / elapsedNs of the CPU with the most, under arrivalOrder cpu or rotate; null with --jitter without --per-cpu',
  },
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
  elapsedNs: { kind: 'integer', says: 'elapsedNs of the phase, as in results' },
  baselineNs: { kind: 'integer?', says: 'elapsedNs of the baseline; null if there is no baseline' },
  ratio: { kind: 'ratio?', says: 'elapsedNs / baselineNs; null without a baseline, or if baselineNs is 0' },
  ratioLow: {
    kind: 'ratio?',
    says: '5 % bound of the ratio over the draws of costs, each draw used for both sides; null if the sides share no draws',
  },
  ratioHigh: { kind: 'ratio?', says: '95 % bound of the ratio, computed as ratioLow' },
  assignedRegions: {
    kind: 'integer',
    says: 'regions with an assigned page, private or reserved, before the sweep; RMPOPT fails there',
  },
  freeRegions: { kind: 'integer', says: 'regions without an assigned page before the sweep' },
  assignedEntriesMin: {
    kind: 'integer',
    says: 'fewest RMP entries that a scan of an assigned region reads before it stops',
  },
  assignedEntriesMax: {
    kind: 'integer',
    says: 'most RMP entries that a scan of an assigned region reads before it stops',
  },
  freeEntries: { kind: 'integer', says: 'RMP entries that a scan of a free region reads' },
  cleanRegions: {
    kind: 'integer',
    says: 'regions for which some core can read the result of an earlier successful scan',
  },
  rmpUpdates: { kind: 'integer', says: 'RMPUPDATEs executed before the sweep; no sweep includes them' },
  sendingNs: { kind: 'integer', says: 'sendingNs of the phase, as in breakdowns' },
  executingNs: { kind: 'integer', says: 'executingNs of the phase, as in breakdowns' },
  queuedNs: { kind: 'integer', says: 'queuedNs of the phase, as in breakdowns' },
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
  localLowNs: { kind: 'integer?', says: 'elapsedLowNs of the local phase' },
  localHighNs: { kind: 'integer?', says: 'elapsedHighNs of the local phase' },
  remoteNs: { kind: 'integer', says: 'elapsedNs of the remote phase' },
  remoteLowNs: { kind: 'integer?', says: 'elapsedLowNs of the remote phase' },
  remoteHighNs: { kind: 'integer?', says: 'elapsedHighNs of the remote phase' },
  remotePerCpuNs: { kind: 'integer?', says: 'perCpuNs of the remote phase' },
  remoteInRmpoptMeanNs: { kind: 'integer?', says: 'inRmpoptMeanNs of the remote phase' },
  remoteInRmpoptLowNs: { kind: 'integer?', says: 'inRmpoptLowNs of the remote phase; null in imported rows' },
  remoteInRmpoptHighNs: {
    kind: 'integer?',
    says: 'inRmpoptHighNs of the remote phase; null in imported rows',
  },
  totalNs: { kind: 'integer', says: 'elapsedNs of both phases' },
  totalLowNs: { kind: 'integer?', says: 'elapsedLowNs of both phases' },
  totalHighNs: { kind: 'integer?', says: 'elapsedHighNs of both phases' },
  rangeOver: RESULT_COLUMNS.rangeOver,
  issued: { kind: 'integer', says: 'RMPOPTs issued in both phases' },
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
  deviationNs: { kind: 'integer', says: 'sample standard deviation of elapsedNs over the repetitions' },
  minNs: { kind: 'integer', says: 'least elapsedNs of all repetitions' },
  p5Ns: {
    kind: 'integer',
    says: '5th percentile of elapsedNs, by nearest rank; the least if there are fewer than 20 repetitions',
  },
  medianNs: { kind: 'integer', says: 'median of elapsedNs, by nearest rank' },
  p95Ns: {
    kind: 'integer',
    says: '95th percentile of elapsedNs, by nearest rank; the most if there are fewer than 20 repetitions',
  },
  maxNs: { kind: 'integer', says: 'most elapsedNs of all repetitions' },
  ratioP5: {
    kind: 'ratio?',
    says: '5th percentile of the ratio to the same repetition of the baseline; null without a baseline',
  },
  ratioMedian: {
    kind: 'ratio?',
    says: 'median of the ratio to the same repetition of the baseline; null without a baseline',
  },
  ratioP95: {
    kind: 'ratio?',
    says: '95th percentile of the ratio to the same repetition of the baseline; null without a baseline',
  },
} as const satisfies Columns;

/** Row per figure found in an imported log, in the order of its lines. */
export const OBSERVATION_COLUMNS = {
  line: { kind: 'integer', says: 'number of the line, from 1' },
  stamp: {
    kind: 'text',
    says: 'time at the start of the line, as printed; durations are never computed from it',
  },
  host: { kind: 'text', says: 'name of the host, if the log has it' },
  kind: { kind: 'text', says: 'what the line is about' },
  run: {
    kind: 'integer?',
    says: 'number of the sweep that the figure belongs to, as in results; null if it belongs to none',
  },
  cpu: { kind: 'integer?', says: 'CPU that the line names' },
  address: {
    kind: 'text',
    says: 'physical address that the line names, or the first of a range, as printed',
  },
  addressEnd: { kind: 'text', says: 'last physical address of the range, as printed' },
  figure: {
    kind: 'text',
    says: 'which figure of the line: total, local, remote, in RMPOPT, longest and others',
  },
  printed: { kind: 'text', says: 'the figure exactly as printed' },
  unit: {
    kind: 'text',
    says: 'unit of the figure: ns, cycles, CPUs, GB, MHz, count, address, or text',
  },
  ns: {
    kind: 'integer?',
    says: 'the figure in nanoseconds; null if it is no time, or if the clock rate is unknown',
  },
  derived: { kind: 'text', says: 'yes if ns was computed from cycles, otherwise no' },
} as const satisfies Columns;

/** The figure of observations that tells how many CPUs took part beside the one that runs the loop. */
export const REMOTE_CPUS_FIGURE = 'remote CPUs';

/** Row per line of an imported log that looked relevant and was not understood. */
export const NOTE_COLUMNS = {
  line: OBSERVATION_COLUMNS.line,
  reason: { kind: 'text', says: 'why the line was not used' },
  text: { kind: 'text', says: 'first 200 characters of the line' },
} as const satisfies Columns;

/** Row per sweep of an imported trace: its rounds of IPIs, step by step. */
export const ROUND_COLUMNS = {
  ...SWEEP_COLUMNS,
  run: RESULT_COLUMNS.run,
  worker: { kind: 'text', says: 'kernel function that runs the sweep' },
  callback: { kind: 'text', says: 'kernel function that each round calls on the other CPUs' },
  senderCpu: { kind: 'integer', says: 'CPU on which the sweep started' },
  isComplete: {
    kind: 'text',
    says: 'yes if the trace has every call of every round; no if the figures are of a part',
  },
  rounds: { kind: 'integer', says: 'rounds in the trace' },
  startedRounds: {
    kind: 'integer',
    says: 'rounds in the trace with their start, the first call that was queued',
  },
  calls: { kind: 'integer', says: 'calls that CPUs entered' },
  roundMinNs: { kind: 'integer?', says: 'least time from the start of a round to its last exit' },
  roundMedianNs: {
    kind: 'integer?',
    says: 'median time from the start of a round to its last exit, by nearest rank',
  },
  roundMeanNs: { kind: 'integer?', says: 'mean time from the start of a round to its last exit' },
  roundP99Ns: {
    kind: 'integer?',
    says: '99th percentile of the time from the start of a round to its last exit, by nearest rank',
  },
  roundMaxNs: { kind: 'integer?', says: 'most time from the start of a round to its last exit' },
  firstEntryMeanNs: {
    kind: 'integer?',
    says: 'mean time from the start of a round to the first CPU that enters its call',
  },
  lastEntryMeanNs: {
    kind: 'integer?',
    says: 'mean time from the first entry to the last entry (lastEntryNs of the probe counts from the start of the round)',
  },
  lastExitMeanNs: {
    kind: 'integer?',
    says: 'mean time from the last entry to the last CPU that leaves its call',
  },
  nextMeanNs: {
    kind: 'integer?',
    says: 'mean time from the last exit to the start of the next round, or to the end of the sweep',
  },
} as const satisfies Columns;

/** Row per sweep of an imported trace and CPU that was called: when it entered its calls, and in which order. */
export const ARRIVAL_COLUMNS = {
  ...SWEEP_COLUMNS,
  run: RESULT_COLUMNS.run,
  cpu: CPU_COLUMNS.cpu,
  isComplete: { kind: 'text', says: 'yes if the CPU entered and left a call in every round, otherwise no' },
  calls: { kind: 'integer', says: 'calls that the CPU entered' },
  timedCalls: { kind: 'integer', says: 'calls of the CPU with entry and exit in the trace' },
  delayMinNs: {
    kind: 'integer?',
    says: 'least time from the start of a round to the entry of the CPU; null if no round has a start',
  },
  delayMedianNs: {
    kind: 'integer?',
    says: 'median time from the start of a round to the entry of the CPU, by nearest rank',
  },
  delayMeanNs: { kind: 'integer?', says: 'mean time from the start of a round to the entry of the CPU' },
  delayP99Ns: {
    kind: 'integer?',
    says: '99th percentile of the time from the start of a round to the entry of the CPU, by nearest rank',
  },
  delayMaxNs: { kind: 'integer?', says: 'most time from the start of a round to the entry of the CPU' },
  positionMin: {
    kind: 'integer',
    says: 'first place of the CPU in the order in which CPUs enter a round, from 1',
  },
  positionMean: {
    kind: 'ratio',
    says: 'mean place of the CPU in the order in which CPUs enter a round, from 1',
  },
  positionMax: {
    kind: 'integer',
    says: 'last place of the CPU in the order in which CPUs enter a round, from 1',
  },
  firstRounds: { kind: 'integer', says: 'rounds in which the CPU entered first' },
  lastRounds: { kind: 'integer', says: 'rounds in which the CPU entered last' },
} as const satisfies Columns;

/** Row per name in the rows of a run that a reader may not know. */
export const TERM_COLUMNS = {
  kind: { kind: 'text', says: 'what has the name: scenario, machine, strategy or hypothesis' },
  name: { kind: 'text', says: 'the name' },
  says: { kind: 'text', says: 'what it means' },
} as const satisfies Columns;

/** Row per cell of a grid that could not be run. */
export const MISSING_COLUMNS = {
  scenario: SWEEP_COLUMNS.scenario,
  cell: { kind: 'text', says: 'values of the axes of the cell, such as mapping=1g;strategy=batched' },
  reason: {
    kind: 'text',
    says: 'what was expected and what was found; or interrupted, and how many repetitions are kept',
  },
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
  atBytes: { kind: 'integer', says: 'address where the segment begins' },
  coversFromBytes: { kind: 'integer', says: 'first address of the memory whose entries the segment holds' },
  coversToBytes: { kind: 'integer', says: 'first address after that memory' },
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
export type TermRow = RowOf<typeof TERM_COLUMNS>;
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

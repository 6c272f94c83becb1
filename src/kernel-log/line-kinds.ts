/** What a kind of message tells: numbers exactly as printed, in text. */
export type FactName =
  | 'ns'
  | 'cycles'
  | 'cpu'
  | 'address'
  | 'addressEnd'
  | 'count'
  | 'remoteNs'
  | 'localNs'
  | 'longestNs'
  | 'regions'
  | 'cpus'
  | 'optimized'
  | 'mhz'
  | 'gb'
  | 'list'
  | 'segment'
  /** Printed without leading zeros. */
  | 'size'
  | 'covers'
  | 'coversEnd';
export type LineFacts = Readonly<Partial<Record<FactName, string | undefined>>>;

const RANGE = '{[}{mem}{address}{-}{addressEnd}{]}';

/**
 * Every kind of message that is understood, by its words. `{name}` is a fact, `x?` a character that may be missing, `(...)?` words
 * that may; one space stands for any. Formats are those of mainline, of the posted series (v1 to v10), of its author's private
 * instrumentation as quoted in mails, and the lines docs/kernel-logs.md asks for.
 */
export const LINE_KINDS = {
  'execution-time': [`RMPOPT:? execution time:? {ns} ns for physical address range ${RANGE}( on all cpus)?`],
  'execution-cycles': [
    `RMPOPT:? cycles taken for physical address range ${RANGE}( on all cpus)?,?:? {cycles} cycles`,
  ],
  'max-cycle-on-cpu': [
    'RMPOPT:? max.? cycles? on cpu {cpu}, addr {address}, cycles {cycles},? prev largest {count}',
  ],
  'largest-cycles': ['RMPOPT:? (instruction )?largest( CPU)? cycles{:}{cycles}'],
  'smallest-cycles': ['RMPOPT:? (instruction )?smallest( CPU)? cycles{:}{cycles}'],
  'average-cycles': ['RMPOPT:? (instruction )?average( CPU)? cycles{:}{cycles}'],
  'max-cpu-cycles': ['RMPOPT:? max.?( CPU)? cycles{:}{cycles}'],
  'min-cpu-cycles': ['RMPOPT:? min.?( CPU)? cycles{:}{cycles}'],
  'instruction-cycles': ['RMPOPT:? instruction cycles{:}{cycles}'],
  phases: [
    'RMPOPT phases: local {localNs} ns, remote {remoteNs} ns, {regions} regions, {cpus} remote cpus(, {optimized} optimized locally)?',
  ],
  cpu: ['RMPOPT cpu {cpu}: busy {ns} ns, {count} calls, longest {longestNs} ns(, {optimized} optimized)?'],
  rounds: ['RMPOPT rounds: {count}, mean {ns} ns, longest {longestNs} ns'],
  'table-row': ['Memory @{ }{gb}GB: CPU(s):{ }{list}'],
  attempt: [
    `Attempt RMP optimizations on physical address range @1GB alignment ${RANGE}`,
    `RMP optimizations enabled on physical address range @1GB alignment ${RANGE}`,
  ],
  coverage: ['RMPOPT coverage limited to 2TB; memory above {address} not optimized'],
  'rmp-table': [`RMP table physical range ${RANGE}`, `Segmented RMP base table physical range ${RANGE}`],
  'rmp-segments': ['Segmented RMP using {gb}GB segments'],
  'rmp-segment': [
    'RMP segment {segment} physical address [{address}{-}{addressEnd}] covering [{covers}{-}{coversEnd}]',
  ],
  'rmp-segment-reduced': ['RMP segment {segment} mapped size ({address}) reduced to {size}'],
  'rmp-reserved': ['Reserving start/end of RMP table on a 2MB boundary [{address}]'],
  'rmp-not-reserved': ['Memory for the RMP table has not been reserved by BIOS'],
  'rmp-too-small': [
    'Segmented RMP does not cover full system RAM (expected {address} got {addressEnd})',
    'Memory reserved for the RMP table does not cover full system RAM (expected {address} got {addressEnd})',
  ],
  'rmpopt-not-supported': [
    'RMPOPT not supported on this platform',
    'RMPOPT is not supported on this platform',
  ],
  'rmpopt-not-enabled': ['RMPOPT optimizations not enabled, segmented RMP required'],
  'sweep-skipped': ['RMP optimization pass skipped: cpumask allocation failed'],
  'sweep-not-set-up': ['Failed to allocate RMPOPT workqueue', 'Failed to allocate RMPOPT cpumask'],
  'snp-enabled': ['SEV-SNP enabled (ASIDs'],
  'snp-disabled': ['SEV-SNP disabled (ASIDs', 'SEV-SNP unusable (ASIDs'],
  tsc: ['tsc: Detected {mhz} MHz processor', 'tsc: Refined TSC clocksource calibration: {mhz} MHz'],
} as const satisfies Record<string, readonly string[]>;

export type LineKind = keyof typeof LINE_KINDS;

/** What is true where a log has a message of a kind, and why there may be no sweep. */
export const REASONS_WITHOUT_SWEEP: Partial<Readonly<Record<LineKind, string>>> = {
  'rmp-not-reserved': 'SNP is off: the BIOS has reserved no memory for the RMP table',
  'rmp-too-small': 'SNP is off: the RMP does not cover all memory',
  'snp-disabled': 'SNP is off: KVM has not enabled it',
  'rmpopt-not-supported': 'RMPOPT is not supported on this host',
  'rmpopt-not-enabled': 'no sweep: segmented RMP required',
  'sweep-skipped': 'the sweep was skipped: the kernel had no memory for its mask of CPUs',
  'sweep-not-set-up': 'no sweep: the kernel had no memory to set it up',
};

/** Kinds that state something without a figure, in the words of the kernel. */
export const STATEMENTS: Partial<Readonly<Record<LineKind, string>>> = Object.fromEntries(
  Object.entries(LINE_KINDS).flatMap(([kind, [words]]) =>
    words.includes('{') ? [] : [[kind, words.replace(/ \(.*/, '')]],
  ),
);

/** A message of a known kind. */
export interface Recognized {
  readonly kind: LineKind;
  readonly facts: LineFacts;
}

/** Whether text in which no message was found speaks of what is looked for. */
export function looksRelevant(text: string): boolean {
  return /RMPOPT|RMP (?:optimiz|table)|Segmented RMP|Attempt RMP\b|Memory @|tsc: (?:Detected|Refined)/.test(
    text,
  );
}

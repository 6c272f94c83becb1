/** What a kind of message tells: numbers exactly as printed, in text. */
export type FactName =
  | 'ns'
  | 'us'
  | 'ms'
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

/** A kind of message. */
interface LineKindRow {
  /** What it is about: how long a sweep took, something else of a sweep, or something else. */
  readonly of: 'total' | 'sweep' | 'host';
  /** What its time or its address is called as a figure; the name of the kind where that says it. */
  readonly figure?: string;
  readonly words: readonly string[];
}

/**
 * Every kind of message that is understood, by its words. `{name}` is a fact, `x?` a character that may be missing, `(...)?` words
 * that may; one space stands for any. Formats are those of mainline, of the posted series (v1 to v10), of its author's private
 * instrumentation as quoted in mails, and the lines docs/hardware.md asks for.
 */
export const LINE_KINDS = {
  'execution-time': {
    of: 'total',
    figure: 'total',
    words: [`RMPOPT:? execution time:? {ns} ns for physical address range ${RANGE}( on all cpus)?`],
  },
  'execution-cycles': {
    of: 'total',
    figure: 'total',
    words: [`RMPOPT:? cycles taken for physical address range ${RANGE}( on all cpus)?,?:? {cycles} cycles`],
  },
  'max-cycle-on-cpu': {
    of: 'sweep',
    figure: 'largest instruction so far',
    words: ['RMPOPT:? max.? cycles? on cpu {cpu}, addr {address}, cycles {cycles},? prev largest {count}'],
  },
  'largest-cycles': {
    of: 'sweep',
    figure: 'largest instruction',
    words: ['RMPOPT:? (instruction )?largest( CPU)? cycles{:}{cycles}'],
  },
  'smallest-cycles': {
    of: 'sweep',
    figure: 'smallest instruction',
    words: ['RMPOPT:? (instruction )?smallest( CPU)? cycles{:}{cycles}'],
  },
  'average-cycles': {
    of: 'sweep',
    figure: 'average instruction',
    words: ['RMPOPT:? (instruction )?average( CPU)? cycles{:}{cycles}'],
  },
  'max-cpu-cycles': {
    of: 'sweep',
    figure: 'max. CPU cycles',
    words: ['RMPOPT:? max.?( CPU)? cycles{:}{cycles}'],
  },
  'min-cpu-cycles': {
    of: 'sweep',
    figure: 'min. CPU cycles',
    words: ['RMPOPT:? min.?( CPU)? cycles{:}{cycles}'],
  },
  'instruction-cycles': {
    of: 'sweep',
    figure: 'instruction',
    words: ['RMPOPT:? instruction cycles{:}{cycles}'],
  },
  phases: {
    of: 'total',
    words: [
      'RMPOPT phases: local {localNs} ns, remote {remoteNs} ns, {regions} regions, {cpus} remote cpus(, {optimized} optimized locally)?',
    ],
  },
  cpu: {
    of: 'sweep',
    figure: 'in RMPOPT',
    words: [
      'RMPOPT cpu {cpu}: busy {ns} ns, {count} calls, longest {longestNs} ns(, {optimized} optimized)?',
    ],
  },
  rounds: {
    of: 'sweep',
    figure: 'mean',
    words: ['RMPOPT rounds: {count}, mean {ns} ns, longest {longestNs} ns'],
  },
  'table-row': { of: 'host', words: ['Memory @{ }{gb}GB: CPU(s):{ }{list}'] },
  attempt: {
    of: 'host',
    figure: 'address',
    words: [
      `Attempt RMP optimizations on physical address range @1GB alignment ${RANGE}`,
      `RMP optimizations enabled on physical address range @1GB alignment ${RANGE}`,
    ],
  },
  coverage: {
    of: 'host',
    figure: 'address',
    words: ['RMPOPT coverage limited to 2TB; memory above {address} not optimized'],
  },
  'rmp-table': {
    of: 'host',
    figure: 'address',
    words: [`RMP table physical range ${RANGE}`, `Segmented RMP base table physical range ${RANGE}`],
  },
  'rmp-segments': { of: 'host', words: ['Segmented RMP using {gb}GB segments'] },
  'rmp-segment': {
    of: 'host',
    figure: 'address',
    words: [
      'RMP segment {segment} physical address [{address}{-}{addressEnd}] covering [{covers}{-}{coversEnd}]',
    ],
  },
  'rmp-segment-reduced': {
    of: 'host',
    figure: 'address',
    words: ['RMP segment {segment} mapped size ({address}) reduced to {size}'],
  },
  'rmp-reserved': {
    of: 'host',
    figure: 'address',
    words: ['Reserving start/end of RMP table on a 2MB boundary [{address}]'],
  },
  'rmp-not-reserved': { of: 'host', words: ['Memory for the RMP table has not been reserved by BIOS'] },
  'rmp-too-small': {
    of: 'host',
    figure: 'address',
    words: [
      'Segmented RMP does not cover full system RAM (expected {address} got {addressEnd})',
      'Memory reserved for the RMP table does not cover full system RAM (expected {address} got {addressEnd})',
    ],
  },
  'rmpopt-not-supported': {
    of: 'host',
    words: ['RMPOPT not supported on this platform', 'RMPOPT is not supported on this platform'],
  },
  'rmpopt-not-enabled': { of: 'host', words: ['RMPOPT optimizations not enabled, segmented RMP required'] },
  'sweep-skipped': { of: 'host', words: ['RMP optimization pass skipped: cpumask allocation failed'] },
  'sweep-not-set-up': {
    of: 'host',
    words: ['Failed to allocate RMPOPT workqueue', 'Failed to allocate RMPOPT cpumask'],
  },
  'snp-enabled': { of: 'host', words: ['SEV-SNP enabled (ASIDs'] },
  'snp-disabled': { of: 'host', words: ['SEV-SNP disabled (ASIDs', 'SEV-SNP unusable (ASIDs'] },
  tsc: {
    of: 'host',
    words: ['tsc: Detected {mhz} MHz processor', 'tsc: Refined TSC clocksource calibration: {mhz} MHz'],
  },
} as const satisfies Readonly<Record<string, LineKindRow>>;

export type LineKind = keyof typeof LINE_KINDS;

const ROWS: Readonly<Record<LineKind, LineKindRow>> = LINE_KINDS;
const NAMES = Object.keys(LINE_KINDS) as LineKind[];

/** Kinds that each tell the time of a whole sweep. */
export const TOTALS: readonly LineKind[] = NAMES.filter((kind) => ROWS[kind].of === 'total');

export function isTotal(kind: LineKind): boolean {
  return ROWS[kind].of === 'total';
}

/** Kinds that tell of a sweep. */
export const SWEEP_KINDS: readonly LineKind[] = NAMES.filter((kind) => ROWS[kind].of !== 'host');

/** What the time or the address of a kind is called as a figure; `null` where nothing is said of it. */
export function figureOf(kind: LineKind): string | null {
  return ROWS[kind].figure ?? null;
}

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
  NAMES.flatMap((kind) => {
    const [words = ''] = ROWS[kind].words;
    return words.includes('{') ? [] : [[kind, words.replace(/ \(.*/, '')]];
  }),
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

/** What a kind of line tells: numbers exactly as printed, in text. */
export interface LineFacts {
  readonly ns?: string | undefined;
  readonly cycles?: string | undefined;
  readonly cpu?: string | undefined;
  /** Hexadecimal, as printed. */
  readonly address?: string | undefined;
  readonly addressEnd?: string | undefined;
  readonly count?: string | undefined;
  readonly remoteNs?: string | undefined;
  readonly localNs?: string | undefined;
  readonly longestNs?: string | undefined;
  readonly regions?: string | undefined;
  readonly cpus?: string | undefined;
  readonly mhz?: string | undefined;
  readonly gb?: string | undefined;
  readonly list?: string | undefined;
}

const HEX = '0x[0-9a-f]{1,16}';
const RANGE = `\\[?(?:mem )?(?<address>${HEX})\\s*-\\s*(?<addressEnd>${HEX})\\]?`;
/** One part of a list of CPUs; a mailer may have put spaces in. */
const CPUS = '\\d{1,7}(?:-\\s*\\d{1,7})?';

/** Of an unsigned 64-bit number: no sign, not more digits than it can have, and nothing behind it that would be part of it. */
const N = '\\d{1,20}(?![\\w.])(?!,\\d)';

/**
 * Every kind of line that is understood, by what it looks like after its prefixes. The first pattern that fits wins. Formats are
 * those of mainline, of the posted series (v1 to v10), of its author's private instrumentation as quoted in mails, and the lines
 * docs/hardware.md asks for.
 */
export const LINE_KINDS = {
  'execution-time': `RMPOPT:? execution time:? (?<ns>${N}) ns for physical address range ${RANGE}`,
  'execution-cycles': `RMPOPT:? cycles taken for physical address range ${RANGE}(?: on all cpus)?[,:]? (?<cycles>${N}) cycles`,
  'max-cycle-on-cpu': `RMPOPT:? max\\.? cycles? on cpu (?<cpu>\\d{1,7}), addr (?<address>${HEX}), cycles (?<cycles>${N}),? prev largest (?<count>${N})`,
  'largest-cycles': `RMPOPT:? (?:instruction )?largest(?: CPU)? cycles[:= ]+(?<cycles>${N})`,
  'smallest-cycles': `RMPOPT:? (?:instruction )?smallest(?: CPU)? cycles[:= ]+(?<cycles>${N})`,
  'average-cycles': `RMPOPT:? (?:instruction )?average(?: CPU)? cycles[:= ]+(?<cycles>${N})`,
  'max-cpu-cycles': `RMPOPT:? max\\.?(?: CPU)? cycles[:= ]+(?<cycles>${N})`,
  'min-cpu-cycles': `RMPOPT:? min\\.?(?: CPU)? cycles[:= ]+(?<cycles>${N})`,
  'instruction-cycles': `RMPOPT:? instruction cycles[:= ]+(?<cycles>${N})`,
  phases: `RMPOPT phases: local (?<localNs>${N}) ns, remote (?<remoteNs>${N}) ns, (?<regions>\\d{1,7}) regions, (?<cpus>\\d{1,7}) remote cpus`,
  cpu: `RMPOPT cpu (?<cpu>\\d{1,7}): busy (?<ns>${N}) ns, (?<count>\\d{1,15}) calls, longest (?<longestNs>${N}) ns`,
  rounds: `RMPOPT rounds: (?<count>\\d{1,15}), mean (?<ns>${N}) ns, longest (?<longestNs>${N}) ns`,
  'table-row': `Memory @\\s*(?<gb>\\d{1,9})GB: CPU\\(s\\):\\s*(?<list>none|${CPUS}(?:,\\s*${CPUS})*)\\s*$`,
  attempt: `(?:Attempt RMP optimizations|RMP optimizations enabled) on physical address range @1GB alignment ${RANGE}`,
  coverage: `RMPOPT coverage limited to 2TB; memory above (?<address>${HEX}) not optimized`,
  'rmp-table': `RMP table physical range ${RANGE}`,
  'rmp-segments': 'Segmented RMP using (?<gb>\\d{1,9})GB segments',
  tsc: 'tsc: (?:Detected|Refined TSC clocksource calibration:) (?<mhz>\\d{1,6}\\.\\d{1,6}) MHz',
} as const satisfies Record<string, string>;

export type LineKind = keyof typeof LINE_KINDS;

/** Kinds whose figure stands before the rest of the line, which a mailer may have cut off. */
const CUT_KINDS = {
  'execution-time': `RMPOPT:? execution time:? (?<ns>${N}) ns`,
  'max-cycle-on-cpu': `RMPOPT:? max\\.? cycles? on cpu (?<cpu>\\d{1,7}), addr (?<address>${HEX}), cycles (?<cycles>${N})`,
} as const satisfies Partial<Record<LineKind, string>>;

const compile = (kinds: Readonly<Record<string, string>>) =>
  Object.entries(kinds).map(([kind, pattern]) => [kind as LineKind, new RegExp(`^${pattern}`, 'i')] as const);
const WHOLE = compile(LINE_KINDS);
const CUT = compile(CUT_KINDS);

/** A message of a known kind. */
export interface Recognized {
  readonly kind: LineKind;
  readonly facts: LineFacts;
}

/**
 * What a message tells; `null` where it is of none of the kinds.
 * @param isWhole whether nothing of it may be missing
 */
export function recognize(message: string, isWhole: boolean): Recognized | null {
  for (const [kind, pattern] of isWhole ? WHOLE : CUT) {
    const groups = pattern.exec(message)?.groups;
    if (groups !== undefined) return { kind, facts: { ...groups } };
  }
  return null;
}

/** Whether a message that was not recognized speaks of what is looked for. */
export function looksRelevant(message: string): boolean {
  // Remarks of people and scripts are no part of any log.
  if (message.startsWith('#')) return false;
  return /RMPOPT|RMP (optimiz|table)|Segmented RMP|Attempt RMP$|rmpopt-table|Memory @|tsc: (Detected|Refined)/i.test(
    message,
  );
}

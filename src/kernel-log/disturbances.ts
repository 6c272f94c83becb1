/** What a line says of the log or the host that makes figures near it doubtful. */
export interface Disturbance {
  /** `lost`: messages are missing; `disturbed`: the host was busy with a fault; `clock`: its TSC is no clock. */
  readonly kind: 'lost' | 'disturbed' | 'clock';
  readonly line: number;
  /** In words. */
  readonly what: string;
}

const N = '(\\d{1,15})';

/** How lines say so, each with the words for it; `#` stands for the number in them. */
const SIGNS: readonly {
  readonly kind: Disturbance['kind'];
  readonly pattern: RegExp;
  readonly what: string;
}[] = [
  { kind: 'lost', pattern: new RegExp(`\\*\\* ${N} printk messages dropped`), what: '# messages dropped' },
  { kind: 'lost', pattern: new RegExp(`Missed ${N} kernel messages`), what: '# messages missed' },
  { kind: 'lost', pattern: new RegExp(`${N} callbacks suppressed`), what: '# messages suppressed' },
  { kind: 'lost', pattern: new RegExp(`${N} messages suppressed`, 'i'), what: '# messages suppressed' },
  { kind: 'lost', pattern: new RegExp(`Suppressed ${N} messages`, 'i'), what: '# messages suppressed' },
  { kind: 'lost', pattern: new RegExp(`${N} messages lost`), what: '# messages lost' },
  { kind: 'lost', pattern: /some messages lost|kmsg.* overrun/, what: 'messages lost' },
  { kind: 'disturbed', pattern: /RMPUPDATE failed for PFN/, what: 'an RMPUPDATE failed' },
  { kind: 'disturbed', pattern: /soft lockup|hard LOCKUP/i, what: 'a CPU was locked up' },
  {
    kind: 'disturbed',
    pattern: /self-detected stall|detected stalls? on CPU|detected expedited stall/,
    what: 'a CPU was stalled',
  },
  { kind: 'disturbed', pattern: /non-responsive CSD lock/, what: 'a CPU did not answer an IPI' },
  { kind: 'disturbed', pattern: /blocked for more than \d+ seconds/, what: 'a task was blocked' },
  {
    kind: 'clock',
    pattern:
      /Marking (?:TSC|clocksource 'tsc(?:-early)?').{0,40}unstable|TSC found unstable|turning off TSC clock/,
    what: 'the kernel takes its TSC for unstable',
  },
];

/** What a line says of that kind; `null` where it says nothing. */
export function disturbanceIn(text: string, line: number): Disturbance | null {
  for (const { kind, pattern, what } of SIGNS) {
    const found = pattern.exec(text);
    if (found !== null) return { kind, line, what: what.replace('#', found[1] ?? '') };
  }
  return null;
}

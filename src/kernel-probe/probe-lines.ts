/**
 * How a kind of line is printed, word for word as in kernel/rmpopt_probe.c, and what its values are called. `%s` in front is the
 * word `probe` here.
 */
interface LineFormat {
  readonly format: string;
  readonly names: readonly string[];
}

/** Every line of the probe. Where it has timed RMPOPT itself, some begin with that word: those are of sweeps, and src/kernel-log reads them. */
export const PROBE_LINES = {
  host: {
    format:
      'probe host: kernel %s, %u sockets, %u L3 groups, %u cores, %u cpus online, %u present, %u nodes, tsc %u kHz, tsc %s, snp %s, virtual %s, cpu %s',
    names: [
      ...['kernel', 'sockets', 'l3Groups', 'cores', 'cpus', 'cpusPresent', 'nodes'],
      ...['tscKhz', 'tsc', 'snp', 'virtual', 'model'],
    ],
  },
  run: {
    format:
      'probe run: op %s, strategy %s, threads %s, %u regions, %u targets, %u near, order %s, sender cpu %u, guests %s, noidle %s, emulated %s, list %s',
    names: [
      ...['op', 'strategy', 'threads', 'regions', 'targets', 'nearTargets', 'order'],
      ...['senderCpu', 'guests', 'noidle', 'emulated', 'list'],
    ],
  },
  phases: {
    format: '%s phases: local %llu ns, remote %llu ns, %u regions, %u remote cpus, %u optimized locally',
    names: ['localNs', 'remoteNs', 'regions', 'targets', 'optimized'],
  },
  rounds: {
    format: '%s rounds: %u, mean %llu ns, longest %u ns, shortest %u ns, median %u ns, p99 %u ns',
    names: ['rounds', 'roundMeanNs', 'roundMaxNs', 'roundMinNs', 'roundMedianNs', 'roundP99Ns'],
  },
  split: {
    format: 'probe split: first entry %u ns, last entry %u ns, last exit %u ns, return %u ns, %u backwards',
    names: ['firstEntryNs', 'lastEntryNs', 'lastExitNs', 'returnNs', 'backwards'],
  },
  cpu: {
    format: '%s cpu %u: busy %llu ns, %u calls, longest %llu ns, %u optimized, entry median %u ns, %s',
    names: ['cpu', 'inCallsNs', 'calls', 'longestNs', 'optimized', 'entryMedianNs', 'place'],
  },
  call: {
    format: 'probe call: region %u, cpu %u, entry %llu cycles, exit %llu cycles',
    names: ['region', 'cpu', 'entryCycles', 'exitCycles'],
  },
  end: { format: 'probe end: %u sweeps', names: ['sweeps'] },
  error: { format: 'probe error: %s', names: ['reason'] },
} as const satisfies Readonly<Record<string, LineFormat>>;

export type ProbeLineKind = keyof typeof PROBE_LINES;
type NameOf<K extends ProbeLineKind> = (typeof PROBE_LINES)[K]['names'][number];

/** A line of the probe: its values by name, numbers as numbers. */
export type ProbeLine = {
  readonly [K in ProbeLineKind]: {
    readonly kind: K;
    readonly values: Readonly<Record<NameOf<K>, string | number>>;
  };
}[ProbeLineKind];

const PATTERNS = new Map(
  Object.entries(PROBE_LINES).map(([kind, { format, names }]) => {
    const conversions = [...format.matchAll(/(?<=.)%(?:llu|[su])/g)].map(([conversion]) => conversion);
    const pattern = format
      .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      .replace(/^%s/, 'probe')
      .replace(/%s$/, '(\\S.*)')
      .replaceAll('%s', '(\\S+?)')
      .replace(/%(?:llu|u)/g, '(\\d+)');
    return [kind, { names: names as readonly string[], conversions, pattern: new RegExp(`${pattern}$`) }];
  }),
);

const WORDS = /(?:^|\s)probe (host|run|phases|rounds|split|cpu|call|end|error)\b/;

/**
 * Reads a line of the probe, whatever stands in front of it.
 * @returns what is wrong with it, where it is none that the probe prints; `null` where it is not of the probe at all
 */
export function readProbeLine(line: string): ProbeLine | string | null {
  const [, kind = ''] = WORDS.exec(line) ?? [];
  const known = PATTERNS.get(kind);
  if (known === undefined) return null;
  const { names, conversions, pattern } = known;
  const [, ...texts] = pattern.exec(line.trimEnd()) ?? [];
  if (texts.length !== names.length) return 'not understood';
  const values = texts.map((text, i) => (conversions[i] === '%s' ? text : Number(text)));
  if (!values.every((value) => typeof value === 'string' || Number.isSafeInteger(value))) {
    return 'a number beyond what can be carried exactly';
  }
  return { kind, values: Object.fromEntries(names.map((name, i) => [name, values[i]])) } as ProbeLine;
}

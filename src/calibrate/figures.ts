import { FIGURE_KINDS, type FigureKind, type FiguresFile } from './figures-file.js';

/** A figure in nanoseconds. */
export interface Figure {
  readonly id: string;
  readonly condition: string;
  readonly kind: FigureKind;
  readonly ns: number;
  /** Figures of one sweep have the same. */
  readonly sweep: string;
  /** Whether it is of the second of two sweeps in a row. */
  readonly isSecond: boolean;
  /** Noise of its own, beside that of its sweep, as the standard deviation of its logarithm. */
  readonly noise: number;
  readonly source: string;
}

/** All samples of one kind under one condition. */
export interface Sample {
  readonly condition: string;
  readonly kind: FigureKind;
  readonly figures: readonly Figure[];
  readonly meanNs: number;
  /** The largest over the smallest. */
  readonly ratio: number;
}

/** What several figures of one sweep have beside its noise, unless their file says more: its parts vary on their own, too. Assumed. */
const PART_NOISE = 0.02;

/** The figures of a file, cycles made time. */
export function figuresOf({ figures, tscGhz }: FiguresFile): Figure[] {
  const all = figures.map(
    ({ id, condition, kind, ns, cycles = 0, sweep = id, second, noisePct, source }) => ({
      ...{ id, condition, kind, ns: ns ?? cycles / (tscGhz ?? 1) },
      ...{ sweep, isSecond: second, noise: noisePct / 100, source },
    }),
  );
  const perSweep = new Map<string, number>();
  for (const { sweep, kind } of all) {
    if (!FIGURE_KINDS[kind].isBound) perSweep.set(sweep, (perSweep.get(sweep) ?? 0) + 1);
  }
  return all.map((one) => {
    const isPart = one.noise === 0 && (perSweep.get(one.sweep) ?? 0) > 1;
    return isPart ? { ...one, noise: PART_NOISE } : one;
  });
}

/** Figures grouped by condition and kind, in the order of the file. */
export function samplesOf(figures: readonly Figure[]): Sample[] {
  const keys = [...new Set(figures.map(({ condition, kind }) => `${condition} ${kind}`))];
  return keys.map((key) => {
    const members = figures.filter(({ condition, kind }) => `${condition} ${kind}` === key);
    const [first] = members;
    if (first === undefined) throw new Error('a sample without figures');
    const times = members.map(({ ns }) => ns);
    const meanNs = times.reduce((sum, ns) => sum + ns, 0) / times.length;
    return { ...first, figures: members, meanNs, ratio: Math.max(...times) / Math.min(...times) };
  });
}

/** Ratios of repeated samples closer than this count as one fact: the same thing happened twice. */
const SAME_RATIO = 0.01;

/** How many separate things figures say: a mean per sample that is no bound, and each distinct ratio within one. */
export function countFacts(samples: readonly Sample[]): number {
  const means = samples.filter(({ kind }) => !FIGURE_KINDS[kind].isBound).length;
  const ratios = samples.filter(({ figures }) => figures.length > 1).map(({ ratio }) => ratio);
  const distinct = ratios
    .sort((a, b) => a - b)
    .filter((ratio, i) => i === 0 || ratio - (ratios[i - 1] ?? 0) > SAME_RATIO);
  return means + distinct.length;
}

import { FIGURE_KINDS, type FigureKind, type FiguresFile } from './figures-file.js';

/** A figure in nanoseconds. */
export interface Figure {
  readonly id: string;
  readonly condition: string;
  readonly kind: FigureKind;
  readonly ns: number;
  /** How far from the truth a single one may be, as a share; stated by the file, or assumed. */
  readonly tolerance: number;
  readonly source: string;
}

/** How far from their mean samples may be and still be taken for the same thing. */
const SPREAD_MAX = 0.25;

/** All samples of one kind under one condition. They enter comparisons by their mean. */
export interface Sample {
  readonly condition: string;
  readonly kind: FigureKind;
  readonly figures: readonly Figure[];
  readonly meanNs: number;
  /** How far a simulated figure may be from the mean, as a share. */
  readonly tolerance: number;
  /** The largest over the smallest. */
  readonly ratio: number;
}

/** The figures of a file, cycles made time. */
export function figuresOf({ figures, tscGhz, tolerancePct }: FiguresFile): Figure[] {
  return figures.map(({ id, condition, kind, ns, cycles = 0, source }) => ({
    id,
    condition,
    kind,
    ns: ns ?? cycles / (tscGhz ?? 1),
    tolerance: tolerancePct / 100,
    source,
  }));
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
    const [low, high] = [Math.min(...times), Math.max(...times)];
    // As far as the outermost of repeated figures, unless they contradict each other; for a single one what the file says.
    const spread = Math.min(SPREAD_MAX, Math.max(high / meanNs - 1, 1 - low / meanNs));
    const tolerance = Math.max(first.tolerance, spread);
    return { ...first, figures: members, meanNs, tolerance, ratio: high / low };
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

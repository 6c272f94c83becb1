import { groupBy } from '../group-by.js';
import { type Block, table } from './blocks.js';
import { duration } from './figures.js';
import type { FieldColumn } from './layout.js';

/** A measured figure beside the simulated one of a hypothesis. */
interface FigureRow {
  /** What the figure is of; samples of one condition share it. */
  readonly name: string;
  readonly id: string;
  readonly hypothesis: string;
  readonly publishedNs: number;
  readonly simulatedNs: number;
  /** Whether the measured one lies in the 90% range: yes, no, or empty without a range. */
  readonly inRange: string;
}

/** Measured figures, a line each, beside what each hypothesis gives. */
export function figuresByHypothesis(rows: readonly FigureRow[]): Block {
  const hypotheses = [...new Set(rows.map(({ hypothesis }) => hypothesis))];
  const columns: FieldColumn<readonly FigureRow[]>[] = [
    { head: 'figure', align: 'left', label: 'name', field: ([first]) => first?.name ?? '' },
    { head: 'measured', align: 'right', field: samplesInWords },
    ...hypotheses.map(
      (hypothesis): FieldColumn<readonly FigureRow[]> => ({
        group: 'SIMULATED',
        head: hypothesis,
        align: 'right',
        field: (own) => {
          const row = own.find((one) => one.hypothesis === hypothesis);
          return row === undefined ? '-' : duration(row.simulatedNs);
        },
      }),
    ),
    { head: 'inside', align: 'left', field: inRangeInWords, dispensable: 1 },
  ];
  return table(columns, [...groupBy(rows, ({ name }) => name).values()]);
}

/** What the last column means. */
export const INSIDE_IN_WORDS =
  'inside: the measured figure is in the 90% range, which should contain 9 in 10 measurements (2 of 3: under two of three hypotheses).';

/** The samples of a condition, each once. */
function samplesInWords(rows: readonly FigureRow[]): string {
  const times = [...new Map(rows.map(({ id, publishedNs }) => [id, duration(publishedNs)])).values()];
  const units = new Set(times.map((time) => time.split(' ')[1]));
  return units.size === 1
    ? `${times.map((time) => time.split(' ')[0]).join(', ')} ${[...units][0]}`
    : times.join(', ');
}

/** `yes`, or under how many of the hypotheses the figure is inside. */
function inRangeInWords(rows: readonly FigureRow[]): string {
  const verdicts = new Map<string, boolean>();
  for (const { hypothesis, inRange } of rows.filter((row) => row.inRange !== '')) {
    verdicts.set(hypothesis, (verdicts.get(hypothesis) ?? true) && inRange === 'yes');
  }
  const inside = [...verdicts.values()].filter(Boolean).length;
  if (verdicts.size === 0) return '-';
  if (inside === verdicts.size) return 'yes';
  return inside === 0 ? 'no' : `${inside} of ${verdicts.size}`;
}

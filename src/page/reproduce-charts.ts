import * as Plot from '@observablehq/plot';
import { duration } from '../report/figures.js';
import type { ReproduceDocument, ReproduceRow } from '../run-document/reproduce-document.js';
import { axisLabel, type Chart, COLORS, marginFor, SERIES } from './chart.js';

/** Published figures against simulated ones. */
export function reproduceCharts({ results }: ReproduceDocument): Chart[] {
  // Extremes are bounds: a simulation without jitter need not come near them.
  const rows = results.filter(
    ({ publishedNs, fitted }) => publishedNs > 0 && (fitted === 'fitted' || fitted === 'predicted'),
  );
  const hypotheses = [...new Set(rows.map(({ hypothesis }) => hypothesis))];
  const labelOf = ({ id, kind }: ReproduceRow) => `${id}, ${kind}`;
  const labels = [...new Set(rows.map(labelOf))];
  if (labels.length === 0) return [];
  const colorOf = (hypothesis: string) =>
    SERIES[hypotheses.indexOf(hypothesis) % SERIES.length] ?? COLORS.ink;
  const ratioOf = ({ publishedNs }: ReproduceRow, ns: number | null) => (ns ?? 0) / publishedNs;
  const says = (row: ReproduceRow) =>
    `${labelOf(row)}, ${row.hypothesis}: published ${duration(row.publishedNs)}, simulated ${duration(row.simulatedNs)} (${row.verdict})`;
  return [
    {
      title: 'Simulated over published',
      says: 'At 1 both agree. The dot is the simulated figure divided by the published one; 9 in 10 measurements should fall on its line. Agreement proves nothing where the costs were fitted to the figure. Bounds, and figures that no costs explain, are left out.',
      legend: hypotheses.map((name) => ({ name, color: colorOf(name) })),
      options: {
        width: 820,
        height: 60 + 11 * (hypotheses.length + 1) * labels.length,
        marginLeft: marginFor(labels.map(axisLabel)),
        x: { label: 'simulated / published', grid: true },
        y: { axis: null, domain: hypotheses },
        fy: { label: null, domain: labels, tickFormat: axisLabel },
        marks: [
          Plot.ruleX([1], { stroke: COLORS.ink }),
          Plot.ruleY(
            rows.filter(({ lowNs }) => lowNs !== null),
            {
              ...{ fy: labelOf, y: 'hypothesis', strokeWidth: 3 },
              x1: (row) => ratioOf(row, row.lowNs),
              x2: (row) => ratioOf(row, row.highNs),
              stroke: (row) => colorOf(row.hypothesis),
            },
          ),
          Plot.dot(rows, {
            ...{ fy: labelOf, y: 'hypothesis', r: 3, fill: (row) => colorOf(row.hypothesis) },
            x: (row) => ratioOf(row, row.simulatedNs),
            title: says,
            ariaLabel: says,
          }),
        ],
      },
    },
  ];
}

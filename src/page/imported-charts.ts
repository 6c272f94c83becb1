import * as Plot from '@observablehq/plot';
import { duration } from '../report/figures.js';
import type { ImportedDocument } from '../run-document/run-document.js';
import { axisLabel, type Chart, COLORS, marginFor } from './chart.js';

/** Elapsed times that a log tells. */
export function importedCharts({ results }: ImportedDocument): Chart[] {
  const timed = results.flatMap((row) => {
    const label = `${[row.measure || row.scenario, row.variation].filter(Boolean).join(' ')} run ${row.run}, ${row.phase}`;
    return row.elapsedNs === null ? [] : [{ label, ms: row.elapsedNs / 1e6, elapsedNs: row.elapsedNs }];
  });
  if (timed.length === 0) return [];
  const labels = timed.map(({ label }) => label);
  const says = ({ label, elapsedNs }: (typeof timed)[number]) => `${label}: ${duration(elapsedNs)}`;
  return [
    {
      title: 'Elapsed times as logged',
      says: 'IMPORTED, not simulated.',
      legend: [],
      options: {
        width: 820,
        height: 60 + 22 * labels.length,
        marginLeft: marginFor(labels.map(axisLabel)),
        x: { label: 'ms', grid: true, zero: true },
        y: { label: null, domain: labels, tickFormat: axisLabel },
        marks: [
          Plot.barX(timed, {
            ...{ y: 'label', x: 'ms', fill: COLORS.remote, inset: 2 },
            title: says,
            ariaLabel: says,
          }),
        ],
      },
    },
  ];
}

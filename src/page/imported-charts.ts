import * as Plot from '@observablehq/plot';
import { groupBy } from '../group-by.js';
import { duration } from '../report/figures.js';
import type { ImportedDocument } from '../run-document/run-document.js';
import { axisLabel, type Chart, COLORS, marginFor } from './chart.js';

/** What a log or a trace tells of times. */
export function importedCharts({ results, arrivals }: ImportedDocument): Chart[] {
  return [...elapsedCharts(results), ...arrivalCharts(arrivals)];
}

function elapsedCharts(results: ImportedDocument['results']): Chart[] {
  const timed = results.flatMap((row) => {
    const label = [row.state || row.scenario, row.variation, `run ${row.run}, ${row.phase}`]
      .filter(Boolean)
      .join(' ');
    const { phase, elapsedNs } = row;
    return elapsedNs === null ? [] : [{ label, phase, ms: elapsedNs / 1e6, elapsedNs }];
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
            ...{ y: 'label', x: 'ms', inset: 2 },
            fill: (row: (typeof timed)[number]) =>
              row.phase === 'local' || row.phase === 'remote' ? COLORS[row.phase] : COLORS.range,
            title: says,
            ariaLabel: says,
          }),
        ],
      },
    },
  ];
}

/** So many sweeps have a chart of their own. */
const SWEEPS_DRAWN = 4;

/** How long after the start of a round each CPU enters its call. */
function arrivalCharts(arrivals: ImportedDocument['arrivals']): Chart[] {
  const delayed = arrivals.flatMap(({ run, cpu, delayMinNs, delayMedianNs, delayP99Ns }) => {
    if (delayMinNs === null || delayMedianNs === null || delayP99Ns === null) return [];
    return [
      { run, cpu, delayMedianNs, low: delayMinNs / 1e3, mid: delayMedianNs / 1e3, high: delayP99Ns / 1e3 },
    ];
  });
  const says = ({ cpu, delayMedianNs }: (typeof delayed)[number]) => `CPU ${cpu}: ${duration(delayMedianNs)}`;
  return [...groupBy(delayed, ({ run }) => run)].slice(0, SWEEPS_DRAWN).map(([run, cpus]) => ({
    title: `Sweep ${run}: from the start of a round to each CPU's entry`,
    says: 'IMPORTED. A point is the median of one CPU over the rounds; its line goes from the minimum to the 99th percentile.',
    legend: [],
    options: {
      ...{ width: 820, height: 300, marginLeft: 60 },
      x: { label: 'CPU', tickFormat: 'd' },
      y: { label: 'us', grid: true, zero: true },
      marks: [
        Plot.ruleX(cpus, { x: 'cpu', y1: 'low', y2: 'high', stroke: COLORS.faint }),
        Plot.dot(cpus, {
          ...{ x: 'cpu', y: 'mid', r: 2, fill: COLORS.remote },
          ...{ title: says, ariaLabel: says },
        }),
      ],
    },
  }));
}

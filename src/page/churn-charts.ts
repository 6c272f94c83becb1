import * as Plot from '@observablehq/plot';
import { groupBy } from '../group-by.js';
import { rowsAskedFor } from '../report/churn.js';
import { isDelayed, isOfRegime, regimeName } from '../report/churn-regimes.js';
import { counted, duration, exactDuration, threeDigits } from '../report/figures.js';
import type { ChurnDocument, ChurnRow } from '../run-document/churn-document.js';
import { type Chart, COLORS, marginFor, SERIES } from './chart.js';

const WIDTH = 820;

/** The pictures of a host on which guests come and go. */
export function churnCharts(document: ChurnDocument): Chart[] {
  return [
    ...historyChart(document, 'guests', 'Running guests', 'The same for every policy'),
    ...historyChart(
      document,
      'assignedRegions',
      'Regions with an assigned page',
      'RMP and firmware included; the same for every policy',
    ),
    ...(document.events.some(({ converting }) => converting > 0)
      ? historyChart(
          document,
          'converting',
          'Guests that have exited but still hold memory',
          'Their pages come back one by one; the same for every policy',
        )
      : []),
    ...waitingChart(document, rowsAskedFor(document)),
    ...delayCharts(document),
  ];
}

const seconds = (ns: number) => ns / 1e9;

/** A value that holds until the next one. */
interface Step {
  readonly what: string;
  readonly atS: number;
  readonly value: number;
}

function historyChart(
  { events, assigned, results }: ChurnDocument,
  column: 'guests' | 'converting' | 'assignedRegions',
  title: string,
  note: string,
): Chart[] {
  const [row] = results;
  const points =
    column === 'assignedRegions'
      ? assigned.map(({ atNs, assignedRegions }) => ({ atNs, value: assignedRegions }))
      : events.map((event) => ({ atNs: event.atNs, value: event[column] }));
  const last = points.at(-1);
  if (row === undefined || last === undefined) return [];
  const steps: Step[] = [
    ...points.map(({ atNs, value }) => ({ what: title, atS: seconds(atNs), value })),
    { what: title, atS: seconds(row.durationNs), value: last.value },
  ];
  return [
    {
      title,
      says: `${note}.`,
      legend: [],
      options: {
        width: WIDTH,
        height: 150,
        marginLeft: 60,
        x: { label: 's', domain: [0, seconds(row.durationNs)] },
        y: { label: null, grid: true, zero: true },
        marks: [
          Plot.areaY(steps, { x: 'atS', y: 'value', curve: 'step-after', fill: COLORS.faint }),
          Plot.lineY(steps, { x: 'atS', y: 'value', curve: 'step-after', stroke: COLORS.ink }),
        ],
      },
    },
  ];
}

/** When each policy swept, and how much was waiting for it. */
function waitingChart({ waiting, sweeps }: ChurnDocument, asked: readonly ChurnRow[]): Chart[] {
  const [row] = asked;
  if (row === undefined) return [];
  const names = asked.map((one) => regimeName(one, asked));
  const steps = asked.flatMap((one, i): Step[] => {
    const what = names[i] ?? '';
    const own = waiting.filter((point) => isOfRegime(point, one));
    const points = own.map((point) => ({ what, atS: seconds(point.atNs), value: point.waitingRegions }));
    return [...points, { what, atS: seconds(one.durationNs), value: points.at(-1)?.value ?? 0 }];
  });
  const starts = asked.flatMap((one, i) =>
    sweeps
      .filter((sweep) => isOfRegime(sweep, one))
      .map((sweep) => ({ ...sweep, what: names[i] ?? '', atS: seconds(sweep.startNs) })),
  );
  const says = ({ atS, elapsedNs, exits, missedRegions, what }: (typeof starts)[number]) =>
    `${what}: sweep at ${threeDigits(atS)} s for ${counted(exits, 'exit')}, takes ${duration(elapsedNs)}, misses ${counted(missedRegions, 'region')}`;
  return [
    {
      title: 'Free regions that are not optimized, by policy',
      says: 'A triangle is a sweep. A hollow triangle is a sweep that missed regions because their memory was not back.',
      legend: [],
      options: {
        width: WIDTH,
        height: 40 + 84 * names.length,
        marginLeft: 60,
        marginRight: marginFor(names),
        x: { label: 's', domain: [0, seconds(row.durationNs)] },
        y: { label: null, grid: true, zero: true, ticks: 3, insetBottom: 8 },
        fy: { label: null, domain: names },
        marks: [
          Plot.areaY(steps, { x: 'atS', y: 'value', fy: 'what', curve: 'step-after', fill: COLORS.faint }),
          Plot.dot(starts, {
            ...{ x: 'atS', y: () => 0, fy: 'what', dy: 6, symbol: 'triangle', r: 3 },
            stroke: COLORS.ink,
            fill: ({ missedRegions }) => (missedRegions > 0 ? 'var(--paper)' : COLORS.ink),
            title: says,
            ariaLabel: says,
          }),
        ],
      },
    },
  ];
}

const DELAY_FIGURES = [
  { title: 'CPU time of sweeps, by delay', label: 's', figureIn: (row: ChurnRow) => seconds(row.cpuTimeNs) },
  {
    title: 'Time that free regions wait, by delay',
    label: 'region-s',
    figureIn: (row: ChurnRow) => row.waitingRegionS,
  },
  {
    title: 'Regions missed by sweeps, by delay',
    label: 'regions',
    figureIn: (row: ChurnRow) => row.missedRegions,
  },
] as const;

/** What the delay saves and what it costs, for each window and hypothesis that has a table of delays. */
function delayCharts({ results }: ChurnDocument): Chart[] {
  const delayed = results.filter(isDelayed);
  const groups = groupBy(delayed, ({ window, hypothesis }) => `window ${window}, hypothesis ${hypothesis}`);
  const tables = [...groups].filter(([, rows]) => new Set(rows.map(({ delayNs }) => delayNs)).size > 1);
  return tables.flatMap(([name, rows]) => {
    const policies = [...new Set(rows.map(({ policy }) => policy))];
    const colorOf = (policy: string) => SERIES[policies.indexOf(policy) % SERIES.length] ?? COLORS.ink;
    const ascending = rows.toSorted((a, b) => a.delayNs - b.delayNs);
    return DELAY_FIGURES.map(({ title, label, figureIn }): Chart => {
      const says = (row: ChurnRow) =>
        `${row.policy}, delay ${exactDuration(row.delayNs)}: ${threeDigits(figureIn(row))} ${label}, ${counted(row.sweeps, 'sweep')}`;
      return {
        title: tables.length > 1 ? `${title}, ${name}` : title,
        says: 'Lines on top of each other: the policies gave the same result.',
        legend: policies.map((policy) => ({ name: policy, color: colorOf(policy) })),
        options: {
          width: WIDTH,
          height: 220,
          marginLeft: 70,
          x: { label: 'delay, s', grid: true },
          y: { label, grid: true, zero: true },
          marks: [
            Plot.line(ascending, {
              ...{ x: (row) => seconds(row.delayNs), y: figureIn, z: 'policy' },
              stroke: (row) => colorOf(row.policy),
            }),
            Plot.dot(ascending, {
              ...{ x: (row) => seconds(row.delayNs), y: figureIn, r: 3.5 },
              ...{ fill: (row) => colorOf(row.policy), title: says, ariaLabel: says },
            }),
          ],
        },
      };
    });
  });
}

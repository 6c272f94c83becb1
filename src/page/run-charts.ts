import * as Plot from '@observablehq/plot';
import type { CellRow } from '../report/cell-names.js';
import { duration, ratioText } from '../report/figures.js';
import { reportedSweeps } from '../report/sweeps.js';
import type { ResultRow, SpreadRow } from '../run-document/columns.js';
import type { RunDocument } from '../run-document/run-document.js';
import { axisLabel, type Chart, COLORS, marginFor, SERIES } from './chart.js';

const WIDTH = 820;
const ROW_HEIGHT = 26;

/**
 * The pictures of a run or a grid; one that would show nothing is left out.
 * @param nameOf what the cell of a row is called
 */
export function runCharts(document: RunDocument, nameOf: Naming): Chart[] {
  return [
    ...phasesChart(document, nameOf),
    ...partsChart(document, nameOf),
    ...ratiosChart(document, nameOf),
    ...spreadsChart(document, nameOf),
    ...hingesChart(document, nameOf),
  ];
}

type Naming = (row: CellRow) => string;

const ms = (ns: number) => ns / 1e6;

/** Lines beyond which one has to scroll from a chart's axis to its top. */
const TALL = 24;

/** A second axis on top of a tall chart. */
function axisOnTop(lines: number): Plot.Markish[] {
  return lines > TALL ? [Plot.axisX({ anchor: 'top', label: null }), Plot.axisX({ anchor: 'bottom' })] : [];
}

/** Beyond this ratio of the largest to the median, small values would be dots at 0. */
const SKEWED = 12;

/** The scale of times: by square root where a few are far above all others. */
function timeScale(timesMs: readonly number[]): { readonly type: 'linear' | 'sqrt'; readonly says: string } {
  const ascending = timesMs.toSorted((a, b) => a - b);
  const [median = 0, most = 0] = [ascending[ascending.length >> 1], ascending.at(-1)];
  return most > SKEWED * median
    ? { type: 'sqrt', says: ' The axis is a square-root scale.' }
    : { type: 'linear', says: '' };
}

/** Every row of the results has a mark: the phases are bars, the total is a dot with its range. */
function phasesChart({ results }: RunDocument, nameOf: Naming): Chart[] {
  if (results.length === 0) return [];
  const names = [...new Set(results.map(nameOf))];
  const ofPhase = (phase: string) => results.filter((row) => row.phase === phase);
  const says = (row: ResultRow) => `${nameOf(row)}, ${row.phase}: ${duration(row.elapsedNs)}${rangeOf(row)}`;
  const totals = ofPhase('total');
  const bars = [...ofPhase('local'), ...ofPhase('remote')];
  const scale = timeScale(totals.map(({ elapsedNs }) => ms(elapsedNs)));
  return [
    {
      title: 'Elapsed time by phase',
      says: `Bars show the local phase, then the remote phase. The dot is the total; 9 in 10 measurements should fall on its line.${scale.says}`,
      legend: [
        { name: 'local phase', color: COLORS.local },
        { name: 'remote phase', color: COLORS.remote },
      ],
      options: {
        width: WIDTH,
        height: 60 + ROW_HEIGHT * names.length,
        marginLeft: marginFor(names.map(axisLabel)),
        x: { label: 'ms', grid: true, zero: true, type: scale.type },
        y: { label: null, domain: names, tickFormat: axisLabel },
        marks: [
          ...axisOnTop(names.length),
          Plot.barX(bars, {
            ...{ y: nameOf, x: (row) => ms(row.elapsedNs), insetTop: 3, insetBottom: 3 },
            fill: (row) => (row.phase === 'local' ? COLORS.local : COLORS.remote),
            title: says,
            ariaLabel: says,
          }),
          Plot.ruleY(
            totals.filter((row) => row.elapsedLowNs !== null),
            {
              ...{ y: nameOf, stroke: COLORS.ink, strokeWidth: 1.5 },
              x1: (row) => ms(row.elapsedLowNs ?? 0),
              x2: (row) => ms(row.elapsedHighNs ?? 0),
            },
          ),
          Plot.dot(totals, {
            ...{ y: nameOf, x: (row) => ms(row.elapsedNs), fill: COLORS.ink, r: 3.5 },
            title: says,
            ariaLabel: says,
          }),
        ],
      },
    },
  ];
}

function rangeOf({ elapsedLowNs, elapsedHighNs }: ResultRow): string {
  if (elapsedLowNs === null || elapsedHighNs === null) return '';
  return `, range ${duration(elapsedLowNs)} to ${duration(elapsedHighNs)}`;
}

const PARTS = [
  { name: 'sending IPIs', column: 'sendingNs', color: COLORS.sending },
  { name: 'executing RMPOPT', column: 'executingNs', color: COLORS.executing },
  { name: 'queued behind others', column: 'queuedNs', color: COLORS.queued },
  { name: 'loop overhead', column: 'loopNs', color: COLORS.faint },
] as const;

function partsChart(document: RunDocument, nameOf: Naming): Chart[] {
  const sweeps = reportedSweeps(document);
  const parts = sweeps.flatMap(({ total, breakdowns }) =>
    breakdowns.flatMap((row) => {
      const label = `${nameOf(total)}, ${row.phase}`;
      return PARTS.map(({ name, column, color }) => ({ label, name, color, ns: row[column] }));
    }),
  );
  if (parts.length === 0) return [];
  const labels = [...new Set(parts.filter(({ ns }) => ns > 0).map(({ label }) => label))];
  const phases = sweeps.flatMap(({ local, remote }) => [local, remote]);
  const scale = timeScale(phases.map(({ elapsedNs }) => ms(elapsedNs)));
  const says = ({ label, name, ns }: (typeof parts)[number]) => `${label}: ${duration(ns)} ${name}`;
  return [
    {
      title: 'Where the time goes',
      says: `Time of the CPU that finishes last in each round; the local CPU waits for it.${scale.says}`,
      legend: PARTS.map(({ name, color }) => ({ name, color })),
      options: {
        width: WIDTH,
        height: 60 + 22 * labels.length,
        marginLeft: marginFor(labels.map(axisLabel)),
        x: { label: 'ms', grid: true, zero: true, type: scale.type },
        y: { label: null, domain: labels, tickFormat: axisLabel },
        marks: [
          ...axisOnTop(labels.length),
          Plot.barX(
            parts.filter(({ ns }) => ns > 0),
            {
              y: 'label',
              x: (part) => ms(part.ns),
              fill: (part) => part.color,
              title: says,
              ariaLabel: says,
              insetTop: 2,
              insetBottom: 2,
            },
          ),
        ],
      },
    },
  ];
}

function ratiosChart({ comparisons }: RunDocument, nameOf: Naming): Chart[] {
  const totals = comparisons.filter(({ phase, ratio }) => phase === 'total' && ratio !== null);
  const baseline = totals.find(({ isBaseline }) => isBaseline === 'yes');
  if (baseline === undefined || totals.length < 2) return [];
  const names = totals.map(nameOf);
  const scale = timeScale(totals.map(({ elapsedNs }) => ms(elapsedNs)));
  const says = (row: (typeof totals)[number]) =>
    `${nameOf(row)}: ${ratioText(row.ratio)} times the baseline${row.ratioLow === null ? '' : `, range ${ratioText(row.ratioLow)} to ${ratioText(row.ratioHigh)}`}`;
  return [
    {
      title: 'Against the baseline',
      says: `Totals as multiples of ${nameOf(baseline)}, ${duration(baseline.elapsedNs)}. The line is the 90% range over plausible costs, the same on both sides.${scale.says}`,
      legend: [],
      options: {
        width: WIDTH,
        height: 60 + ROW_HEIGHT * names.length,
        marginLeft: marginFor(names.map(axisLabel)),
        x: { label: 'times the baseline', grid: true, zero: true, type: scale.type },
        y: { label: null, domain: names, tickFormat: axisLabel },
        marks: [
          ...axisOnTop(names.length),
          Plot.ruleX([1], { stroke: COLORS.faint }),
          Plot.ruleY(
            totals.filter(({ ratioLow }) => ratioLow !== null),
            { y: nameOf, x1: 'ratioLow', x2: 'ratioHigh', stroke: COLORS.range, strokeWidth: 3 },
          ),
          Plot.dot(totals, { y: nameOf, x: 'ratio', fill: COLORS.ink, r: 4, title: says, ariaLabel: says }),
        ],
      },
    },
  ];
}

/** How far apart repetitions are by chance. */
function spreadsChart({ spreads = [], comparisons }: RunDocument, nameOf: Naming): Chart[] {
  const totals = spreads.filter(({ phase }) => phase === 'total');
  const [first] = totals;
  if (first === undefined) return [];
  const names = totals.map(nameOf);
  const says = (row: SpreadRow) =>
    `${nameOf(row)}: median ${duration(row.medianNs)}, 9 in 10 of ${row.runs} repetitions between ${duration(row.p5Ns)} and ${duration(row.p95Ns)}, all between ${duration(row.minNs)} and ${duration(row.maxNs)}`;
  const line = (from: 'minNs' | 'p5Ns', to: 'maxNs' | 'p95Ns', strokeWidth: number) =>
    Plot.ruleY(totals, {
      ...{ y: nameOf, strokeWidth, stroke: COLORS.range },
      x1: (row: SpreadRow) => ms(row[from]),
      x2: (row: SpreadRow) => ms(row[to]),
    });
  return [
    {
      title: 'How much repetitions differ',
      says: `Totals of ${first.runs} repetitions with random jitter, whose size is assumed. The dot is the median, the thick line has 9 in 10 repetitions, the thin line all. The axis does not start at 0. Other charts show one repetition: ${comparisons.length > 0 ? 'the one in which the baseline took its median time' : 'for each sweep the one with the median'}.`,
      legend: [],
      options: {
        width: WIDTH,
        height: 60 + ROW_HEIGHT * names.length,
        marginLeft: marginFor(names.map(axisLabel)),
        x: { label: 'ms', grid: true, nice: true },
        y: { label: null, domain: names, tickFormat: axisLabel },
        marks: [
          ...axisOnTop(names.length),
          line('minNs', 'maxNs', 1.5),
          line('p5Ns', 'p95Ns', 4),
          Plot.dot(totals, {
            ...{ y: nameOf, x: (row) => ms(row.medianNs), fill: COLORS.ink, r: 4 },
            title: says,
            ariaLabel: says,
          }),
        ],
      },
    },
  ];
}

/** Which of the things nobody has measured a prediction hangs on. */
function hingesChart({ bands }: RunDocument, nameOf: Naming): Chart[] {
  const hypotheses = [...new Set(bands.map(({ hypothesis }) => hypothesis))];
  if (hypotheses.length < 2) return [];
  const colorOf = (hypothesis: string) =>
    SERIES[hypotheses.indexOf(hypothesis) % SERIES.length] ?? COLORS.ink;
  // Bands are of a cell whatever its hypothesis, so that is no part of its name here.
  const labelOf = (row: (typeof bands)[number]) =>
    [nameOf({ ...row, hypothesis: '' }).trim(), row.switches].filter(Boolean).join(', ');
  const labels = [...new Set(bands.map(labelOf))];
  const says = (row: (typeof bands)[number]) =>
    `${labelOf(row)}, ${row.hypothesis}: ${duration(row.totalLowNs)} to ${duration(row.totalHighNs)}, median ${duration(row.totalMedianNs)}, of ${row.sets} sets`;
  return [
    {
      title: 'What depends on the hypothesis',
      says: 'Total under each hypothesis, over the draws of costs that fit the published figures. The dot is the median. The axis does not start at 0. Where lines do not overlap, a measurement would decide between the hypotheses.',
      legend: hypotheses.map((name) => ({ name, color: colorOf(name) })),
      options: {
        width: WIDTH,
        height: 60 + 12 * (hypotheses.length + 1) * labels.length,
        marginLeft: marginFor(labels.map(axisLabel)),
        x: { label: 'ms', grid: true },
        y: { axis: null, domain: hypotheses },
        fy: { label: null, domain: labels, tickFormat: axisLabel },
        marks: [
          Plot.ruleY(bands, {
            ...{ fy: labelOf, y: 'hypothesis', strokeWidth: 4 },
            x1: (row) => ms(row.totalLowNs),
            x2: (row) => ms(row.totalHighNs),
            stroke: (row) => colorOf(row.hypothesis),
            title: says,
            ariaLabel: says,
          }),
          Plot.dot(bands, {
            ...{ fy: labelOf, y: 'hypothesis', r: 3, fill: COLORS.ink },
            x: (row) => ms(row.totalMedianNs),
          }),
        ],
      },
    },
  ];
}

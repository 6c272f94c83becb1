import { groupBy } from '../group-by.js';
import { PROVENANCES } from '../provenance.js';
import type { BandRow, DisturbanceRow, MissingRow, SweepKey } from '../run-document/columns.js';
import type { RecordedMachine, RunDocument, Warning } from '../run-document/run-document.js';
import { type Block, list, prose } from './blocks.js';
import { counted, duration, range } from './figures.js';
import { listNames } from './names.js';
import { outsideOwnRange, setByHand } from './ranges.js';
import { bandsInWords, naming, type ReportedSweep } from './sweeps.js';

/** What the figures say, in sentences computed from them. */
export function explanations(
  sweeps: readonly ReportedSweep[],
  { disturbances }: Pick<RunDocument, 'disturbances'>,
): Block[] {
  const nameOf = naming(sweeps);
  return [
    ...list(sweeps.map((sweep) => sweepInWords(sweep, nameOf))),
    ...interruptions(sweeps, disturbances, nameOf),
    ...(sweeps.some(({ bands }) => bands.length > 0)
      ? ranges(sweeps, nameOf)
      : otherHypotheses(sweeps, nameOf)),
    restsOn(sweeps.map(({ machine }) => machine)),
  ];
}

/** What is on stderr otherwise, for reports that travel alone. */
export function warningsInWords(warnings: readonly Warning[]): Block[] {
  return list(
    warnings.map(({ message }) => `${message}.`),
    'Warnings:',
  );
}

const LINES_MAX = 12;

/** What was to be run and was not, or not to its end. */
export function missingCells(missing: readonly MissingRow[]): Block[] {
  const lines = missing.map(
    ({ scenario, cell, reason }) => `Not run: ${[scenario, cell].filter(Boolean).join(' ')}: ${reason}.`,
  );
  return list(shortened(lines, 'cell'));
}

export function shortened(lines: readonly string[], noun: string): string[] {
  const left = lines.length - LINES_MAX;
  return left <= 0
    ? [...lines]
    : [...lines.slice(0, LINES_MAX), `and ${counted(left, `more ${noun}`)}, which JSON has in full.`];
}

/** The seed mail's own comparison, and the work behind it. */
function sweepInWords(sweep: ReportedSweep, nameOf: Naming): string {
  const { total } = sweep;
  return `${nameOf(total)}: ${localInWords(sweep)} ${remoteInWords(sweep)}`;
}

type Naming = (key: SweepKey) => string;

function localInWords({ local }: ReportedSweep): string {
  if (local.issued === 0)
    return local.elapsedNs === 0 ? 'no local phase;' : 'nothing for the local CPU to do;';
  return `local ${duration(local.elapsedNs)} on one CPU;`;
}

function remoteInWords({ remote, breakdowns }: ReportedSweep): string {
  const { elapsedNs, perCpuNs, inRmpoptMeanNs, issued } = remote;
  const remoteCpus = breakdowns.find(({ phase }) => phase === 'remote')?.remoteCpus ?? 0;
  if (remoteCpus === 0) return 'no remote CPUs.';
  if (issued === 0) return 'no IPI sent to the others.';
  return [
    `remote ${duration(elapsedNs)}; (end - middle) / ${counted(remoteCpus, 'CPU')} =`,
    `${duration(perCpuNs ?? 0)}, and each spent ${duration(inRmpoptMeanNs)} in RMPOPT${remoteCpus > 1 ? ' on average' : ''}.`,
  ].join(' ');
}

/** How often remote CPUs are interrupted and for how long: the same whoever of a round is served first, but for the range. */
function interruptions(
  sweeps: readonly ReportedSweep[],
  disturbances: readonly DisturbanceRow[],
  nameOf: Naming,
): Block[] {
  const told = groupBy(
    disturbances.filter(({ interruptsMax }) => interruptsMax > 0),
    ({ interruptsMin: least, interruptsMax: most, ...row }) => {
      const often = least === most ? counted(most, 'time') : `${least} to ${counted(most, 'time')}`;
      return `${often}; the longest interruption takes ${longestInWords(row)}`;
    },
  );
  if (told.size === 0) return [];
  const lines = [...told].map(([says, rows]) => `${listNames(rows.map(nameOf))}: ${says}.`);
  const isRange = sweeps.some(({ remote }) => remote.inRmpoptLowNs !== remote.inRmpoptHighNs);
  const order =
    'Low and high are the extremes over CPUs in two orders of service: by CPU number, and starting at another CPU for each region. Nobody has measured the order.';
  return [...list(lines, 'Each remote CPU is interrupted:'), ...(isRange ? [prose(order)] : [])];
}

function longestInWords({
  longestInterruptNs,
  longestInterruptLowNs: lowNs,
  longestInterruptHighNs: highNs,
}: Pick<DisturbanceRow, 'longestInterruptNs' | 'longestInterruptLowNs' | 'longestInterruptHighNs'>): string {
  if (lowNs === null || highNs === null) return `at most ${duration(longestInterruptNs)}`;
  const [low, high] = [duration(lowNs), duration(highNs)];
  return low === high ? high : `${low} to ${high}, depending on the CPU and the order of service`;
}

/** How far each total can be trusted, and whether that hinges on which hypothesis holds. */
function ranges(sweeps: readonly ReportedSweep[], nameOf: Naming): Block[] {
  const lines = [...new Set(sweeps.map((sweep) => rangeInWords(sweep, nameOf)))];
  const head = `90% range of the total: 9 in 10 measurements should fall inside.${setByHand(sweeps)} By hypothesis:`;
  const outside = outsideOwnRange(sweeps.map(({ total }) => ({ name: nameOf(total), total })));
  return [...list(lines, head), ...assumedRanges(sweeps, nameOf), ...outside.map(prose)];
}

/** Ranges that say what was assumed, and nothing of any measurement. */
function assumedRanges(sweeps: readonly ReportedSweep[], nameOf: Naming): Block[] {
  const names = sweeps.flatMap(({ total, bands }) => {
    const phases = [...new Set(bands.flatMap(({ assumed }) => (assumed === '' ? [] : assumed.split(','))))];
    return phases.map((phase) => `the ${phase} loop of ${nameOf(total)}`);
  });
  if (names.length === 0) return [];
  return [
    prose(
      `No figure tells how long these take; their ranges are those of assumed costs: ${listNames(names)}.`,
    ),
  ];
}

function rangeInWords({ total, bands }: ReportedSweep, nameOf: Naming): string {
  const { elapsedLowNs, elapsedHighNs } = total;
  const ofHypotheses = bandsInWords(
    bands.map((band) => ({ band, says: `${range(band.totalLowNs, band.totalHighNs)} ms` })),
  );
  const overall = `${nameOf(total)}: ${range(elapsedLowNs ?? 0, elapsedHighNs ?? 0)} ms`;
  if (bands.length < 2) return `${overall}.`;
  const hinges = areApart(bands) ? ' Depends on the hypothesis:' : '';
  return `${overall}.${hinges} ${ofHypotheses}.`;
}

/** Whether some hypotheses' ranges do not meet. */
function areApart(bands: readonly BandRow[]): boolean {
  return bands.some((one) => bands.some((other) => one.totalHighNs < other.totalLowNs));
}

/** What the hypotheses that were not asked for say, against the one that was. */
function otherHypotheses(sweeps: readonly ReportedSweep[], nameOf: Naming): Block[] {
  const lines = sweeps.flatMap(({ total, alternatives }) => {
    if (alternatives.length === 0) return [];
    const others = alternatives.map(
      ({ hypothesis, totalNs }) => `${hypothesis} ${duration(totalNs)} (${change(total.elapsedNs, totalNs)})`,
    );
    return [`${nameOf(total)} ${total.hypothesis} ${duration(total.elapsedNs)}, ${others.join(', ')}`];
  });
  if (lines.length === 0) return [];
  return [prose(`In total, beside what the other hypotheses say: ${lines.join('; ')}.`)];
}

/** How far `otherNs` is from `ns`, in percent. */
function change(ns: number, otherNs: number): string {
  const percentage = ns === 0 ? 0 : (100 * (otherNs - ns)) / ns;
  const rounded = Math.round(percentage);
  if (rounded === 0) return otherNs === ns ? 'the same' : 'within 1 %';
  return `${rounded > 0 ? '+' : '-'}${Math.abs(rounded)} %`;
}

/** How well the inputs are known. Agreeing with the figures its inputs were derived from confirms no simulation. */
function restsOn(machines: readonly RecordedMachine[]): Block {
  const counts = [...new Set(machines)].map(({ hypothesis, parameters }) => {
    const of = (wanted: string) => parameters.filter(({ provenance }) => provenance === wanted).length;
    return `${hypothesis}: ${PROVENANCES.map((provenance) => `${of(provenance)} ${provenance}`).join(', ')}`;
  });
  return prose(
    `Costs and switches of the machine, by hypothesis: ${counts.join('; ')}. Those inferred were derived from published figures, so agreeing with these confirms nothing. rmpopt-bench show ${machines[0]?.file ?? ''} lists them.`,
  );
}

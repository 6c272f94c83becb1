import { Groups, groupBy } from '../group-by.js';
import type { MissingRow } from '../run-document/columns.js';
import { type Block, bullets, type ColumnNote, type Manner, moreHint } from './blocks.js';
import { type ChoiceColumn, cellNames } from './cell-names.js';
import { ratiosByHypothesis } from './compare-words.js';
import { grouped, shortDuration } from './figures.js';
import { listNames } from './names.js';
import { RANGE_IN_WORDS, setByHand } from './ranges.js';
import { differenceInWords, remoteHead, timesAs } from './run-summary.js';
import { type ComparedSweep, stateName } from './sweeps.js';
import { missingCells } from './words.js';

/** What follows from a grid: what makes its cells differ, what makes no difference, and what depends on the hypothesis. */
export function comparisonSummary(
  sweeps: readonly ComparedSweep[],
  missing: readonly MissingRow[],
  varied: readonly ChoiceColumn[],
  manner: Manner,
): Block[] {
  const baseline = sweeps.find(({ total }) => total.isBaseline === 'yes');
  const isHypothesisVaried = varied.some(({ head }) => head === 'hypothesis');
  return [
    ...missingCells(missing),
    ...bullets(
      [
        baseline === undefined
          ? 'The baseline could not be run, so there are no ratios.'
          : `The baseline is ${baseline.name}, ${shortDuration(baseline.total.elapsedNs)}.`,
        ...extremesInWords(sweeps),
        ...noDifference(sweeps, varied),
        ...interruptionsInWords(sweeps, varied),
        ...(isHypothesisVaried ? [] : ratiosByHypothesis(sweeps)),
        `${remoteHead(sweeps.map(({ sweep }) => sweep))}: (end - middle) / remote CPUs.`,
      ],
      [setByHand(sweeps.map(({ sweep }) => sweep)).trim(), moreHint(manner)],
      rangeNotes(sweeps),
    ),
  ];
}

/** Times that are nearer to each other are called the same. */
const SAME = 1.01;

function extremesInWords(sweeps: readonly ComparedSweep[]): string[] {
  const ranked = sweeps
    .filter(({ sweep }) => sweep.total.issued > 0)
    .toSorted((a, b) => b.total.elapsedNs - a.total.elapsedNs);
  const [longest] = ranked;
  const shortest = ranked.at(-1);
  if (longest === undefined || shortest === undefined) return [];
  const [mostNs, leastNs] = [longest.total.elapsedNs, shortest.total.elapsedNs];
  if (mostNs < SAME * leastNs) {
    return ranked.length < 2 ? [] : [`All take the same, within ${Math.round(100 * (SAME - 1))}%.`];
  }
  const alike = (ns: number) =>
    cellNames(
      ranked.filter(({ total }) => Math.abs(total.elapsedNs - ns) < (SAME - 1) * ns),
      sweeps,
    );
  const slow = alike(mostNs);
  const are = slow.length > 1 ? 'are' : 'is';
  return [
    `${listNames(slow)} ${are} slowest, ${timesAs(mostNs, leastNs)} ${listNames(alike(leastNs))}${differenceInWords(longest.sweep, shortest.sweep)}.`,
  ];
}

/** Choices that move no state: said, since that is an answer, too. */
function noDifference(sweeps: readonly ComparedSweep[], varied: readonly ChoiceColumn[]): string[] {
  const [only] = varied;
  if (only === undefined || varied.length > 1) return [];
  const groups = [...groupBy(sweeps, ({ total }) => stateName(total)).values()];
  const isAlike = (group: readonly ComparedSweep[]) => {
    const times = group.map(({ total }) => total.elapsedNs);
    return group.length > 1 && Math.max(...times) < SAME * Math.min(...times);
  };
  if (groups.length === 0 || !groups.every(isAlike)) return [];
  const areScansAlike = groups.every(
    (group) =>
      new Set(
        group.map(({ total }) =>
          [
            total.assignedRegions,
            total.assignedEntriesMin,
            total.assignedEntriesMax,
            total.freeEntries,
          ].join(),
        ),
      ).size === 1,
  );
  const isMapping = only.head === 'mapping' && sweeps.every(({ sweep }) => scansPer2m(sweep));
  const reason = isMapping
    ? 'a scan reads one RMP entry per 2 MiB, whatever the mapping'
    : 'RMPOPT finds the same regions and reads the same number of RMP entries';
  const why = areScansAlike ? `: ${reason}` : '';
  return [`${only.head} makes no difference to any state${why}.${updatesInWords(groups, only)}`];
}

function scansPer2m({ machine: { parameters } }: ComparedSweep['sweep']): boolean {
  return parameters.some(({ name, value }) => name === 'scan' && value === '2m');
}

/** RMPUPDATEs are where mappings differ most, and no part of any sweep. */
function updatesInWords(groups: readonly (readonly ComparedSweep[])[], { field }: ChoiceColumn): string {
  const group = groups.find((own) => new Set(own.map(({ total }) => total.rmpUpdates)).size > 1);
  if (group === undefined) return '';
  const counts = group.map(({ total }) => `${grouped(total.rmpUpdates)} (${field(total)})`);
  return ` RMPUPDATEs before the sweep, not included: ${listNames(counts)} for ${stateName(group[0]?.total ?? { scenario: '', state: '' })}.`;
}

/** Choices that change how often and for how long others are interrupted. */
const DISTURBING = ['strategy', 'threads', 'variation'];

function interruptionsInWords(sweeps: readonly ComparedSweep[], varied: readonly ChoiceColumn[]): string[] {
  if (!varied.some(({ head }) => DISTURBING.includes(head))) return [];
  const groups = groupBy(
    sweeps.filter(({ disturbance }) => disturbance.interruptsMax > 0),
    ({ disturbance: { interruptsMax, longestInterruptNs, longestInterruptHighNs } }) =>
      `${grouped(interruptsMax)}, ${shortDuration(longestInterruptHighNs ?? longestInterruptNs)}`,
  );
  const told = [...groups].map(([says, own]) =>
    groups.size === 1 ? says : `${listNames(cellNames(own, sweeps))} ${says}`,
  );
  const shown = told.slice(0, GROUPS_SHOWN);
  const left = told.length - shown.length;
  if (told.length === 0) return [];
  return [
    `IPIs per remote CPU, and longest time in RMPOPT per IPI: ${shown.join('; ')}${left > 0 ? `; ${left} more: -v` : ''}.`,
  ];
}

const GROUPS_SHOWN = 6;

function rangeNotes(sweeps: readonly ComparedSweep[]): ColumnNote[] {
  const hasRatios = sweeps.some(({ total }) => total.ratioLow !== null);
  const hasRanges = sweeps.some(({ sweep }) => sweep.total.elapsedLowNs !== null);
  const without = sweeps.some(({ total }) => total.ratioLow === null && total.ratio !== null) && hasRatios;
  return [
    ...(hasRanges ? [{ head: RANGE_HEAD, text: RANGE_IN_WORDS }] : []),
    ...(haveUnlikeRanges(sweeps) ? [{ head: RANGE_HEAD, text: UNLIKE_RANGES_IN_WORDS }] : []),
    ...(hasRatios ? [{ head: RATIO_RANGE_HEAD, text: RATIO_RANGE_IN_WORDS }] : []),
    ...(without
      ? [
          {
            head: RATIO_RANGE_HEAD,
            text: 'Different hypotheses have no draws in common, so their ratio has no range.',
          },
        ]
      : []),
  ];
}

/** Heads of the columns that notes are about. */
export const RANGE_HEAD = '90% range';
export const RATIO_RANGE_HEAD = 'range';

const RATIO_RANGE_IN_WORDS =
  'Range of a ratio: 9 in 10 draws of costs give a ratio inside. Measured ratios scatter more.';
const UNLIKE_RANGES_IN_WORDS =
  'Ranges of equal sweeps can differ by about 1 %: scenarios with changed options use fewer draws of costs.';

/** Whether equal sweeps of one state have other ranges. */
function haveUnlikeRanges(sweeps: readonly ComparedSweep[]): boolean {
  const alike = new Groups(sweeps, ({ total }) => [stateName(total), total.hypothesis, total.elapsedNs]).all;
  return alike.some((own) => new Set(own.map(({ sweep }) => sweep.total.elapsedLowNs)).size > 1);
}

import { Groups, groupBy } from '../group-by.js';
import type { BandRow, ComparisonRow } from '../run-document/columns.js';
import { type Block, list, prose } from './blocks.js';
import { cellNames } from './cell-names.js';
import { counted, duration, grouped, percent, ratioText } from './figures.js';
import { listNames } from './names.js';
import { outsideOwnRange } from './ranges.js';
import type { ComparedSweep } from './sweeps.js';
import { shortened } from './words.js';

/** What a grid says, in sentences computed from it. */
export function comparisonInWords(sweeps: readonly ComparedSweep[]): Block[] {
  return [
    ...outsideOwnRange(sweeps.map(({ sweep, name }) => ({ name, total: sweep.total }))).map(prose),
    ...reasons(sweeps),
  ];
}

/** What made sweeps equal or different: what they found, and where their time went, each once for all that are alike. */
function reasons(sweeps: readonly ComparedSweep[]): Block[] {
  const baseline = sweeps.find(({ total }) => total.isBaseline === 'yes')?.total ?? null;
  const found = [...groupBy(sweeps, ({ total }) => foundInWords(total)).values()].map(
    (group) =>
      `${listNames(group.map(({ name }) => name))}: ${foundInWords(group[0]?.total)}${updatesInWords(group)}.`,
  );
  const spent = new Groups(sweeps, ({ total }) => [total.elapsedNs, ...partsOf(total)]).all.map((group) => {
    const [first] = group;
    const alike = group.length > 1 ? ' take the same' : '';
    const isBaseline = group.some(({ total }) => total.isBaseline === 'yes');
    return `${listNames(group.map(({ name }) => name))}${alike}: ${spentInWords(first?.total, isBaseline ? null : baseline)}`;
  });
  return [
    ...list(shortened(found, 'line'), 'What the host was like before the sweeps:'),
    ...list(shortened(spent, 'line'), 'Where their time went:'),
  ];
}

function partsOf({ sendingNs, executingNs, queuedNs }: ComparisonRow): number[] {
  return [sendingNs, executingNs, queuedNs];
}

function foundInWords(row: ComparisonRow | undefined): string {
  if (row === undefined) return '';
  const { assignedRegions, freeRegions, assignedEntriesMin, assignedEntriesMax, freeEntries, cleanRegions } =
    row;
  const free =
    freeRegions === 0 ? [] : [`${counted(freeRegions, 'free region')} of ${freeEntries} entries to scan`];
  const stops =
    assignedEntriesMin === assignedEntriesMax
      ? assignedEntriesMin
      : `${assignedEntriesMin} to ${assignedEntriesMax}`;
  const assigned =
    assignedRegions === 0
      ? []
      : [`${counted(assignedRegions, 'assigned region')} where a scan stops after ${stops} entries`];
  const clean =
    cleanRegions === 0 ? [] : [`${counted(cleanRegions, 'region')} with a result of an earlier sweep`];
  return listNames([...free, ...assigned, ...clean]);
}

/** RMPUPDATEs are where mappings differ most, and no part of any sweep. */
function updatesInWords(group: readonly ComparedSweep[]): string {
  const updates = group.map(({ total }) => total.rmpUpdates);
  if (updates.every((count) => count === 0)) return '';
  const counts = new Set(updates).size === 1 ? updates.slice(0, 1) : updates;
  return `; setting up its memory took ${listNames(counts.map(grouped))} RMPUPDATEs (not included)`;
}

/** Where the time went, or how that differs from the baseline. */
function spentInWords(row: ComparisonRow | undefined, baseline: ComparisonRow | null): string {
  if (row === undefined) return '';
  const parts = [
    ['sending', 'sendingNs'],
    ['executing RMPOPT', 'executingNs'],
    ['queued behind others', 'queuedNs'],
  ] as const;
  if (baseline === null) {
    return `${parts.map(([name, column]) => `${percent(row[column], row.elapsedNs)} ${name}`).join(', ')}.`;
  }
  const changes = parts
    .map(([name, column]) => ({ name, ns: row[column] - baseline[column] }))
    .filter(({ ns }) => Math.abs(ns) >= 0.002 * baseline.elapsedNs);
  if (changes.length === 0) return 'where it goes in the baseline.';
  const told = changes.map(({ name, ns }) => `${ns > 0 ? '+' : '-'}${duration(Math.abs(ns))} ${name}`);
  return `${told.join(', ')} against the baseline.`;
}

/** Ratios on which the hypotheses disagree by more than this are told apart. */
const DISAGREEMENT = 1.05;

/** Ratios that depend on the hypothesis. */
export function ratiosByHypothesis(sweeps: readonly ComparedSweep[]): string[] {
  const baseline = sweeps.find(({ total }) => total.isBaseline === 'yes');
  if (baseline === undefined) return [];
  const alike = new Map<string, ComparedSweep[]>();
  for (const one of sweeps) {
    const spans = ratiosOf(one, baseline);
    const values = spans.flatMap(([, ratios]) => ratios);
    if (values.length < 2 || Math.max(...values) < DISAGREEMENT * Math.min(...values)) continue;
    const on = listNames([
      ...(spans.length > 1 ? ['the hypothesis'] : []),
      ...unknownIn(one).map((name) => `the switch ${name} (unknown on hardware)`),
    ]);
    const named = spans.map(([name, ratios]) =>
      spans.length > 1 ? `${name} ${spanOf(ratios)}` : spanOf(ratios),
    );
    const told = `${on}: ${named.join(', ')}`;
    alike.set(told, [...(alike.get(told) ?? []), one]);
  }
  const lines = [...alike].map(
    ([told, own]) => `The ratio of ${listNames(cellNames(own, sweeps))} depends on ${told}.`,
  );
  return shortened(lines, 'ratio');
}

/** Switches that nobody knows and that split its ranges. */
function unknownIn({ sweep }: ComparedSweep): string[] {
  const names = sweep.bands.flatMap(({ switches }) => switches.match(/[^=;]+(?==)/g) ?? []);
  return [...new Set(names)];
}

/** Ratios of totals to the baseline, by hypothesis: that of the row, and of other hypotheses those of their medians. */
function ratiosOf({ total, sweep }: ComparedSweep, baseline: ComparedSweep): [string, number[]][] {
  const medians = sweep.bands.flatMap((band) => {
    const base = matchingBand(baseline.sweep.bands, band);
    return base === undefined ? [] : [{ band, ratio: band.totalMedianNs / base.totalMedianNs }];
  });
  return [...groupBy(medians, ({ band }) => band.hypothesis)].map(([hypothesis, own]) => {
    const ratios = own.map(({ ratio }) => ratio);
    if (hypothesis !== total.hypothesis || total.ratio === null) return [hypothesis, ratios];
    return [hypothesis, ratios.length === 1 ? [total.ratio] : [total.ratio, ...ratios]];
  });
}

/** One ratio, or between which they lie where a switch nobody knows makes several. */
function spanOf(ratios: readonly number[]): string {
  const [low, high] = [ratioText(Math.min(...ratios)), ratioText(Math.max(...ratios))];
  return low === high ? low : `${low}-${high}`;
}

/** The range of the baseline under the same hypothesis, and the same switch if that means anything to it. */
function matchingBand(bands: readonly BandRow[], { hypothesis, switches }: BandRow): BandRow | undefined {
  const own = bands.filter((band) => band.hypothesis === hypothesis);
  return own.find((band) => band.switches === switches) ?? own.find((band) => band.switches === '');
}

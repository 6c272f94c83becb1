import { groupBy } from '../group-by.js';
import type { BandRow, ComparisonRow, MissingRow } from '../run-document/columns.js';
import { type Block, list, prose } from './blocks.js';
import type { ComparedSweep } from './compare-report.js';
import { counted, duration, percent, ratioText } from './figures.js';
import { listNames } from './names.js';
import { outsideOwnRange, setByHand } from './ranges.js';
import { bandsInWords } from './sweeps.js';
import { missingCells, shortened } from './words.js';

/** What a grid says, in sentences computed from it. */
export function comparisonInWords(
  sweeps: readonly ComparedSweep[],
  missing: readonly MissingRow[],
  isHypothesisVaried: boolean,
): Block[] {
  return [
    ...aboutBaseline(sweeps),
    ...missingCells(missing),
    ...outsideOwnRange(sweeps.map(({ sweep, name }) => ({ name, total: sweep.total }))).map(prose),
    ...extremes(sweeps),
    ...reasons(sweeps),
    ...(isHypothesisVaried ? [] : hingesOnHypothesis(sweeps)),
  ];
}

function aboutBaseline(sweeps: readonly ComparedSweep[]): Block[] {
  const baseline = sweeps.find(({ total }) => total.isBaseline === 'yes');
  if (baseline === undefined) return [prose('The baseline could not be run, so there are no ratios.')];
  const hasBands = sweeps.some(({ total }) => total.ratioLow !== null);
  const bands = hasBands
    ? ` The range of a ratio holds nine tenths of what the plausible parameter sets give, the same set on both sides.${setByHand(sweeps.map(({ sweep }) => sweep))}`
    : '';
  const without = sweeps.some(({ total }) => total.ratioLow === null && total.ratio !== null) && hasBands;
  const why = without ? ' Different hypotheses share no sets, so their ratio has none.' : '';
  return [prose(`The baseline is ${baseline.name}, ${duration(baseline.total.elapsedNs)}.${bands}${why}`)];
}

/** What takes longest and what takes least: computed, since the fullest host does not take longest. */
function extremes(sweeps: readonly ComparedSweep[]): Block[] {
  const ranked = sweeps
    .filter(({ sweep }) => sweep.total.issued > 0)
    .sort((a, b) => b.total.elapsedNs - a.total.elapsedNs);
  const [longest] = ranked;
  const shortest = ranked.at(-1);
  const told = ({ total }: ComparedSweep) => duration(total.elapsedNs);
  if (longest === undefined || shortest === undefined || told(longest) === told(shortest)) return [];
  const alike = (of: ComparedSweep) =>
    listNames(ranked.filter((one) => told(one) === told(of)).map(({ name }) => name));
  return [
    prose(`Longest: ${alike(longest)}, ${told(longest)}. Shortest: ${alike(shortest)}, ${told(shortest)}.`),
  ];
}

/** What made sweeps equal or different: what they met, and where their time went, each once for all that are alike. */
function reasons(sweeps: readonly ComparedSweep[]): Block[] {
  const baseline = sweeps.find(({ total }) => total.isBaseline === 'yes')?.total ?? null;
  const met = [...groupBy(sweeps, ({ total }) => metInWords(total)).values()].map(
    (group) =>
      `${listNames(group.map(({ name }) => name))}: ${metInWords(group[0]?.total)}${updatesInWords(group)}.`,
  );
  const spent = [
    ...groupBy(sweeps, ({ total }) => JSON.stringify([total.elapsedNs, ...partsOf(total)])).values(),
  ].map((group) => {
    const [first] = group;
    const alike = group.length > 1 ? ' take the same' : '';
    const isBaseline = group.some(({ total }) => total.isBaseline === 'yes');
    return `${listNames(group.map(({ name }) => name))}${alike}: ${spentInWords(first?.total, isBaseline ? null : baseline)}`;
  });
  return [
    ...list(shortened(met, 'line'), 'What the host was like before the sweeps:'),
    ...list(shortened(spent, 'line'), 'Where their time went:'),
  ];
}

function partsOf({ sendingNs, executingNs, queuedNs }: ComparisonRow): number[] {
  return [sendingNs, executingNs, queuedNs];
}

function metInWords(row: ComparisonRow | undefined): string {
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
  const clean = cleanRegions === 0 ? [] : [`${cleanRegions} with a result left by an earlier sweep`];
  return listNames([...free, ...assigned, ...clean]);
}

/** RMPUPDATEs are where mappings differ most, and no part of any sweep. */
function updatesInWords(group: readonly ComparedSweep[]): string {
  const updates = group.map(({ total }) => total.rmpUpdates);
  if (updates.every((count) => count === 0)) return '';
  const counts = new Set(updates).size === 1 ? updates.slice(0, 1) : updates;
  return `; its memory took ${listNames(counts.map(String))} RMPUPDATEs, in no sweep's time`;
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

function hingesOnHypothesis(sweeps: readonly ComparedSweep[]): Block[] {
  const baseline = sweeps.find(({ total }) => total.isBaseline === 'yes');
  if (baseline === undefined) return [];
  const names = new Map<string, string[]>();
  for (const { sweep, name } of sweeps) {
    const ratios = sweep.bands.flatMap((band) => {
      const base = matchingBand(baseline.sweep.bands, band);
      return base === undefined ? [] : [{ band, ratio: band.totalMedianNs / base.totalMedianNs }];
    });
    const values = ratios.map(({ ratio }) => ratio);
    if (ratios.length < 2 || Math.max(...values) < DISAGREEMENT * Math.min(...values)) continue;
    const told = bandsInWords(ratios.map(({ band, ratio }) => ({ band, says: ratioText(ratio) })));
    names.set(told, [...(names.get(told) ?? []), name]);
  }
  const lines = [...names].map(([told, alike]) => `${listNames(alike)}: ${told}.`);
  const head = 'Ratios that hinge on which of these holds, by the median of the sets:';
  return list(shortened(lines, 'ratio'), head);
}

/** The range of the baseline under the same hypothesis, and the same switch if that means anything to it. */
function matchingBand(bands: readonly BandRow[], { hypothesis, switches }: BandRow): BandRow | undefined {
  const own = bands.filter((band) => band.hypothesis === hypothesis);
  return own.find((band) => band.switches === switches) ?? own.find((band) => band.switches === '');
}

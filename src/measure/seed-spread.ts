import type { ChurnDocument, ChurnRow, ChurnSeedRow, RegimeKey } from '../run-document/churn-document.js';
import { percentile } from '../run-document/statistics.js';

/** Figures of an account that depend on when guests come. */
const FIGURES = [
  'sweeps',
  'missedRegions',
  'elapsedNs',
  'cpuTimeNs',
  'guestTakenNs',
  'longestWaitNs',
  'waitingRegionS',
  'missedRegionS',
] as const satisfies readonly (keyof ChurnRow)[];

/** How the figures of each way to sweep spread over histories that differ in their seeds alone; nothing of one history. */
export function spreadOverSeeds(documents: readonly ChurnDocument[]): ChurnSeedRow[] {
  const [first] = documents;
  if (first === undefined || documents.length === 1) return [];
  return first.results.flatMap((row, i) =>
    FIGURES.map((figure) => {
      const values = documents.map(({ results }) => results[i]?.[figure] ?? 0).sort((a, b) => a - b);
      return {
        ...keyOf(row),
        figure,
        runs: documents.length,
        low: percentile(values, 0.05),
        median: percentile(values, 0.5),
        high: percentile(values, 0.95),
      };
    }),
  );
}

function keyOf(row: ChurnRow): RegimeKey {
  const { scenario, policy, delayNs, maxWaitNs, window, variation, mapping } = row;
  const { strategy, threads, hypothesis, machine, seed } = row;
  return {
    ...{ scenario, policy, delayNs, maxWaitNs, window, variation, mapping },
    ...{ strategy, threads, hypothesis, machine, seed },
  };
}

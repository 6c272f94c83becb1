import type { RoundOutcome } from '../machine/round.js';
import { type RegionLists, regionsIn } from '../machine/round.js';
import type { RegionSpan } from '../run-document/trace-data.js';
import type { LoggedRounds } from './round-log.js';

/** Consecutive rounds of a phase; times in picoseconds from its start. */
export interface RoundBatch {
  readonly startPs: number;
  readonly endPs: number;
  readonly rounds: number;
  /** `null` where there is no round. */
  readonly regions: RegionSpan | null;
  /** In the order in which they come up. */
  readonly kinds: readonly RoundKind[];
}

/** Rounds of a batch that share an outcome. */
export interface RoundKind {
  readonly outcome: RoundOutcome;
  /** Start of the first of them. */
  readonly firstPs: number;
  readonly count: number;
  /** What CPUs went through: one span for all of the mask, or one per position. */
  readonly regions: readonly RegionSpan[];
}

type Growing<T> = { -readonly [K in keyof T]: T[K] };

/** No region yet. */
export const NO_REGIONS: RegionSpan = { first: Number.POSITIVE_INFINITY, last: -1, count: 0 };

/**
 * Cuts the rounds of a phase into batches that follow each other without a gap. The last one ends with the phase, the reading
 * of the clock included; a phase without rounds is one batch of none.
 */
export function cutIntoBatches(rounds: LoggedRounds, size: number, elapsedPs: number): RoundBatch[] {
  const count = rounds.outcomes.length;
  const batches: RoundBatch[] = [];
  let startPs = 0;
  for (let from = 0; from < count || batches.length === 0; from += size) {
    const batch = collectBatch(rounds, from, Math.min(from + size, count), startPs);
    batches.push(from + size < count ? batch : { ...batch, endPs: elapsedPs });
    startPs = batch.endPs;
  }
  return batches;
}

function collectBatch(
  { outcomes, targets }: LoggedRounds,
  from: number,
  to: number,
  startPs: number,
): RoundBatch {
  const kinds = new Map<RoundOutcome, Growing<RoundKind>>();
  let regions = NO_REGIONS;
  let nowPs = startPs;
  for (let round = from; round < to; round++) {
    const [outcome, target] = [outcomes[round], targets[round]];
    if (outcome === undefined || target === undefined) throw new Error(`round ${round} was not logged`);
    const spans = spansOf(target);
    const known = kinds.get(outcome);
    if (known === undefined) kinds.set(outcome, { outcome, firstPs: nowPs, count: 1, regions: spans });
    else {
      known.count += 1;
      known.regions = known.regions.map((span, i) => joined(span, spans[i] ?? NO_REGIONS));
    }
    // One CPU after another, a region comes up as often as there are CPUs.
    if (target !== targets[round - 1] || round === from) regions = joined(regions, spanOfAll(target));
    nowPs += outcome.durationPs;
  }
  return {
    startPs,
    endPs: nowPs,
    rounds: to - from,
    regions: regions.count === 0 ? null : regions,
    kinds: [...kinds.values()],
  };
}

function spansOf(target: number | RegionLists): RegionSpan[] {
  return typeof target === 'number' ? [spanOfAll(target)] : target.map(spanOf);
}

function spanOfAll(target: number | RegionLists): RegionSpan {
  return typeof target === 'number' ? { first: target, last: target, count: 1 } : spanOf(regionsIn(target));
}

function spanOf(regions: readonly number[]): RegionSpan {
  return regions.reduce(
    (span, region) => joined(span, { first: region, last: region, count: 1 }),
    NO_REGIONS,
  );
}

/** Two spans of different regions as one. */
export function joined(one: RegionSpan, other: RegionSpan): RegionSpan {
  return {
    first: Math.min(one.first, other.first),
    last: Math.max(one.last, other.last),
    count: one.count + other.count,
  };
}

import { PAGES_PER_REGION } from '../machine/memory.js';
import { regionOfPage } from '../machine/rmp.js';
import type { PageRun } from './spans.js';

/**
 * In which order the file of a guest goes over the regions that its memory lies in. Within a region it always ascends. Counts are
 * RMP entries.
 */
export interface FileOrder {
  /** How many entries of a region are among the first ones of the file. */
  countAmong(firstEntries: number, region: number): number;
  /** The regions in the order in which the file leaves them, each with how far the file goes to its last entry there. */
  lastEntries(): readonly RegionEnd[];
}

export interface RegionEnd {
  readonly region: number;
  readonly entries: number;
}

/** A part of a file that lies in one region. */
interface Piece {
  /** Entries of the file before it, and entries of the region before it. */
  readonly before: number;
  readonly beforeInRegion: number;
  readonly entries: number;
}

/** A file that lies in runs of pages, one after another. */
export class RunOrder implements FileOrder {
  readonly #pieces = new Map<number, Piece[]>();

  constructor(runs: Iterable<PageRun>, entryPages: number) {
    let before = 0;
    for (const run of runs) {
      for (const { region, pages } of cutByRegion(run)) {
        const entries = pages / entryPages;
        this.#add(region, before, entries);
        before += entries;
      }
    }
  }

  countAmong(firstEntries: number, region: number): number {
    const pieces = this.#pieces.get(region) ?? [];
    const piece = pieces[countOfFirst(pieces, ({ before }) => before < firstEntries) - 1];
    return piece === undefined
      ? 0
      : piece.beforeInRegion + Math.min(piece.entries, firstEntries - piece.before);
  }

  lastEntries(): readonly RegionEnd[] {
    const ends = Array.from(this.#pieces, ([region, pieces]) => {
      const last = pieces.at(-1);
      return { region, entries: last === undefined ? 0 : last.before + last.entries };
    });
    return ends.sort((a, b) => a.entries - b.entries);
  }

  #add(region: number, before: number, entries: number): void {
    const pieces = this.#pieces.get(region);
    const last = pieces?.at(-1);
    if (pieces === undefined || last === undefined) {
      this.#pieces.set(region, [{ before, beforeInRegion: 0, entries }]);
    } else pieces.push({ before, beforeInRegion: last.beforeInRegion + last.entries, entries });
  }
}

function* cutByRegion({ startPage, pages }: PageRun): Generator<{ region: number; pages: number }> {
  const endPage = startPage + pages;
  for (let page = startPage; page < endPage; ) {
    const region = regionOfPage(page);
    const nextPage = Math.min(endPage, (region + 1) * PAGES_PER_REGION);
    yield { region, pages: nextPage - page };
    page = nextPage;
  }
}

/** From some round on, until more regions have got their share. */
interface Stretch {
  readonly fromRound: number;
  /** Units dealt before it. */
  readonly unitsBefore: number;
  /** Regions that get a unit in each of its rounds. */
  readonly regions: number;
}

/**
 * A file that was dealt to regions in turn, a unit to each, until each has its share. Those with the largest shares come first in
 * every round, equal ones by address.
 */
export class DealtOrder implements FileOrder {
  readonly #unitEntries: number;
  /** Per region: units, and the place in a round. */
  readonly #shares: ReadonlyMap<number, { readonly units: number; readonly place: number }>;
  /** Ascending; in the last one nobody gets anything. */
  readonly #stretches: readonly Stretch[];

  /** @param shares units by region */
  constructor(shares: readonly number[], unitEntries: number) {
    const dealt = [...shares.entries()].filter(([, units]) => units > 0);
    dealt.sort(([a, ofA], [b, ofB]) => ofB - ofA || a - b);
    this.#unitEntries = unitEntries;
    this.#shares = new Map(dealt.map(([region, units], place) => [region, { units, place }]));
    this.#stretches = stretchesOf(dealt.map(([, units]) => units));
  }

  countAmong(firstEntries: number, region: number): number {
    const share = this.#shares.get(region);
    if (share === undefined) return 0;
    const wholeUnits = Math.floor(firstEntries / this.#unitEntries);
    const { fromRound, unitsBefore, regions } = this.#last(({ unitsBefore: units }) => units <= wholeUnits);
    const round = fromRound + (regions === 0 ? 0 : Math.floor((wholeUnits - unitsBefore) / regions));
    if (share.units <= round) return share.units * this.#unitEntries;
    const place = (wholeUnits - unitsBefore) % regions;
    if (share.place < place) return (round + 1) * this.#unitEntries;
    const ofUnit = share.place === place ? firstEntries - wholeUnits * this.#unitEntries : 0;
    return round * this.#unitEntries + ofUnit;
  }

  lastEntries(): readonly RegionEnd[] {
    const ends = Array.from(this.#shares, ([region, { units, place }]) => {
      const { fromRound, unitsBefore, regions } = this.#last((stretch) => stretch.fromRound < units);
      const unitsBeforeLast = unitsBefore + (units - 1 - fromRound) * regions + place;
      return { region, entries: (unitsBeforeLast + 1) * this.#unitEntries };
    });
    return ends.sort((a, b) => a.entries - b.entries);
  }

  /** The last stretch of which something holds that holds of the first ones. */
  #last(holds: (stretch: Stretch) => boolean): Stretch {
    return this.#stretches[Math.max(1, countOfFirst(this.#stretches, holds)) - 1] ?? NOTHING_DEALT;
  }
}

/** Of how many items something holds that holds of the first ones and of no later one. */
function countOfFirst<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && holds(item)) low = middle + 1;
    else high = middle;
  }
  return low;
}

const NOTHING_DEALT: Stretch = { fromRound: 0, unitsBefore: 0, regions: 0 };

/** @param shares descending */
function stretchesOf(shares: readonly number[]): Stretch[] {
  const stretches: Stretch[] = [];
  let [fromRound, unitsBefore] = [0, 0];
  for (let regions = shares.length; regions > 0; regions--) {
    const units = shares[regions - 1] ?? 0;
    if (units === fromRound) continue;
    stretches.push({ fromRound, unitsBefore, regions });
    unitsBefore += (units - fromRound) * regions;
    fromRound = units;
  }
  return [...stretches, { fromRound, unitsBefore, regions: 0 }];
}

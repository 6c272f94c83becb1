import { PAGES_PER_REGION } from '../machine/memory.js';
import { type PageSpan, pagesPerEntry, type Rmp } from '../machine/rmp.js';
import { drawBelow } from '../random.js';
import type { EachRegion } from '../scenario/scenario.js';
import { MAPPINGS } from '../scenario/scenario.js';
import { alignedSpans, lowestPages, type PageRun, runsIn } from './spans.js';

/**
 * Where the pages of an `each` entry go, in every region of memory, above the window too. Pages that are taken are skipped.
 * @param entryNumber tells the draws of entries apart
 */
export function* placeInEachRegion(
  rmp: Rmp,
  entry: EachRegion,
  seed: number,
  entryNumber: number,
): Generator<PageRun> {
  const entryPages = pagesPerEntry(MAPPINGS[entry.mapping].entrySize);
  for (let region = 0; region < rmp.regions; region++) {
    const free = alignedSpans(rmp.freeSpans(region), entryPages);
    const draw = (places: number) => drawBelow(places, seed, 'eachRegionPosition', entryNumber, region);
    yield* runsIn(region, chooseSpans(free, entry, entryPages, draw));
  }
}

function chooseSpans(
  free: readonly PageSpan[],
  entry: EachRegion,
  entryPages: number,
  draw: (places: number) => number,
): readonly PageSpan[] {
  if (entry.pages === 'all') return free;
  const pages = entry.pages * MAPPINGS[entry.mapping].pages;
  switch (entry.at) {
    case 'first':
      return lowestPages(free, pages);
    case 'last':
      return highestPages(free, pages);
    case 'random':
      return randomRun(free, pages, entryPages, draw);
  }
}

/** The lowest pages of the mirrored region. */
function highestPages(free: readonly PageSpan[], pages: number): PageSpan[] {
  const mirror = ({ startPage, endPage }: PageSpan) => ({
    startPage: PAGES_PER_REGION - endPage,
    endPage: PAGES_PER_REGION - startPage,
  });
  return lowestPages(free.map(mirror).toReversed(), pages).map(mirror).toReversed();
}

/** One aligned run, each place where it fits equally likely; where it fits nowhere, the lowest free pages. */
function randomRun(
  free: readonly PageSpan[],
  pages: number,
  entryPages: number,
  draw: (places: number) => number,
): PageSpan[] {
  const placesIn = ({ startPage, endPage }: PageSpan) =>
    Math.max(0, Math.floor((endPage - startPage - pages) / entryPages) + 1);
  const places = free.reduce((sum, span) => sum + placesIn(span), 0);
  if (places === 0) return lowestPages(free, pages);
  let place = draw(places);
  for (const span of free) {
    if (place < placesIn(span)) {
      const startPage = span.startPage + place * entryPages;
      return [{ startPage, endPage: startPage + pages }];
    }
    place -= placesIn(span);
  }
  return [];
}

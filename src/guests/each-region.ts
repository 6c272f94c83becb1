import type { Machine } from '../machine/machine.js';
import { PAGES_PER_REGION } from '../machine/memory.js';
import { type Owner, type PageSpan, pagesPerEntry } from '../machine/rmp.js';
import { drawBelow } from '../random.js';
import { MAPPINGS, type Mapping } from '../scenario/mapping.js';
import type { EachRegion } from '../scenario/scenario.js';

/** Makes pages private in every region of memory, above the window too. Pages that are taken already are skipped. */
export function assignInEachRegion(machine: Machine, entry: EachRegion, owner: Owner, seed: number): void {
  const { entrySize } = MAPPINGS[entry.mapping];
  for (let region = 0; region < machine.regions; region++) {
    const free = alignedSpans(machine.rmp.freeSpans(region), pagesPerEntry(entrySize));
    for (const { startPage, endPage } of chooseSpans(free, entry, seed, region)) {
      machine.rmpupdate({
        startPage: region * PAGES_PER_REGION + startPage,
        pages: endPage - startPage,
        entrySize,
        owner,
      });
    }
  }
}

/** The parts of spans that whole entries can cover. */
function alignedSpans(spans: readonly PageSpan[], entryPages: number): PageSpan[] {
  return spans
    .map(({ startPage, endPage }) => ({
      startPage: Math.ceil(startPage / entryPages) * entryPages,
      endPage: Math.floor(endPage / entryPages) * entryPages,
    }))
    .filter(({ startPage, endPage }) => startPage < endPage);
}

function chooseSpans(free: readonly PageSpan[], entry: EachRegion, seed: number, region: number): PageSpan[] {
  if (entry.pages === 'all') return [...free];
  const pages = entry.pages * MAPPINGS[entry.mapping].pages;
  switch (entry.at) {
    case 'first':
      return firstPages(free, pages);
    case 'last':
      return lastPages(free, pages);
    case 'random':
      return randomRun(free, pages, entry.mapping, seed, region);
  }
}

/** The lowest free pages, as many as there are of the number wanted. */
function firstPages(free: readonly PageSpan[], pages: number): PageSpan[] {
  const chosen: PageSpan[] = [];
  let wanted = pages;
  for (const { startPage, endPage } of free) {
    const taken = Math.min(wanted, endPage - startPage);
    if (taken > 0) chosen.push({ startPage, endPage: startPage + taken });
    wanted -= taken;
  }
  return chosen;
}

/** The highest free pages: the lowest ones of the mirrored region. */
function lastPages(free: readonly PageSpan[], pages: number): PageSpan[] {
  const mirror = ({ startPage, endPage }: PageSpan) => ({
    startPage: PAGES_PER_REGION - endPage,
    endPage: PAGES_PER_REGION - startPage,
  });
  return firstPages(free.map(mirror).toReversed(), pages).map(mirror).toReversed();
}

/** One aligned run, each place where it fits equally likely; where it fits nowhere, the lowest free pages. */
function randomRun(
  free: readonly PageSpan[],
  pages: number,
  mapping: Mapping,
  seed: number,
  region: number,
): PageSpan[] {
  const step = pagesPerEntry(MAPPINGS[mapping].entrySize);
  const placesIn = ({ startPage, endPage }: PageSpan) =>
    Math.max(0, Math.floor((endPage - startPage - pages) / step) + 1);
  const places = free.reduce((sum, span) => sum + placesIn(span), 0);
  if (places === 0) return firstPages(free, pages);
  let place = drawBelow(places, seed, 'eachRegionPosition', region);
  for (const span of free) {
    if (place < placesIn(span)) {
      const startPage = span.startPage + place * step;
      return [{ startPage, endPage: startPage + pages }];
    }
    place -= placesIn(span);
  }
  return [];
}

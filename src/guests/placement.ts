import type { Rmp } from '../machine/rmp.js';
import { drawBits } from '../random.js';
import { MAPPINGS } from '../scenario/mapping.js';
import type { Guest } from '../scenario/scenario.js';
import { PAGE_BYTES } from '../units.js';
import { alignedSpans, freePieces, lowestPages, type PageRun, pagesIn, runsIn } from './spans.js';

/** Where a guest's memory goes, or how much would have fitted at most. */
export type Place =
  | { readonly fits: true; readonly runs: readonly PageRun[] }
  | { readonly fits: false; readonly mostPages: number };

/**
 * Finds room for a guest; changes nothing.
 * @param guestNumber tells the draws of guests apart
 */
export function placeGuest(rmp: Rmp, guest: Guest, seed: number, guestNumber: number): Place {
  const pages = guest.sizeBytes / PAGE_BYTES;
  const unitPages = MAPPINGS[guest.mapping].pages;
  return guest.placement === 'contiguous'
    ? firstFit(rmp, pages, unitPages)
    : scatter(rmp, pages, unitPages, (region) => drawBits(seed, 'scatteredRemainder', guestNumber, region));
}

/** The lowest free piece that holds all pages, aligned to the unit. */
function firstFit(rmp: Rmp, pages: number, unitPages: number): Place {
  let mostPages = 0;
  for (const piece of freePieces(rmp)) {
    const startPage = Math.ceil(piece.startPage / unitPages) * unitPages;
    const room = piece.startPage + piece.pages - startPage;
    if (room >= pages) return { fits: true, runs: [{ startPage, pages }] };
    mostPages = Math.max(mostPages, Math.floor(room / unitPages) * unitPages);
  }
  return { fits: false, mostPages };
}

/** Equal shares over all regions with room, in whole units, lowest pages first; a draw says who gets what is left over. */
function scatter(rmp: Rmp, pages: number, unitPages: number, draw: (region: number) => number): Place {
  const free = Array.from({ length: rmp.regions }, (_, region) =>
    alignedSpans(rmp.freeSpans(region), unitPages),
  );
  const room = free.map((spans) => pagesIn(spans) / unitPages);
  const mostUnits = room.reduce((sum, units) => sum + units, 0);
  if (mostUnits * unitPages < pages) return { fits: false, mostPages: mostUnits * unitPages };
  const shares = equalShares(room, pages / unitPages, draw);
  return {
    fits: true,
    runs: free.flatMap((spans, region) =>
      runsIn(region, lowestPages(spans, (shares[region] ?? 0) * unitPages)),
    ),
  };
}

/**
 * Deals whole units to regions as evenly as their room allows.
 * @param room units each region can take; together at least `units`
 */
function equalShares(room: readonly number[], units: number, draw: (region: number) => number): number[] {
  const shares = room.map(() => 0);
  const roomIn = (region: number) => (room[region] ?? 0) - (shares[region] ?? 0);
  const give = (region: number, share: number) => {
    shares[region] = (shares[region] ?? 0) + share;
    left -= share;
  };
  let left = units;
  let open = [...room.keys()].filter((region) => roomIn(region) > 0);
  while (left >= open.length && left > 0) {
    const share = Math.floor(left / open.length);
    for (const region of open) give(region, Math.min(share, roomIn(region)));
    open = open.filter((region) => roomIn(region) > 0);
  }
  const dealt = open
    .map((region) => ({ region, draw: draw(region) }))
    .sort((a, b) => a.draw - b.draw || a.region - b.region);
  for (const { region } of dealt.slice(0, left)) give(region, 1);
  return shares;
}

import { assertNever } from '../errors.js';
import { PAGES_PER_REGION } from '../machine/memory.js';
import { type PageSpan, pagesPerEntry, type Rmp, type RmpRun } from '../machine/rmp.js';
import { drawBelow, drawBits } from '../random.js';
import type { Guest } from '../scenario/scenario.js';
import { MAPPINGS } from '../scenario/scenario.js';
import { PAGE_BYTES } from '../units.js';
import { DealtOrder, type FileOrder, RunOrder } from './file-order.js';
import { alignedSpans, lowestUnitsBetween, type PageRun, runsIn, unitsBetween } from './spans.js';

/** Where a guest's memory goes, or how much would have fitted at most. */
export type Place =
  | {
      readonly fits: true;
      readonly runs: readonly PageRun[];
      /** Finds out how the guest's file goes over them. */
      readonly fileOrder: () => FileOrder;
    }
  | { readonly fits: false; readonly mostPages: number };

/**
 * Finds room for a guest; changes nothing.
 * @param guestNumber tells the draws of guests apart
 */
export function placeGuest(rmp: Rmp, guest: Guest, seed: number, guestNumber: number): Place {
  const pages = guest.sizeBytes / PAGE_BYTES;
  const { pages: unitPages, entrySize } = MAPPINGS[guest.mapping];
  const entryPages = pagesPerEntry(entrySize);
  switch (guest.placement) {
    case 'contiguous':
      return firstFit(rmp, pages, unitPages, entryPages);
    case 'scattered': {
      const draw = (region: number) => drawBits(seed, 'scatteredRemainder', guestNumber, region);
      return deal(rmp, pages, unitPages, (room, units) => {
        const shares = equalShares(room, units, draw);
        const runs = shares.flatMap((share, region) =>
          runsIn(region, lowestUnitsBetween(rmp.runsOf(region), unitPages, share)),
        );
        return { runs, fileOrder: () => new DealtOrder(shares, unitPages / entryPages) };
      });
    }
    case 'fragmented': {
      const draw = (piece: number, places: number) =>
        drawBelow(places, seed, 'fragmentedPiece', guestNumber, piece);
      const pieceUnits = Math.max(1, PIECE_PAGES / unitPages);
      return deal(rmp, pages, unitPages, (room, units) => {
        const runs = runsOfPieces(rmp, drawnPieces(room, units, pieceUnits, draw), unitPages);
        return { runs, fileOrder: () => new RunOrder(runs, entryPages) };
      });
    }
    default:
      return assertNever(guest.placement);
  }
}

/**
 * The largest block that Linux' page allocator hands out on x86, 4 MiB: what a guest gets at a time on a host whose free
 * memory has long been in pieces. Assumed.
 */
const PIECE_PAGES = 1024;

/**
 * The lowest free piece that holds all pages, aligned to the unit. Pieces go on over the bounds of regions, and behind pages of the
 * platform: the RMP of a socket lies at the top of its memory, between it and the next.
 */
function firstFit(rmp: Rmp, pages: number, unitPages: number, entryPages: number): Place {
  let mostPages = 0;
  let runs: PageRun[] = [];
  let roomPages = 0;
  let startPage = 0;
  for (let region = 0; region < rmp.regions; region++) {
    const regionStart = region * PAGES_PER_REGION;
    const isLast = region === rmp.regions - 1;
    for (const run of [...rmp.runsOf(region), ...(isLast ? [END_OF_MEMORY] : [])]) {
      const free = Math.floor((regionStart + run.startPage - startPage) / unitPages) * unitPages;
      const taken = Math.min(pages - roomPages, free);
      if (taken > 0) {
        runs.push({ startPage, pages: taken });
        roomPages += taken;
        mostPages = Math.max(mostPages, roomPages);
        if (roomPages === pages) return { fits: true, runs, fileOrder: () => new RunOrder(runs, entryPages) };
      }
      startPage = alignedUp(regionStart + run.endPage, unitPages);
      if (!run.owner.immutable) [runs, roomPages] = [[], 0];
    }
  }
  return { fits: false, mostPages };
}

const END_OF_MEMORY: RmpRun = {
  ...{ startPage: PAGES_PER_REGION, endPage: PAGES_PER_REGION, entrySize: '4k' },
  owner: { name: '', immutable: false },
};

function alignedUp(page: number, unitPages: number): number {
  return Math.ceil(page / unitPages) * unitPages;
}

/** Whole units over the regions with room, the lowest pages of each first. */
function deal(
  rmp: Rmp,
  pages: number,
  unitPages: number,
  place: (room: readonly number[], units: number) => Pick<Place & { fits: true }, 'runs' | 'fileOrder'>,
): Place {
  const room = Array.from({ length: rmp.regions }, (_, region) =>
    unitPages === 1 ? rmp.freePages(region) : unitsBetween(rmp.runsOf(region), unitPages),
  );
  const mostUnits = room.reduce((sum, units) => sum + units, 0);
  if (mostUnits * unitPages < pages) return { fits: false, mostPages: mostUnits * unitPages };
  return { fits: true, ...place(room, pages / unitPages) };
}

/**
 * Deals whole units to regions as evenly as their room allows; a draw says who gets what is left over.
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

/** Units of a file that lie together in a region. */
interface Piece {
  readonly region: number;
  readonly units: number;
}

/**
 * Deals pieces of several units, each to a region drawn among those with room, whatever room they have; a piece that does not
 * fit whole leaves its rest to the next.
 * @param room units each region can take; together at least `units`
 */
function drawnPieces(
  room: readonly number[],
  units: number,
  pieceUnits: number,
  draw: (piece: number, places: number) => number,
): Piece[] {
  const pieces: Piece[] = [];
  const roomLeft = [...room];
  const open = [...room.keys()].filter((region) => (room[region] ?? 0) > 0);
  let left = units;
  for (let piece = 0; left > 0; piece++) {
    const place = draw(piece, open.length);
    const region = open[place] ?? 0;
    const before = roomLeft[region] ?? 0;
    const dealt = Math.min(pieceUnits, left, before);
    pieces.push({ region, units: dealt });
    roomLeft[region] = before - dealt;
    left -= dealt;
    if (dealt === before) {
      open[place] = open.at(-1) ?? 0;
      open.pop();
    }
  }
  return pieces;
}

/** Where pieces lie, one after another: each takes the lowest pages that those before it have left of its region. */
function runsOfPieces(rmp: Rmp, pieces: readonly Piece[], unitPages: number): PageRun[] {
  const cursors = new Map<number, { spans: readonly PageSpan[]; span: number; takenPages: number }>();
  const runs: PageRun[] = [];
  for (const { region, units } of pieces) {
    const known = cursors.get(region);
    const cursor = known ?? { spans: alignedSpans(rmp.freeSpans(region), unitPages), span: 0, takenPages: 0 };
    cursors.set(region, cursor);
    for (let wanted = units * unitPages; wanted > 0; ) {
      const span = cursor.spans[cursor.span];
      if (span === undefined) throw new Error(`region ${region} has less room than was dealt`);
      const startPage = span.startPage + cursor.takenPages;
      const pages = Math.min(wanted, span.endPage - startPage);
      runs.push(...runsIn(region, [{ startPage, endPage: startPage + pages }]));
      wanted -= pages;
      cursor.takenPages += pages;
      if (startPage + pages < span.endPage) continue;
      cursor.span++;
      cursor.takenPages = 0;
    }
  }
  return runs;
}

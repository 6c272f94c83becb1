import { GIB_BYTES, PAGE_BYTES } from '../units.js';
import { PAGES_PER_BLOCK, PAGES_PER_REGION, socketOfRegion } from './memory.js';

/** Pages that belong to the platform from boot: no RMPUPDATE changes them, so their regions are never optimized. */
export interface PreassignedPages {
  readonly holder: 'rmp' | 'firmware';
  readonly startPage: number;
  readonly pages: number;
}

/** A segment of the RMP, by physical addresses: where it begins, and the memory whose entries it holds, without its end. */
export interface RmpSegment {
  readonly atBytes: number;
  readonly coversFromBytes: number;
  readonly coversToBytes: number;
}

/** Where the RMP lies. `contiguous` is one table at the top of memory; RMPOPT needs segments. */
export const RMP_LAYOUTS = ['segmented', 'contiguous'] as const;

/** An entry of 16 bytes per 4 KiB page. */
const COVERED_BYTES_PER_RMP_BYTE = 256;
/** What the processor keeps before the first entries. */
const BOOKKEEPING_BYTES = 2 ** 14;
/** Firmware pages sit in the first 2 MiB of memory. */
const FIRMWARE_PAGES = PAGES_PER_BLOCK;

/** A host as far as it matters for where its RMP lies. */
interface Memory {
  readonly regions: number;
  readonly sockets: number;
}

/**
 * Where segments are assumed to lie on a host whose firmware has not been asked: those of a socket's memory one after another at the
 * top of that socket. They are told as one, since they are neighbours and cover neighbours.
 */
export function assumedSegments({ regions, sockets }: Memory): RmpSegment[] {
  const segments: RmpSegment[] = [];
  for (let socket = 0; socket < sockets; socket++) {
    const coversFromBytes = Math.ceil((socket * regions) / sockets) * GIB_BYTES;
    const coversToBytes = Math.ceil(((socket + 1) * regions) / sockets) * GIB_BYTES;
    if (coversToBytes === coversFromBytes) continue;
    const atBytes = coversToBytes - sizeBytes({ coversFromBytes, coversToBytes });
    segments.push({ atBytes, coversFromBytes, coversToBytes });
  }
  return segments;
}

/** The pages of firmware, of the segments, and of the bookkeeping before the first; each in whole blocks of 2 MiB, as Linux reserves them. */
export function pagesOfSegments(
  segments: readonly RmpSegment[],
  { regions }: Pick<Memory, 'regions'>,
): PreassignedPages[] {
  const [first] = segments;
  const spans = segments.map((segment) => {
    return { fromBytes: segment.atBytes, toBytes: segment.atBytes + sizeBytes(segment) };
  });
  if (first !== undefined)
    spans.push({ fromBytes: first.atBytes - BOOKKEEPING_BYTES, toBytes: first.atBytes });
  spans.sort((a, b) => a.fromBytes - b.fromBytes);
  const preassigned: PreassignedPages[] = [{ holder: 'firmware', startPage: 0, pages: FIRMWARE_PAGES }];
  let free = FIRMWARE_PAGES;
  for (const { fromBytes, toBytes } of spans) {
    const startPage = Math.max(free, blockAt(fromBytes, Math.floor));
    const endPage = Math.min(regions * PAGES_PER_REGION, blockAt(toBytes, Math.ceil));
    if (endPage <= startPage) continue;
    preassigned.push({ holder: 'rmp', startPage, pages: endPage - startPage });
    free = endPage;
  }
  return preassigned;
}

function sizeBytes({ coversFromBytes, coversToBytes }: Omit<RmpSegment, 'atBytes'>): number {
  return (coversToBytes - coversFromBytes) / COVERED_BYTES_PER_RMP_BYTE;
}

/** The first page of the block of 2 MiB that an address lies in or, rounded up, begins. */
function blockAt(bytes: number, round: (blocks: number) => number): number {
  return round(bytes / PAGE_BYTES / PAGES_PER_BLOCK) * PAGES_PER_BLOCK;
}

/** How many regions hold some of these pages. */
export function reservedRegions(preassigned: readonly PreassignedPages[]): number {
  const regions = new Set<number>();
  for (const { startPage, pages } of preassigned) {
    const last = Math.floor((startPage + pages - 1) / PAGES_PER_REGION);
    for (let region = Math.floor(startPage / PAGES_PER_REGION); region <= last; region++) regions.add(region);
  }
  return regions.size;
}

/** One RMP fills the top regions, every page of them; the firmware starts region 0 unless the RMP has it. */
export function pagesOfOneRmp({ regions }: Pick<Memory, 'regions'>): PreassignedPages[] {
  const rmpBytes = sizeBytes({ coversFromBytes: 0, coversToBytes: regions * GIB_BYTES }) + BOOKKEEPING_BYTES;
  const rmpRegions = Math.ceil(rmpBytes / GIB_BYTES);
  const firstRmpRegion = regions - rmpRegions;
  const rmp: PreassignedPages = {
    holder: 'rmp',
    startPage: firstRmpRegion * PAGES_PER_REGION,
    pages: rmpRegions * PAGES_PER_REGION,
  };
  const firmware: PreassignedPages = { holder: 'firmware', startPage: 0, pages: FIRMWARE_PAGES };
  return firstRmpRegion > 0 ? [firmware, rmp] : [rmp];
}

/** The socket that holds the RMP entries of each region: where its segment lies; the region's own where no segment covers it. */
export function entrySockets(segments: readonly RmpSegment[], { regions, sockets }: Memory): Int32Array {
  const socketOf = Int32Array.from({ length: regions }, (_, region) =>
    socketOfRegion(region, regions, sockets),
  );
  const own = socketOf.slice();
  for (const { atBytes, coversFromBytes, coversToBytes } of segments) {
    const socket = own[Math.min(regions - 1, Math.floor(atBytes / GIB_BYTES))] ?? 0;
    const end = Math.min(regions, Math.ceil(coversToBytes / GIB_BYTES));
    for (let region = Math.ceil(coversFromBytes / GIB_BYTES); region < end; region++)
      socketOf[region] = socket;
  }
  return socketOf;
}

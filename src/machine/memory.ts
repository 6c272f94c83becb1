import { GIB_BYTES, PAGE_BYTES } from '../units.js';

/** A 2 MiB block is what a 2M RMP entry covers and what one step of RMPOPT's scan checks. */
export const PAGES_PER_BLOCK = 512;
export const BLOCKS_PER_REGION = 512;
/** A region is the 1 GiB one RMPOPT speaks for. */
export const PAGES_PER_REGION = GIB_BYTES / PAGE_BYTES;
/** An RMPOPT table covers 2 TiB from its base (V10-2). */
export const WINDOW_REGIONS = 2048;

/** The RMP takes 16 bytes per 4 KiB page, that is 4 MiB per region, behind 16 KiB of processor bookkeeping. */
const RMP_BYTES_PER_REGION = 2 ** 22;
const RMP_BOOKKEEPING_BYTES = 2 ** 14;
/** Firmware pages sit in the first 2 MiB of memory. */
const FIRMWARE_PAGES = PAGES_PER_BLOCK;

/** Pages that belong to the platform from boot: no RMPUPDATE changes them, so their regions are never optimized. */
export interface PreassignedPages {
  readonly holder: 'rmp' | 'firmware';
  readonly startPage: number;
  readonly pages: number;
}

/** Memory is one flat map, dealt to the sockets in equal, consecutive shares. */
export function socketOfRegion(region: number, regions: number, sockets: number): number {
  return Math.floor((region * sockets) / regions);
}

/** Where the RMP and the firmware sit: the RMP fills the top regions, the firmware starts region 0 unless the RMP has it. */
export function conventionalPreassignedPages(regions: number): PreassignedPages[] {
  const rmpRegions = Math.ceil((RMP_BYTES_PER_REGION * regions + RMP_BOOKKEEPING_BYTES) / GIB_BYTES);
  const firstRmpRegion = regions - rmpRegions;
  const rmp: PreassignedPages = {
    holder: 'rmp',
    startPage: firstRmpRegion * PAGES_PER_REGION,
    pages: rmpRegions * PAGES_PER_REGION,
  };
  const firmware: PreassignedPages = { holder: 'firmware', startPage: 0, pages: FIRMWARE_PAGES };
  return firstRmpRegion > 0 ? [firmware, rmp] : [rmp];
}

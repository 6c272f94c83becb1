import { GIB_BYTES, PAGE_BYTES } from '../units.js';

/** A 2 MiB block is what a 2M RMP entry covers and what one step of RMPOPT's scan checks. */
export const PAGES_PER_BLOCK = 512;
/** A region is the 1 GiB one RMPOPT speaks for. */
export const PAGES_PER_REGION = GIB_BYTES / PAGE_BYTES;
/** An RMPOPT table covers 2 TiB from its base (V10-2). */
export const WINDOW_REGIONS = 2048;

/** Memory is one flat map, dealt to the sockets in equal, consecutive shares. */
export function socketOfRegion(region: number, regions: number, sockets: number): number {
  return Math.floor((region * sockets) / regions);
}

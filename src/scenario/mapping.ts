import { PAGES_PER_BLOCK, PAGES_PER_REGION } from '../machine/memory.js';
import type { EntrySize } from '../machine/rmp.js';

/** How private memory is mapped: the RMP entries it takes and the unit in which it is placed. There is no 1G RMP entry. */
export const MAPPINGS = {
  '4k': { pages: 1, entrySize: '4k' },
  '2m': { pages: PAGES_PER_BLOCK, entrySize: '2m' },
  '1g': { pages: PAGES_PER_REGION, entrySize: '2m' },
} as const satisfies Record<string, { pages: number; entrySize: EntrySize }>;

export type Mapping = keyof typeof MAPPINGS;
export const MAPPING_NAMES = Object.keys(MAPPINGS) as readonly Mapping[];

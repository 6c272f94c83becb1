import { GIB_BYTES } from '../units.js';

/** What a sweep covers at least, in the arithmetic of addresses. */
export const REGION_BYTES = BigInt(GIB_BYTES);

const U64_MAX = 2n ** 64n - 1n;

/** Whether a kernel can have counted to a number. */
export function isU64(text: string): boolean {
  return BigInt(text) <= U64_MAX;
}

/** A number that documents can carry exactly; `null` without one, or where it is larger. */
export function exactNumber(text: string | undefined): number | null {
  const value = text === undefined ? Number.NaN : Number(text);
  return Number.isSafeInteger(value) ? value : null;
}

/** How cycles become time, and who says so. */
export interface ClockRate {
  readonly ghz: number;
  readonly origin: string;
}

const U64_MAX = 2n ** 64n - 1n;

/** A number as kernels count: `null` beyond 64 bits. */
export function readU64(text: string): bigint | null {
  const value = BigInt(text);
  return value <= U64_MAX ? value : null;
}

/** A number that documents can carry exactly; `null` without one, or where it is larger. */
export function exactNumber(text: string | undefined): number | null {
  const value = text === undefined ? Number.NaN : Number(text);
  return Number.isSafeInteger(value) ? value : null;
}

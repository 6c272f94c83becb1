/** A region at a moment. */
export interface RegionState {
  /** Whether no page of it is assigned. */
  readonly isFree: boolean;
  /** Cores on which it is optimized, and those of them on its own node. */
  readonly cores: number;
  readonly ownNodeCores: number;
}

/** Region-time in microseconds: a region for a microsecond is 1. */
export interface ExposureTotals {
  /** Of regions without an assigned page, in any core's window or in none. */
  readonly freeUs: number;
  /** Free, and not yet optimized on every core whose window holds the region. */
  readonly waitingUs: number;
  /** Waiting, and missed by a sweep: it has come too early for the last page of the region. */
  readonly missedUs: number;
  /** Free, and in no core's window: never optimized. */
  readonly outsideUs: number;
  /** Free, times the cores on which the region was optimized; and on its own node alone. */
  readonly coreUs: number;
  readonly ownNodeCoreUs: number;
}

/** How many regions wait from a moment on. */
export interface WaitingPoint {
  readonly atNs: number;
  readonly waitingRegions: number;
}

/**
 * The account of the time that free regions spend without being optimized. Moments are rounded to microseconds once, so that
 * spans add up exactly however they are cut.
 */
export class Exposure {
  /** Cores whose window holds each region. */
  readonly #coveringCores: Int32Array;
  readonly #endUs: number;
  readonly #isFree: Uint8Array;
  readonly #cores: Int32Array;
  readonly #ownNodeCores: Int32Array;
  readonly #isMissed: Uint8Array;
  readonly #sinceUs: Float64Array;
  readonly #totals = { freeUs: 0, waitingUs: 0, missedUs: 0, outsideUs: 0, coreUs: 0, ownNodeCoreUs: 0 };
  readonly #curve: WaitingPoint[] = [];
  #waitingRegions = 0;

  /**
   * Starts at time 0, with no region free.
   * @param endNs what happens later is not counted
   */
  constructor(coveringCores: Int32Array, endNs: number) {
    const regions = coveringCores.length;
    this.#coveringCores = coveringCores;
    this.#endUs = microseconds(endNs);
    this.#isFree = new Uint8Array(regions);
    this.#cores = new Int32Array(regions);
    this.#ownNodeCores = new Int32Array(regions);
    this.#isMissed = new Uint8Array(regions);
    this.#sinceUs = new Float64Array(regions);
  }

  /** Whether a region is free and in some window, but not optimized on every core that could. */
  isWaiting(region: number): boolean {
    return this.#isFree[region] === 1 && (this.#cores[region] ?? 0) < (this.#coveringCores[region] ?? 0);
  }

  get waitingRegions(): number {
    return this.#waitingRegions;
  }

  coresOf(region: number): number {
    return this.#cores[region] ?? 0;
  }

  /** A sweep has ended that has missed a region, which may not have come back even now. */
  miss(region: number, atNs: number): void {
    this.#close(region, Math.min(this.#endUs, microseconds(atNs)));
    this.#isMissed[region] = 1;
  }

  /** A region has been assigned to somebody else: what a sweep has missed of it is no matter any more. */
  forgetMiss(region: number): void {
    this.#isMissed[region] = 0;
  }

  /** What a region is from a moment on; moments of a region ascend. */
  set(region: number, atNs: number, { isFree, cores, ownNodeCores }: RegionState): void {
    const waitedBefore = this.isWaiting(region);
    this.#close(region, Math.min(this.#endUs, microseconds(atNs)));
    this.#isFree[region] = isFree ? 1 : 0;
    this.#cores[region] = cores;
    this.#ownNodeCores[region] = ownNodeCores;
    const waits = this.isWaiting(region);
    if (isFree && !waits) this.#isMissed[region] = 0;
    this.#waitingRegions += Number(waits) - Number(waitedBefore);
  }

  /** Adds a point to the curve of waiting regions where their number has changed. */
  mark(atNs: number): void {
    if (this.#curve.at(-1)?.waitingRegions === this.#waitingRegions) return;
    if (this.#curve.at(-1)?.atNs === atNs) this.#curve.pop();
    this.#curve.push({ atNs, waitingRegions: this.#waitingRegions });
  }

  /** Ends the account. */
  close(): { readonly totals: ExposureTotals; readonly curve: readonly WaitingPoint[] } {
    for (let region = 0; region < this.#coveringCores.length; region++) this.#close(region, this.#endUs);
    return { totals: this.#totals, curve: this.#curve };
  }

  #close(region: number, untilUs: number): void {
    const spanUs = untilUs - (this.#sinceUs[region] ?? 0);
    this.#sinceUs[region] = untilUs;
    if (this.#isFree[region] !== 1) return;
    this.#totals.freeUs += spanUs;
    if (this.isWaiting(region)) {
      this.#totals.waitingUs += spanUs;
      if (this.#isMissed[region] === 1) this.#totals.missedUs += spanUs;
    }
    if (this.#coveringCores[region] === 0) this.#totals.outsideUs += spanUs;
    this.#totals.coreUs += spanUs * (this.#cores[region] ?? 0);
    this.#totals.ownNodeCoreUs += spanUs * (this.#ownNodeCores[region] ?? 0);
  }
}

function microseconds(ns: number): number {
  return Math.round(ns / 1000);
}

import { InputError } from '../errors.js';
import { picoseconds } from '../units.js';
import type { FileOrder, RegionEnd } from './file-order.js';
import type { Holding } from './private-memory.js';

/** What giving a page back takes. */
export interface ConversionCosts {
  readonly rmpupdateNs: number;
  readonly flushPerPageNs: number;
}

/** What it takes to give entries back: an RMPUPDATE for each, and a flush of each of their pages. */
export function conversionPs(
  { rmpUpdates, pages }: { readonly rmpUpdates: number; readonly pages: number },
  { rmpupdateNs, flushPerPageNs }: ConversionCosts,
): number {
  return rmpUpdates * picoseconds(rmpupdateNs) + pages * picoseconds(flushPerPageNs);
}

/** The memory of a guest that has ended on its way back: one thread goes through the file, entry by entry. */
export class Conversion {
  readonly holding: Holding;
  readonly exitNs: number;
  /** When each region has come back, in this order. */
  readonly regionEnds: readonly (RegionEnd & { readonly atNs: number })[];
  readonly endNs: number;
  readonly #order: FileOrder;
  readonly #entryPs: number;
  readonly #entriesIn: ReadonlyMap<number, number>;

  /** @throws InputError when it takes longer than picoseconds can count exactly */
  constructor(holding: Holding, exitNs: number, costs: ConversionCosts) {
    this.holding = holding;
    this.exitNs = exitNs;
    this.#order = holding.fileOrder();
    this.#entryPs = conversionPs({ rmpUpdates: 1, pages: holding.entryPages }, costs);
    if (holding.entries * this.#entryPs > Number.MAX_SAFE_INTEGER) throw tooLong(holding);
    this.regionEnds = this.#order.lastEntries().map((end) => ({ ...end, atNs: this.#backNs(end.entries) }));
    this.endNs = this.#backNs(holding.entries);
    this.#entriesIn = new Map(
      this.regionEnds.map(({ region }) => [region, this.#order.countAmong(holding.entries, region)]),
    );
  }

  /** Time of the thread; `endNs` rounds it up. */
  get elapsedNs(): number {
    return this.endNs - this.exitNs;
  }

  entriesIn(region: number): number {
    return this.#entriesIn.get(region) ?? 0;
  }

  /** How many entries of a region have come back at a moment, the lowest ones. */
  entriesBack(region: number, atNs: number): number {
    return this.#order.countAmong(this.#entriesBefore(atNs), region);
  }

  /** An entry has come back when it has been flushed; its time is rounded up to nanoseconds. */
  #backNs(entries: number): number {
    const ps = entries * this.#entryPs;
    return this.exitNs + (ps - (ps % 1000)) / 1000 + (ps % 1000 === 0 ? 0 : 1);
  }

  #entriesBefore(atNs: number): number {
    if (atNs >= this.endNs) return this.holding.entries;
    const ps = (Math.floor(atNs) - this.exitNs) * 1000;
    return (ps - (ps % this.#entryPs)) / this.#entryPs;
  }
}

function tooLong({ owner }: Holding): InputError {
  return new InputError([
    {
      where: `giving back the memory of ${owner.name}`,
      expected: 'a time that can be counted exactly: up to 9007 s, in picoseconds',
      found: 'a longer one',
      hint: 'Make the guest, rmpupdateNs or flushPerPageNs smaller.',
    },
  ]);
}

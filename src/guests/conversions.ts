import type { Owner, Rmp } from '../machine/rmp.js';
import type { Conversion } from './conversion.js';

/**
 * What guests that have ended still hold. The RMP itself loses their pages region by region, as the last one of each has come back;
 * how many have come back at a moment before that is worked out when somebody asks.
 */
export class Conversions {
  readonly #rmp: Rmp;
  readonly #queue = new ConversionQueue();
  readonly #inRegion: (Set<Conversion> | undefined)[];
  /** How many they are: asked before every round. */
  readonly #countIn: Int32Array;
  /** Per region: how often it was assigned, and entries that came back with the last one of a conversion there. */
  readonly #changes: Float64Array;
  /** When a guest ended last that held pages of the region. */
  readonly #lastExitNs: Float64Array;
  readonly #ofOwner = new Map<Owner, Conversion>();
  #guests = 0;

  constructor(rmp: Rmp) {
    this.#rmp = rmp;
    this.#inRegion = new Array(rmp.regions).fill(undefined);
    this.#changes = new Float64Array(rmp.regions);
    this.#countIn = new Int32Array(rmp.regions);
    this.#lastExitNs = new Float64Array(rmp.regions).fill(Number.POSITIVE_INFINITY);
  }

  /** How many guests are being converted. */
  get guests(): number {
    return this.#guests;
  }

  /** When the next region or conversion is due; `null` where none is left. */
  get nextNs(): number | null {
    return this.#queue.nextNs;
  }

  start(conversion: Conversion): void {
    const { holding, regionEnds, exitNs } = conversion;
    this.#ofOwner.set(holding.owner, conversion);
    this.#guests += holding.isGuest ? 1 : 0;
    for (const { region } of regionEnds) {
      this.#lastExitNs[region] = exitNs;
      this.#inRegion[region] ??= new Set();
      this.#inRegion[region].add(conversion);
      this.#countIn[region] = this.#inRegion[region].size;
    }
    this.#queue.add(conversion);
  }

  /** Takes out what is due next: a region that has come back, or the end of a conversion without any. */
  take(): ConvertedRegion {
    const taken = this.#queue.take();
    const { conversion, region, isLast } = taken;
    if (region !== null) {
      this.#inRegion[region]?.delete(conversion);
      this.#countIn[region] = this.#inRegion[region]?.size ?? 0;
      this.#changes[region] = (this.#changes[region] ?? 0) + conversion.entriesIn(region);
    }
    if (isLast) {
      this.#ofOwner.delete(conversion.holding.owner);
      this.#guests -= conversion.holding.isGuest ? 1 : 0;
    }
    return taken;
  }

  /** Whether a region is held by nobody, or only by guests that had ended at a moment, the last of them; not if none ever did. */
  isLeftTo(region: number, byNs: number): boolean {
    if ((this.#lastExitNs[region] ?? 0) > byNs) return false;
    return this.#rmp.runsOf(region).every(({ owner }) => this.#ofOwner.has(owner));
  }

  isAnyIn(region: number): boolean {
    return (this.#countIn[region] ?? 0) > 0;
  }

  noteAssigned(regions: Iterable<number>): void {
    for (const region of regions) this.#changes[region] = (this.#changes[region] ?? 0) + 1;
  }

  /** How often RMPUPDATEs had changed a region up to a moment: a number that only grows. */
  changes(region: number, atNs: number): number {
    let changes = this.#changes[region] ?? 0;
    if (this.#countIn[region] === 0) return changes;
    for (const conversion of this.#inRegion[region] ?? []) changes += conversion.entriesBack(region, atNs);
    return changes;
  }

  /** The first page of a region that is still assigned at a moment. */
  firstAssignedPage(region: number, atNs: number): number | null {
    if (!this.isAnyIn(region)) return this.#rmp.firstAssignedPage(region);
    let pagesBack: Map<Owner, number> | null = null;
    for (const { startPage, endPage, owner } of this.#rmp.runsOf(region)) {
      const conversion = this.#ofOwner.get(owner);
      if (conversion === undefined) return startPage;
      const left =
        pagesBack?.get(owner) ?? conversion.entriesBack(region, atNs) * conversion.holding.entryPages;
      if (left < endPage - startPage) return startPage + left;
      pagesBack ??= new Map();
      pagesBack.set(owner, left - (endPage - startPage));
    }
    return null;
  }
}

/** A region that has come back. */
export interface ConvertedRegion {
  readonly conversion: Conversion;
  /** `null` where nothing was held. */
  readonly region: number | null;
  /** Whether the conversion has ended with it. */
  readonly isLast: boolean;
}

/** Conversions by when the next region of each has come back: a binary heap. */
class ConversionQueue {
  readonly #heap: Queued[] = [];

  get nextNs(): number | null {
    return this.#heap[0]?.nextNs ?? null;
  }

  add(conversion: Conversion): void {
    const { regionEnds, endNs } = conversion;
    this.#heap.push({ conversion, taken: 0, nextNs: regionEnds[0]?.atNs ?? endNs });
    let place = this.#heap.length - 1;
    while (place > 0 && this.#swapIfBefore(place, (place - 1) >>> 1)) place = (place - 1) >>> 1;
  }

  take(): ConvertedRegion {
    const [first] = this.#heap;
    if (first === undefined) throw new RangeError('no conversion is left');
    const { conversion, taken } = first;
    const next = conversion.regionEnds[taken + 1];
    if (next === undefined) {
      const last = this.#heap.pop();
      if (last !== undefined && last !== first) this.#heap[0] = last;
    } else {
      first.taken++;
      first.nextNs = next.atNs;
    }
    this.#sink();
    return { conversion, region: conversion.regionEnds[taken]?.region ?? null, isLast: next === undefined };
  }

  #sink(): void {
    for (let place = 0; ; ) {
      const left = 2 * place + 1;
      const child = this.#isBefore(left + 1, left) ? left + 1 : left;
      if (!this.#swapIfBefore(child, place)) return;
      place = child;
    }
  }

  #swapIfBefore(a: number, b: number): boolean {
    const [atA, atB] = [this.#heap[a], this.#heap[b]];
    if (atA === undefined || atB === undefined || !this.#isBefore(a, b)) return false;
    [this.#heap[a], this.#heap[b]] = [atB, atA];
    return true;
  }

  #isBefore(a: number, b: number): boolean {
    const [atA, atB] = [this.#heap[a], this.#heap[b]];
    return atA !== undefined && atB !== undefined && atA.nextNs < atB.nextNs;
  }
}

interface Queued {
  readonly conversion: Conversion;
  /** Regions that have come back. */
  taken: number;
  nextNs: number;
}

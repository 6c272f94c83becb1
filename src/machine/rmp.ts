import { PAGES_PER_BLOCK, PAGES_PER_REGION } from './memory.js';
import type { PreassignedPages } from './rmp-placement.js';

/** Results of RMPUPDATE, by the names of the public intrinsics documentation. FAIL_INUSE needs two CPUs at once, which do not occur. */
export type RmpResult = 'SUCCESS' | 'FAIL_INPUT' | 'FAIL_PERMISSION' | 'FAIL_OVERLAP';

/** The RMP knows two entry sizes; there is no 1G entry. */
export type EntrySize = '4k' | '2m';

/** Whose page it is. Compared by identity: one object per guest, per group of private pages, per platform holder. */
export interface Owner {
  readonly name: string;
  /** Immutable entries refuse RMPUPDATE: the RMP itself and firmware pages. */
  readonly immutable: boolean;
}

/** Assigned pages of one region that are alike: pages [startPage, endPage) counted from the region's start. */
export interface RmpRun {
  readonly startPage: number;
  readonly endPage: number;
  readonly entrySize: EntrySize;
  readonly owner: Owner;
}

/** Pages [startPage, endPage) of one region, counted from its start. */
export interface PageSpan {
  readonly startPage: number;
  readonly endPage: number;
}

/** What RMPUPDATE is asked for; `startPage` counts from the start of memory, `owner: null` gives the pages back. */
export interface RmpUpdate {
  readonly startPage: number;
  readonly pages: number;
  readonly entrySize: EntrySize;
  readonly owner: Owner | null;
}

/** How far a run of RMPUPDATEs came: it stops at the first entry that fails, as a loop in the kernel would. */
export interface RmpUpdateOutcome {
  readonly result: RmpResult;
  /** RMPUPDATEs that succeeded; each wrote one entry of 4 KiB or 2 MiB. */
  readonly updated: number;
}

/**
 * The Reverse Map Table, exact at 4 KiB: who owns each page and by an entry of which size. Stored as sorted, disjoint
 * runs of assigned pages per region; pages of no run are hypervisor-owned.
 */
export class Rmp {
  readonly regions: number;
  /** Regions that nothing was ever assigned in have no list yet. */
  readonly #runsByRegion: (RmpRun[] | undefined)[];
  /** By region. */
  readonly #assignedPages: Float64Array;

  constructor(regions: number, preassigned: readonly PreassignedPages[]) {
    this.regions = regions;
    this.#runsByRegion = new Array(regions).fill(undefined);
    this.#assignedPages = new Float64Array(regions);
    for (const { holder, startPage, pages } of preassigned) {
      const owner = { name: holder, immutable: true };
      const { result } = this.update({ startPage, pages, entrySize: '2m', owner });
      if (result !== 'SUCCESS') throw new RangeError(`preassigned pages of the ${holder}: ${result}`);
    }
  }

  /** Assigned runs of a region, ascending. */
  runsOf(region: number): readonly RmpRun[] {
    return this.#runs(region);
  }

  /** The first assigned page of a region, counted from its start; `null` when every page is hypervisor-owned. */
  firstAssignedPage(region: number): number | null {
    return this.#runs(region).at(0)?.startPage ?? null;
  }

  /** How many pages of a region are hypervisor-owned. */
  freePages(region: number): number {
    return PAGES_PER_REGION - (this.#assignedPages[region] ?? 0);
  }

  /** Spans of hypervisor-owned pages of a region, ascending. */
  freeSpans(region: number): readonly PageSpan[] {
    return gapsBetween(this.#runs(region));
  }

  /** The runs of a region that belong to an owner, ascending. */
  runsOfOwner(region: number, owner: Owner): RmpRun[] {
    const own: RmpRun[] = [];
    for (const run of this.#runs(region)) if (run.owner === owner) own.push(run);
    return own;
  }

  /** RMPUPDATE on a page or on a run of pages in ascending order. */
  update(update: RmpUpdate): RmpUpdateOutcome {
    const { startPage, pages, entrySize, owner } = update;
    const entryPages = pagesPerEntry(entrySize);
    if (!this.#isInside(startPage, pages) || startPage % entryPages !== 0 || pages % entryPages !== 0) {
      return { result: 'FAIL_INPUT', updated: 0 };
    }
    const end = startPage + pages;
    for (let page = startPage; page < end; page = nextRegionStart(page)) {
      const region = regionOfPage(page);
      const span = spanInRegion(region, page, Math.min(end, nextRegionStart(page)));
      const obstacle = this.#firstObstacle(region, span, entrySize);
      const done = obstacle === null ? span : { ...span, endPage: obstacle.page };
      this.#replace(region, done, entrySize, owner);
      if (obstacle === null) continue;
      const reached = page + done.endPage - done.startPage;
      return { result: obstacle.result, updated: (reached - startPage) / entryPages };
    }
    return { result: 'SUCCESS', updated: pages / entryPages };
  }

  #runs(region: number): readonly RmpRun[] {
    if (region >= 0 && region < this.regions) return this.#runsByRegion[region] ?? NO_RUNS;
    throw new RangeError(`region ${region} lies outside the ${this.regions} of this machine`);
  }

  #isInside(startPage: number, pages: number): boolean {
    const allPages = this.regions * PAGES_PER_REGION;
    return Number.isSafeInteger(startPage) && startPage >= 0 && pages > 0 && startPage + pages <= allPages;
  }

  /** The first entry of a span at which RMPUPDATE would fail, by page from the region's start. */
  #firstObstacle(
    region: number,
    span: PageSpan,
    entrySize: EntrySize,
  ): { page: number; result: RmpResult } | null {
    const run = this.#firstObstructing(region, span, entrySize);
    if (run === undefined) return null;
    const page = Math.max(run.startPage, span.startPage);
    return {
      page: page - (page % pagesPerEntry(entrySize)),
      result: run.owner.immutable ? 'FAIL_PERMISSION' : 'FAIL_OVERLAP',
    };
  }

  #firstObstructing(region: number, span: PageSpan, entrySize: EntrySize): RmpRun | undefined {
    const runs = this.#runs(region);
    for (let i = firstRunEndingAfter(runs, span.startPage); i < runs.length; i++) {
      const run = runs[i];
      if (run === undefined || run.startPage >= span.endPage) return undefined;
      if (run.owner.immutable || run.entrySize !== entrySize) return run;
    }
    return undefined;
  }

  /** Puts a run, or nothing, in place of a span; what runs hold beside it stays theirs. Costs what it changes, not all runs. */
  #replace(
    region: number,
    { startPage, endPage }: PageSpan,
    entrySize: EntrySize,
    owner: Owner | null,
  ): void {
    if (startPage === endPage) return;
    this.#runsByRegion[region] ??= [];
    const runs = this.#runsByRegion[region];
    const first = firstRunEndingAfter(runs, startPage - 1);
    const before: RmpRun[] = [];
    const after: RmpRun[] = [];
    let [ownStart, ownEnd, replacedPages] = [startPage, endPage, 0];
    let end = first;
    for (let run = runs[end]; run !== undefined && run.startPage <= endPage; run = runs[++end]) {
      // One of the same owner that it touches becomes one run with it.
      if (run.owner === owner && run.entrySize === entrySize) {
        ownStart = Math.min(ownStart, run.startPage);
        ownEnd = Math.max(ownEnd, run.endPage);
      } else {
        if (run.startPage < startPage) before.push({ ...run, endPage: startPage });
        if (run.endPage > endPage) after.push({ ...run, startPage: endPage });
      }
      replacedPages += Math.min(run.endPage, endPage) - Math.max(run.startPage, startPage);
    }
    const own = owner === null ? [] : [{ startPage: ownStart, endPage: ownEnd, entrySize, owner }];
    runs.splice(first, end - first, ...before, ...own, ...after);
    this.#assignedPages[region] += (owner === null ? 0 : endPage - startPage) - replacedPages;
  }
}

const NO_RUNS: readonly RmpRun[] = [];

/** The pages of a region that ascending runs leave free. */
function gapsBetween(runs: readonly RmpRun[]): PageSpan[] {
  const gaps: PageSpan[] = [];
  let startPage = 0;
  for (const run of runs) {
    if (run.startPage > startPage) gaps.push({ startPage, endPage: run.startPage });
    startPage = run.endPage;
  }
  if (startPage < PAGES_PER_REGION) gaps.push({ startPage, endPage: PAGES_PER_REGION });
  return gaps;
}

/** The index of the first of ascending runs that goes on beyond a page. */
function firstRunEndingAfter(runs: readonly RmpRun[], page: number): number {
  let [low, high] = [0, runs.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((runs[middle]?.endPage ?? 0) > page) high = middle;
    else low = middle + 1;
  }
  return low;
}

export function pagesPerEntry(entrySize: EntrySize): number {
  return entrySize === '2m' ? PAGES_PER_BLOCK : 1;
}

export function regionOfPage(page: number): number {
  return Math.floor(page / PAGES_PER_REGION);
}

/** The regions in which RMPUPDATEs succeeded, ascending. */
export function regionsReached({ startPage, entrySize }: RmpUpdate, { updated }: RmpUpdateOutcome): number[] {
  const first = regionOfPage(startPage);
  const end = Math.ceil((startPage + updated * pagesPerEntry(entrySize)) / PAGES_PER_REGION);
  const reached: number[] = [];
  for (let region = first; updated > 0 && region < end; region++) reached.push(region);
  return reached;
}

/** The first page of the region behind that of a page. */
function nextRegionStart(page: number): number {
  return (regionOfPage(page) + 1) * PAGES_PER_REGION;
}

/** Pages of memory, all in one region, as a span of it. */
function spanInRegion(region: number, startPage: number, endPage: number): PageSpan {
  const regionStart = region * PAGES_PER_REGION;
  return { startPage: startPage - regionStart, endPage: endPage - regionStart };
}

import { PAGES_PER_REGION } from '../machine/memory.js';
import type { PageSpan } from '../machine/rmp.js';

/** A run of pages of memory, counted from its start. */
export interface PageRun {
  readonly startPage: number;
  readonly pages: number;
}

/** The parts of spans that whole units of pages can cover, when units are aligned to their size. */
export function alignedSpans(spans: readonly PageSpan[], unitPages: number): readonly PageSpan[] {
  if (unitPages === 1) return spans;
  return spans
    .map(({ startPage, endPage }) => ({
      startPage: Math.ceil(startPage / unitPages) * unitPages,
      endPage: Math.floor(endPage / unitPages) * unitPages,
    }))
    .filter(({ startPage, endPage }) => startPage < endPage);
}

export function pagesIn(spans: readonly PageSpan[]): number {
  return spans.reduce((sum, { startPage, endPage }) => sum + endPage - startPage, 0);
}

/** The lowest pages of ascending spans, as many as there are of the number wanted. */
export function lowestPages(spans: readonly PageSpan[], pages: number): PageSpan[] {
  const chosen: PageSpan[] = [];
  let wanted = pages;
  for (const { startPage, endPage } of spans) {
    const taken = Math.min(wanted, endPage - startPage);
    if (taken > 0) chosen.push({ startPage, endPage: startPage + taken });
    wanted -= taken;
  }
  return chosen;
}

/** Spans of one region as runs of memory. */
export function runsIn(region: number, spans: readonly PageSpan[]): PageRun[] {
  return spans.map(({ startPage, endPage }) => ({
    startPage: region * PAGES_PER_REGION + startPage,
    pages: endPage - startPage,
  }));
}

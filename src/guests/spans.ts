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

/** How many aligned units ascending runs leave free in a region. */
export function unitsBetween(runs: readonly PageSpan[], unitPages: number): number {
  let units = 0;
  let startPage = 0;
  const add = (endPage: number) => {
    if (endPage - startPage < unitPages) return;
    units += Math.max(0, Math.floor(endPage / unitPages) - Math.ceil(startPage / unitPages));
  };
  for (const run of runs) {
    add(run.startPage);
    startPage = run.endPage;
  }
  add(PAGES_PER_REGION);
  return units;
}

/** The lowest aligned units that ascending runs leave free in a region. */
export function lowestUnitsBetween(runs: readonly PageSpan[], unitPages: number, units: number): PageSpan[] {
  const chosen: PageSpan[] = [];
  let left = units;
  let startPage = 0;
  for (let i = 0; i <= runs.length && left > 0; i++) {
    const first = Math.ceil(startPage / unitPages);
    const gapEnd = runs[i]?.startPage ?? PAGES_PER_REGION;
    const taken = Math.min(left, Math.floor(gapEnd / unitPages) - first);
    if (taken > 0) {
      chosen.push({ startPage: first * unitPages, endPage: (first + taken) * unitPages });
      left -= taken;
    }
    startPage = runs[i]?.endPage ?? PAGES_PER_REGION;
  }
  return chosen;
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

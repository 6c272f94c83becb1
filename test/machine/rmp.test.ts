import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PAGES_PER_REGION } from '../../src/machine/memory.js';
import { type EntrySize, type Owner, Rmp } from '../../src/machine/rmp.js';
import { pagesOfOneRmp } from '../../src/machine/rmp-placement.js';

const alice: Owner = { name: 'alice', immutable: false };
const bob: Owner = { name: 'bob', immutable: false };

function set(rmp: Rmp, startPage: number, pages: number, entrySize: EntrySize, owner: Owner | null = alice) {
  return rmp.update({ startPage, pages, entrySize, owner });
}

describe('RMPUPDATE', () => {
  test('assigns single pages and finds the first one of a region', () => {
    const rmp = new Rmp(2, []);
    expect(rmp.firstAssignedPage(1)).toBeNull();
    set(rmp, PAGES_PER_REGION + 700, 1, '4k');
    set(rmp, PAGES_PER_REGION + 513, 1, '4k');
    expect(rmp.firstAssignedPage(1)).toBe(513);
    expect(rmp.firstAssignedPage(0)).toBeNull();
  });

  test('counts one update per entry, over region bounds too', () => {
    const rmp = new Rmp(2, []);
    expect(set(rmp, PAGES_PER_REGION - 512, 1024, '2m')).toEqual({ result: 'SUCCESS', updated: 2 });
    expect(set(rmp, 0, 100, '4k')).toEqual({ result: 'SUCCESS', updated: 100 });
  });

  test('with a 2M entry at a page that is not 2 MiB aligned fails with FAIL_INPUT', () => {
    expect(set(new Rmp(1, []), 1, 512, '2m')).toEqual({ result: 'FAIL_INPUT', updated: 0 });
  });

  test('beyond memory fails with FAIL_INPUT', () => {
    expect(set(new Rmp(1, []), PAGES_PER_REGION, 1, '4k').result).toBe('FAIL_INPUT');
    expect(set(new Rmp(1, []), -1, 1, '4k').result).toBe('FAIL_INPUT');
  });

  test('on immutable entries fails with FAIL_PERMISSION', () => {
    const rmp = new Rmp(16, pagesOfOneRmp({ regions: 16 }));
    expect(set(rmp, 0, 1, '4k').result).toBe('FAIL_PERMISSION');
    expect(set(rmp, 15 * PAGES_PER_REGION, 512, '2m', null).result).toBe('FAIL_PERMISSION');
  });

  test('with a 4K entry inside a 2M one, or the reverse, fails with FAIL_OVERLAP', () => {
    const rmp = new Rmp(1, []);
    set(rmp, 0, 512, '2m');
    set(rmp, 1024, 1, '4k');
    expect(set(rmp, 5, 1, '4k', null).result).toBe('FAIL_OVERLAP');
    expect(set(rmp, 1024, 512, '2m').result).toBe('FAIL_OVERLAP');
  });

  test('of a run stops at the first entry that fails and keeps what came before', () => {
    const rmp = new Rmp(1, []);
    set(rmp, 1024, 512, '2m', bob);
    expect(set(rmp, 1000, 100, '4k')).toEqual({ result: 'FAIL_OVERLAP', updated: 24 });
    expect(rmp.runsOf(0)).toEqual([
      { startPage: 1000, endPage: 1024, entrySize: '4k', owner: alice },
      { startPage: 1024, endPage: 1536, entrySize: '2m', owner: bob },
    ]);
  });

  test('by 2M entries stops before the whole block in which one of the other size is', () => {
    const rmp = new Rmp(1, []);
    set(rmp, 1025, 1, '4k', bob);
    expect(set(rmp, 512, 1024, '2m')).toEqual({ result: 'FAIL_OVERLAP', updated: 1 });
    expect(rmp.runsOf(0)[0]).toEqual({ startPage: 512, endPage: 1024, entrySize: '2m', owner: alice });
  });

  test('next to entries of the other size leaves both as they are', () => {
    const rmp = new Rmp(1, []);
    set(rmp, 0, 512, '2m');
    set(rmp, 512, 100, '4k');
    set(rmp, 612, 10, '4k');
    expect(rmp.runsOf(0)).toEqual([
      { startPage: 0, endPage: 512, entrySize: '2m', owner: alice },
      { startPage: 512, endPage: 622, entrySize: '4k', owner: alice },
    ]);
  });

  test('between two runs of its owner makes one of them', () => {
    const rmp = new Rmp(1, []);
    for (const startPage of [0, 20, 10]) set(rmp, startPage, 10, '4k');
    expect(rmp.runsOf(0)).toEqual([{ startPage: 0, endPage: 30, entrySize: '4k', owner: alice }]);
  });

  test('gives back part of a run and leaves the rest', () => {
    const rmp = new Rmp(1, []);
    set(rmp, 0, 100, '4k');
    set(rmp, 10, 5, '4k', null);
    expect(rmp.runsOf(0).map(({ startPage, endPage }) => [startPage, endPage])).toEqual([
      [0, 10],
      [15, 100],
    ]);
    expect(rmp.freeSpans(0)).toEqual([
      { startPage: 10, endPage: 15 },
      { startPage: 100, endPage: PAGES_PER_REGION },
    ]);
  });

  test('leaves the last page of a region free, and no more', () => {
    const rmp = new Rmp(1, []);
    set(rmp, 0, PAGES_PER_REGION - 1, '4k');
    expect(rmp.freeSpans(0)).toEqual([{ startPage: PAGES_PER_REGION - 1, endPage: PAGES_PER_REGION }]);
  });
});

test('after any RMPUPDATEs runs are ascending, apart, and no two neighbours alike; free pages and spans are what they leave', () => {
  const owners = [alice, bob, null];
  const update = fc.record({
    startPage: fc.integer({ min: 0, max: 40 }),
    pages: fc.integer({ min: 1, max: 12 }),
    owner: fc.integer({ min: 0, max: 2 }),
  });
  fc.assert(
    fc.property(fc.array(update, { maxLength: 30 }), (updates) => {
      const rmp = new Rmp(1, []);
      const pages: (string | null)[] = new Array(60).fill(null);
      for (const { startPage, pages: count, owner: which } of updates) {
        const owner = owners[which] ?? null;
        rmp.update({ startPage, pages: count, entrySize: '4k', owner });
        pages.fill(owner?.name ?? null, startPage, startPage + count);
      }
      const runs = rmp.runsOf(0);
      const told: (string | null)[] = new Array(60).fill(null);
      for (const [i, run] of runs.entries()) {
        const next = runs[i + 1];
        told.fill(run.owner.name, run.startPage, run.endPage);
        if (next === undefined) continue;
        expect(next.startPage).toBeGreaterThanOrEqual(run.endPage);
        expect(next.startPage === run.endPage && next.owner === run.owner).toBe(false);
      }
      expect(told).toEqual(pages);
      const free = rmp.freeSpans(0).reduce((sum, span) => sum + span.endPage - span.startPage, 0);
      expect(rmp.freePages(0)).toBe(free);
      expect(free).toBe(PAGES_PER_REGION - pages.filter((page) => page !== null).length);
    }),
    { numRuns: 200 },
  );
});

import { describe, expect, test } from 'vitest';
import { PAGES_PER_REGION } from '../../src/machine/memory.js';
import {
  assumedSegments,
  entrySockets,
  type PreassignedPages,
  pagesOfOneRmp,
  pagesOfSegments,
} from '../../src/machine/rmp-placement.js';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const PAGES_PER_MIB = 256;

/** Pages in MiB from the start of memory: where they begin, and how many MiB they are. */
function inMib(pages: readonly PreassignedPages[]): [holder: string, startMib: number, mib: number][] {
  return pages.map((one) => [one.holder, one.startPage / PAGES_PER_MIB, one.pages / PAGES_PER_MIB]);
}

test.each([
  [2048, 9],
  [1038, 5],
  [1, 1],
  [65_536, 257],
])('a host of %i GiB with one RMP loses its top regions to it: %i', (regions, rmpRegions) => {
  const rmp = pagesOfOneRmp({ regions }).find(({ holder }) => holder === 'rmp');
  expect(rmp).toEqual({
    holder: 'rmp',
    startPage: (regions - rmpRegions) * PAGES_PER_REGION,
    pages: rmpRegions * PAGES_PER_REGION,
  });
});

describe('segments that no file lists', () => {
  test('lie at the top of the socket whose memory they cover, 4 MiB per GiB', () => {
    expect(assumedSegments({ regions: 2048, sockets: 2 })).toEqual([
      { atBytes: 1020 * GIB, coversFromBytes: 0, coversToBytes: 1024 * GIB },
      { atBytes: 2044 * GIB, coversFromBytes: 1024 * GIB, coversToBytes: 2048 * GIB },
    ]);
  });

  test('take ten regions of 2 TiB on two sockets, the bookkeeping and firmware included', () => {
    const memory = { regions: 2048, sockets: 2 };
    expect(inMib(pagesOfSegments(assumedSegments(memory), memory))).toEqual([
      ['firmware', 0, 2],
      ['rmp', 1020 * 1024 - 2, 2],
      ['rmp', 1020 * 1024, 4096],
      ['rmp', 2044 * 1024, 4096],
    ]);
  });

  test('follow sockets whose shares differ, and none lies on a socket without memory', () => {
    expect(assumedSegments({ regions: 5, sockets: 2 }).map((one) => one.coversToBytes / GIB)).toEqual([3, 5]);
    expect(assumedSegments({ regions: 1, sockets: 4 })).toHaveLength(1);
  });

  test.each([1, 3, 64, 1038])('keep every entry on the socket of its region, with %i regions', (regions) => {
    for (const sockets of [1, 2, 3]) {
      const memory = { regions, sockets };
      expect(entrySockets(assumedSegments(memory), memory)).toEqual(entrySockets([], memory));
    }
  });
});

describe('segments that a file lists', () => {
  // As a log of another host has them: both low in memory.
  const SEGMENTS = [
    { atBytes: 136 * MIB, coversFromBytes: 0, coversToBytes: 34 * GIB },
    { atBytes: 1371 * MIB, coversFromBytes: 34 * GIB, coversToBytes: 162 * GIB },
  ];
  const memory = { regions: 162, sockets: 2 };

  test('take the blocks of 2 MiB they touch', () => {
    expect(inMib(pagesOfSegments(SEGMENTS, memory))).toEqual([
      ['firmware', 0, 2],
      ['rmp', 134, 2],
      ['rmp', 136, 136],
      ['rmp', 1370, 514],
    ]);
  });

  test('hold their entries where they lie', () => {
    expect([...new Set(entrySockets(SEGMENTS, memory))]).toEqual([0]);
    const [, high] = SEGMENTS.map((one) => ({ ...one, atBytes: 161 * GIB }));
    const sockets = entrySockets(high === undefined ? [] : [high], memory);
    expect([sockets[0], sockets[33], sockets[34], sockets[80]]).toEqual([0, 0, 1, 1]);
  });

  test('take no page twice where they lie on each other or on firmware', () => {
    const low = { atBytes: 0, coversFromBytes: 0, coversToBytes: GIB };
    const pages = pagesOfSegments([low, { ...low, atBytes: 2 * MIB }], memory);
    expect(inMib(pages)).toEqual([
      ['firmware', 0, 2],
      ['rmp', 2, 2],
      ['rmp', 4, 2],
    ]);
  });
});

import { describe, expect, test } from 'vitest';
import { placeWindows } from '../../src/machine/window.js';
import { probe } from '../support/instructions.js';
import { createMachine } from '../support/machines.js';
import { sweep } from '../support/sweeps.js';

const WINDOW = 2048;

/** The first and the last region that a core has optimized, and how many: a sweep of an empty host reaches all its window. */
function windowOf(machine: ReturnType<typeof createMachine>, core: number) {
  const optimized = Array.from({ length: machine.regions }, (_, region) => region).filter(
    (region) => probe(machine, core, region * 2 ** 30) === 1,
  );
  return { first: optimized[0], last: optimized.at(-1), regions: optimized.length };
}

/** One core per socket on an empty host. */
function swept(regions: number, sockets: number, window: 'low' | 'node') {
  const machine = createMachine({ topology: `${sockets}x1x1x1`, regions, preassigned: [] });
  placeWindows(machine, window);
  sweep(machine, 'broadcast');
  return machine;
}

/** Hosts around the size of a window, and such as do not divide by their sockets. */
const HOSTS = [
  [2047, 2],
  [2048, 2],
  [2049, 2],
  [2050, 3],
  [3073, 3],
  [4095, 2],
  [4096, 2],
  [4097, 2],
  [6145, 3],
] as const;

test('a region is optimized on the cores of its window alone, also where CPUs loop by themselves through one queue', () => {
  const values = { resultQueueScope: 'machine' } as const;
  const machine = createMachine({ topology: '2x1x2x1', regions: 4096, preassigned: [], values });
  placeWindows(machine, 'node');
  sweep(machine, 'single-ipi');
  for (const core of [0, 1, 2, 3]) {
    const first = core < 2 ? 0 : WINDOW;
    expect(windowOf(machine, core)).toEqual({ first, last: first + WINDOW - 1, regions: WINDOW });
  }
});

describe.each(HOSTS)('of %i GiB on %i sockets', (regions, sockets) => {
  test('a low window is the lowest 2 TiB, on every core', () => {
    const machine = swept(regions, sockets, 'low');
    const most = Math.min(WINDOW, regions);
    for (let core = 0; core < sockets; core++) {
      expect(windowOf(machine, core)).toEqual({ first: 0, last: most - 1, regions: most });
    }
  });

  test('a window of its own node begins with the first region of it, or lower where it would not be full', () => {
    const machine = swept(regions, sockets, 'node');
    for (let core = 0; core < sockets; core++) {
      const nodes = Array.from({ length: regions }, (_, region) => Math.floor((region * sockets) / regions));
      const first = Math.max(0, Math.min(nodes.indexOf(core), regions - WINDOW));
      const last = Math.min(first + WINDOW, regions) - 1;
      expect(windowOf(machine, core)).toEqual({ first, last, regions: last - first + 1 });
    }
  });
});

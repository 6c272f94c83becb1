import { describe, expect, test } from 'vitest';
import { createRoundShape } from '../../src/machine/round.js';
import { issue, probe } from '../support/instructions.js';
import { createMachine } from '../support/machines.js';
import { assign, giveBack } from '../support/sweeps.js';

const GIB = 2 ** 30;

function small(values = {}) {
  return createMachine({ topology: '2x1x2x2', regions: 4, preassigned: [], values });
}

describe('RMPOPT function 0', () => {
  test('on a region without assigned pages sets the bit of the core, for both of its threads', () => {
    const machine = small();
    expect(issue(machine, 1, GIB, 0).carry).toBe(1);
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((cpu) => probe(machine, cpu, GIB))).toEqual([0, 1, 0, 0, 0, 1, 0, 0]);
  });

  test('on a region with an assigned page leaves the bit clear, however late the page', () => {
    const machine = small();
    assign(machine, 1, 262_143);
    expect(issue(machine, 1, GIB, 0).carry).toBe(0);
    expect(probe(machine, 1, GIB)).toBe(0);
  });

  test('aligns its address to the region', () => {
    const machine = small();
    issue(machine, 0, 2 * GIB + 12_345, 0);
    expect(probe(machine, 0, 2 * GIB)).toBe(1);
    expect(probe(machine, 0, GIB)).toBe(0);
  });

  test('outside the window of the core fails at the fixed cost alone', () => {
    const machine = createMachine({ topology: '1x1x1x1', regions: 2049, preassigned: [] });
    expect(issue(machine, 0, 2048 * GIB, 0)).toEqual({ carry: 0, durationPs: 30_000 });
    expect(issue(machine, 0, 9999 * GIB, 0)).toEqual({ carry: 0, durationPs: 30_000 });
    expect(issue(machine, 0, 2047 * GIB, 0).carry).toBe(1);
  });

  test('reaches the tail once the base of the core is moved there', () => {
    const machine = createMachine({ topology: '1x1x2x1', regions: 2049, preassigned: [] });
    issue(machine, 1, 0, 0);
    machine.writeRmpoptBase(1, 1);
    expect(probe(machine, 1, 0)).toBe(0);
    expect(issue(machine, 1, 2048 * GIB, 0).carry).toBe(1);
    expect(issue(machine, 0, 2048 * GIB, 1e9).carry).toBe(0);
    expect(issue(machine, 1, 0, 1e9).carry).toBe(0);
  });

  test('finds nothing optimized once the base of the core has been elsewhere, and all of it where it has stayed', () => {
    const machine = createMachine({ topology: '1x1x2x1', regions: 4096, preassigned: [] });
    issue(machine, 0, 5 * GIB, 0);
    issue(machine, 1, 5 * GIB, 1e9);
    machine.writeRmpoptBase(0, 0);
    machine.writeRmpoptBase(1, 2048);
    machine.writeRmpoptBase(1, 0);
    expect([0, 1].map((cpu) => probe(machine, cpu, 5 * GIB))).toEqual([1, 0]);
  });

  test('by all CPUs finds other windows once these have changed places, also on a region that is alike', () => {
    const machine = createMachine({ topology: '1x1x2x1', regions: 4096, preassigned: [] });
    const all = { delivery: 'ipi', sender: 0, cpus: Int32Array.of(0, 1), condResched: false } as const;
    const shape = createRoundShape(all, machine.topology);
    const carries = (region: number) => Array.from(machine.execute({ shape, region }, 0).byCpu.optimized);
    machine.writeRmpoptBase(1, 2048);
    expect(carries(5)).toEqual([1, 0]);
    machine.writeRmpoptBase(0, 2048);
    machine.writeRmpoptBase(1, 0);
    expect(carries(6)).toEqual([0, 1]);
  });

  test('cannot start on a region before the last round there has ended', () => {
    const machine = small();
    issue(machine, 0, 0, 0);
    expect(() => issue(machine, 1, 0, 10)).toThrow(RangeError);
  });
});

describe('what clears a region on every core', () => {
  function optimizedEverywhere() {
    const machine = small();
    for (let cpu = 0; cpu < 4; cpu++) issue(machine, cpu, 0, cpu * 1e9);
    return machine;
  }
  const optimizedOn = (machine: ReturnType<typeof small>) =>
    [0, 1, 2, 3].map((cpu) => probe(machine, cpu, 0));

  test('is assigning a page, and not giving one back', () => {
    const machine = optimizedEverywhere();
    giveBack(machine, 0, 77);
    expect(optimizedOn(machine)).toEqual([1, 1, 1, 1]);
    assign(machine, 0, 77);
    expect(optimizedOn(machine)).toEqual([0, 0, 0, 0]);
    giveBack(machine, 0, 77);
    expect(optimizedOn(machine)).toEqual([0, 0, 0, 0]);
  });

  test('takes the scan result with it, so that the next RMPOPT scans again', () => {
    const machine = optimizedEverywhere();
    machine.beginPass();
    expect(issue(machine, 0, 0, 0).durationPs).toBe((30 + 2500 + 170) * 1000);
    assign(machine, 0, 77);
    giveBack(machine, 0, 77);
    machine.beginPass();
    expect(issue(machine, 0, 0, 0).durationPs).toBe((30 + 512 * 24 + 170) * 1000);
  });

  test('leaves other regions alone', () => {
    const machine = small();
    issue(machine, 0, GIB, 0);
    assign(machine, 0, 0);
    expect(probe(machine, 0, GIB)).toBe(1);
  });
});

describe('what a scan reads', () => {
  const durationNs = (page: number | null, values = {}, cpu = 0) => {
    const machine = small({ resultServiceNs: 0, ...values });
    if (page !== null) assign(machine, 0, page);
    return issue(machine, cpu, 0, 0).durationPs / 1000;
  };

  test('is every 2 MiB entry up to the first assigned one', () => {
    expect(durationNs(0)).toBe(30);
    expect(durationNs(511)).toBe(30);
    expect(durationNs(512)).toBe(30 + 24);
    expect(durationNs(262_143)).toBe(30 + 511 * 24);
    expect(durationNs(null)).toBe(30 + 512 * 24);
  });

  test('is every 4 KiB entry under scan 4k', () => {
    expect(durationNs(700, { scan: '4k' })).toBe(30 + 700 * 24);
    expect(durationNs(null, { scan: '4k' })).toBe(30 + 262_144 * 24);
  });

  test('is every entry when there is no early exit', () => {
    expect(durationNs(0, { earlyExit: false })).toBe(30 + 512 * 24);
  });

  test('costs more from another socket', () => {
    expect(durationNs(null, {}, 3)).toBe(30 + 512 * 41);
  });

  test('costs less once the L3 group has fetched the region in this pass', () => {
    const machine = small({ resultShared: 'none', resultServiceNs: 0 });
    issue(machine, 0, 0, 0);
    expect(issue(machine, 1, 0, 1e9).durationPs / 1000).toBe(30 + 512 * 5);
    expect(issue(machine, 2, 0, 2e9).durationPs / 1000).toBe(30 + 512 * 41);
    machine.beginPass();
    expect(issue(machine, 1, 0, 0).durationPs / 1000).toBe(30 + 512 * 24);
  });

  test('stays fetched in a pass in which a page of the region comes back', () => {
    const machine = small({ resultShared: 'none', resultServiceNs: 0 });
    assign(machine, 0, 262_143);
    issue(machine, 0, 0, 0);
    giveBack(machine, 0, 262_143);
    expect(issue(machine, 1, 0, 1e9).durationPs / 1000).toBe(30 + 512 * 5);
  });
});

test('what rounds came to is kept when the base of a core is written between them', () => {
  const sumsOf = (rememberRounds: boolean) => {
    const machine = createMachine({ topology: '1x1x2x1', regions: 8, preassigned: [], rememberRounds });
    const all = { delivery: 'ipi', sender: 0, cpus: Int32Array.of(0, 1), condResched: false } as const;
    const shape = createRoundShape(all, machine.topology);
    machine.beginPass();
    for (const region of [0, 1]) machine.execute({ shape, region }, 0);
    machine.writeRmpoptBase(1, 2048);
    machine.execute({ shape, region: 2 }, 0);
    return machine
      .takeSums()
      .map(({ rounds, byCpu }) => [rounds, byCpu.issued, byCpu.optimized, byCpu.inRmpoptPs]);
  };
  expect(sumsOf(true)).toEqual(sumsOf(false));
  expect(sumsOf(true)[0]?.[0]).toBe(3);
});

test('a failed result is shared where failureShared says so, until an RMPUPDATE in the region', () => {
  const machine = small({ failureShared: true });
  assign(machine, 0, 262_143);
  expect(issue(machine, 0, 0, 0).durationPs / 1000).toBe(30 + 511 * 24);
  expect(issue(machine, 1, 0, 1e9)).toEqual({ carry: 0, durationPs: (30 + 2500) * 1000 });
  giveBack(machine, 0, 5);
  expect(issue(machine, 3, 0, 2e9).durationPs / 1000).toBe(30 + 511 * 41);
});

test('a result shared within an L3 group is not seen in another', () => {
  const machine = small({ resultShared: 'l3', resultServiceNs: 0 });
  issue(machine, 0, 0, 0);
  expect(issue(machine, 1, 0, 1e9).durationPs / 1000).toBe(30 + 2500);
  expect(issue(machine, 2, 0, 2e9).durationPs / 1000).toBe(30 + 512 * 41);
});

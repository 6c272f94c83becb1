import { describe, expect, test } from 'vitest';
import type { ParameterValues } from '../../src/machine/parameters.js';
import { createRoundShape } from '../../src/machine/round.js';
import { createMachine } from '../support/machines.js';
import { assign, elapsedPs, sweep } from '../support/sweeps.js';

/** One IPI round on an untouched region, costs small and round; busy times in ns by CPU. */
function ipiRound(
  topology: string,
  cpus: number[],
  values: Partial<ParameterValues>,
  { sender = 0, assignedPage = null as number | null, region = 0 } = {},
) {
  const machine = createMachine({
    topology,
    regions: 8,
    preassigned: [],
    values: {
      ...{ rmpoptFixedNs: 10, entryScanLocalNs: 1, entryScanRemoteNs: 2, entryScanWarmNs: 0.5 },
      ...{ ipiBaseNs: 1000, ipiPerTargetNs: 100, resultShared: 'none', resultServiceNs: 0, condReschedNs: 0 },
      ...values,
    },
  });
  if (assignedPage !== null) assign(machine, region, assignedPage);
  const shape = createRoundShape(
    { delivery: 'ipi', sender, cpus: Int32Array.from(cpus), condResched: true },
    machine.topology,
  );
  const outcome = machine.execute({ shape, region }, 0);
  return {
    inRmpoptNs: Object.fromEntries(cpus.map((cpu, i) => [cpu, (outcome.byCpu.inRmpoptPs[i] ?? 0) / 1000])),
    durationNs: outcome.durationPs / 1000,
    firstIssueNs: outcome.firstIssuePs / 1000,
    stepNs: outcome.issueStepPs / 1000,
    criticalNs: Object.values(outcome.critical).map((ps) => ps / 1000),
  };
}

describe('an IPI round', () => {
  test('starts its targets after a base and a share per target, the sender not counted', () => {
    expect(ipiRound('1x1x4x1', [1, 2, 3], {}, { assignedPage: 0 }).durationNs).toBe(1000 + 3 * 100 + 10);
    expect(ipiRound('1x1x4x1', [0, 1, 2, 3], {}, { assignedPage: 0 }).durationNs).toBe(1000 + 3 * 100 + 10);
  });

  test('lets one core of an L3 group fetch and the others wait for it, then read warm entries', () => {
    expect(ipiRound('1x1x3x1', [1, 2], {}).inRmpoptNs).toEqual({ 1: 10 + 512, 2: 10 + 512 });
    expect(ipiRound('1x1x3x1', [1, 2], { entryScanWarmNs: 3 }).inRmpoptNs).toEqual({
      1: 10 + 512,
      2: 10 + 3 * 512,
    });
  });

  test('serves L3 groups one after another where groupService is on, in proportion to what they read', () => {
    const values = { groupServiceNs: 700 };
    expect(ipiRound('1x3x1x1', [0, 1, 2], values, { sender: 0 }).inRmpoptNs).toEqual({
      0: 10 + 512,
      1: 10 + 700 + 512,
      2: 10 + 1400 + 512,
    });
    expect(ipiRound('1x3x1x1', [1, 2], values, { assignedPage: 256 * 512 }).inRmpoptNs).toEqual({
      1: 10 + 256,
      2: 10 + 350 + 256,
    });
  });

  test('serves successes in the order of issue: who is ready early waits', () => {
    const { inRmpoptNs } = ipiRound('2x1x1x1', [0, 1], { resultServiceNs: 100 }, { region: 7 });
    expect(inRmpoptNs).toEqual({ 0: 10 + 1024 + 100, 1: 10 + 1024 + 200 });
  });

  test('lets failures pass without a queue', () => {
    expect(ipiRound('1x1x3x1', [1, 2], { resultServiceNs: 100 }, { assignedPage: 0 }).inRmpoptNs).toEqual({
      1: 10,
      2: 10,
    });
  });

  test('gives a sibling of a served core no slot of its own', () => {
    expect(ipiRound('1x1x2x2', [0, 1, 2, 3], { resultServiceNs: 100 }).inRmpoptNs).toEqual({
      0: 10 + 512 + 100,
      1: 10 + 512 + 200,
      2: 10 + 512 + 100,
      3: 10 + 512 + 200,
    });
  });

  test('with a burst starts each target later, and a result becomes visible to those who start after it', () => {
    const values: Partial<ParameterValues> = {
      ipiBurstNs: 400,
      ipiShorthand: false,
      resultShared: 'machine',
      resultHitNs: 50,
    };
    expect(ipiRound('1x1x4x1', [1, 2, 3], values).inRmpoptNs).toEqual({ 1: 522, 2: 10 + 256 + 0, 3: 60 });
  });

  test('starts the order of service elsewhere for each region under arrivalOrder rotate', () => {
    const values: Partial<ParameterValues> = { resultServiceNs: 100, arrivalOrder: 'rotate' };
    const at = (region: number) =>
      Object.values(ipiRound('1x1x4x1', [1, 2, 3], values, { region }).inRmpoptNs);
    expect(at(0)).toEqual([622, 722, 822]);
    expect(at(1)).toEqual([822, 622, 722]);
    expect(at(5)).toEqual([722, 822, 622]);
  });

  test('tells sending, scanning and waiting of the CPU that ended last apart', () => {
    const { criticalNs, durationNs } = ipiRound('1x1x3x1', [1, 2], { resultServiceNs: 100 });
    expect(criticalNs).toEqual([1200, 10 + 256 + 100, 256 + 100]);
    expect(durationNs).toBe(1200 + 366 + 356);
  });

  test('counts the way of the CPU first served among those that end together', () => {
    const { criticalNs } = ipiRound('1x1x3x1', [1, 2], { entryScanWarmNs: 0.25 });
    expect(criticalNs).toEqual([1200, 10 + 512, 0]);
  });

  test('with a burst shows a result from the first end on, however late others end', () => {
    const values: Partial<ParameterValues> = {
      ipiBurstNs: 200,
      ipiShorthand: false,
      resultShared: 'machine',
      resultHitNs: 50,
    };
    expect(ipiRound('1x1x5x1', [1, 2, 3, 4], values).inRmpoptNs).toEqual({ 1: 522, 2: 322, 3: 266, 4: 66 });
  });

  test('to all CPUs of the host starts them at once, as long as that is one IPI', () => {
    const startsNs = (topology: string, mask: number[], ipiShorthand: boolean) => {
      const { firstIssueNs, stepNs } = ipiRound(topology, mask, { ipiBurstNs: 200, ipiShorthand });
      return [firstIssueNs, stepNs];
    };
    expect(startsNs('1x1x5x1', [1, 2, 3, 4], true)).toEqual([1400, 0]);
    expect(startsNs('1x1x5x1', [0, 1, 2, 3, 4], true)).toEqual([1400, 0]);
    expect(startsNs('1x1x5x1', [1, 2, 3, 4], false)).toEqual([1400, 200]);
    expect(startsNs('1x1x5x1', [1, 2, 3], true)).toEqual([1300, 200]);
    expect(startsNs('1x1x5x2', [1, 2, 3, 4], true)).toEqual([1400, 200]);
  });

  test('with a burst shows the result of one L3 group to another that is reading', () => {
    // Reading it takes longer here than what is left of the scan, so that it tells.
    const costs = { ipiBurstNs: 200, ipiShorthand: false, resultHitNs: 2000 };
    const { inRmpoptNs } = ipiRound('2x1x2x1', [0, 1, 2, 3], { ...costs, resultShared: 'machine' });
    expect(inRmpoptNs).toEqual({ 0: 522, 1: 322, 2: 10 + 1024, 3: 10 + 2000 });
  });

  test('with a burst shows the failure of one L3 group to another that is reading', () => {
    const values: Partial<ParameterValues> = {
      ...{
        ipiBurstNs: 100,
        ipiShorthand: false,
        resultShared: 'machine',
        failureShared: true,
        resultHitNs: 50,
      },
    };
    const { inRmpoptNs } = ipiRound('1x2x2x1', [0, 1, 2, 3], values, { assignedPage: 256 * 512 });
    expect(inRmpoptNs).toEqual({ 0: 266, 1: 166, 2: 266, 3: 60 });
  });
});

test('a round tells its sender what its own RMPOPT came to, wherever in the mask that is', () => {
  const machine = createMachine({ topology: '1x1x2x1', regions: 8, preassigned: [] });
  machine.writeRmpoptBase(0, 4);
  const senderSucceeded = (sender: number) => {
    const parts = { delivery: 'ipi', sender, cpus: Int32Array.of(0, 1), condResched: true } as const;
    machine.beginPass();
    return machine.execute({ shape: createRoundShape(parts, machine.topology), region: 0 }, 0)
      .senderSucceeded;
  };
  expect([senderSucceeded(0), senderSucceeded(1)]).toEqual([false, true]);
});

test('who of a loop round fetches a region first changes from region to region under arrivalOrder: rotate', () => {
  const costs = { rmpoptFixedNs: 10, entryScanLocalNs: 1, entryScanWarmNs: 0.5, resultServiceNs: 0 };
  const switches = { resultShared: 'none', arrivalOrder: 'rotate' } as const;
  const values = { ...costs, ...switches, ipiBaseNs: 0, ipiPerTargetNs: 0, condReschedNs: 0 };
  const machine = createMachine({ topology: '1x1x3x1', regions: 3, preassigned: [], values });
  const parts = { delivery: 'ipi', sender: 0, cpus: Int32Array.of(1, 2), condResched: true } as const;
  machine.beginPass();
  const { critical } = machine.execute(
    { shape: createRoundShape(parts, machine.topology), lists: [[0, 1, 2]] },
    0,
  );
  // Both CPUs end at once, so the first in the mask counts: it fetches regions 0 and 2, and waits for region 1.
  expect(critical).toEqual({ sendingPs: 0, executingPs: 522_000 + 266_000 + 522_000, queuedPs: 256_000 });
});

test('a loop round over regions of several classes takes region by region what it takes RMPOPT by RMPOPT', () => {
  const elapsed = (byRegion: boolean) => {
    const values = {
      rmpoptFixedNs: 10,
      entryScanLocalNs: 3,
      entryScanRemoteNs: 5,
      entryScanWarmNs: 2,
      resultHitNs: 100,
      resultServiceNs: 700,
      groupServiceNs: 500,
      ipiBaseNs: 100,
      ipiPerTargetNs: 10,
      ipiBurstNs: 30,
      ipiShorthand: false,
      jitterSigma: 0,
      tailProbability: 0,
    };
    // With random costs, even of no spread, every RMPOPT is executed by itself.
    const chance = byRegion ? {} : { jitter: { seed: 1, run: 1 } };
    const machine = createMachine({ topology: '1x2x2x1', regions: 6, preassigned: [], values, ...chance });
    for (const region of [0, 2, 4]) assign(machine, region, 0);
    return elapsedPs(sweep(machine, 'single-ipi', 'all'), 'remote');
  };
  expect(elapsed(true)).toBe(elapsed(false));
});

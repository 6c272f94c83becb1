import { describe, expect, test } from 'vitest';
import type { ParameterValues } from '../../src/machine/parameters.js';
import { accountPhase } from '../../src/measure/phase-account.js';
import { RoundLog } from '../../src/measure/round-log.js';
import { traceSweep } from '../../src/measure/trace-sweep.js';
import type { TracedSweep } from '../../src/run-document/trace-data.js';
import { chooseSweep, STRATEGY_NAMES, type StrategyName } from '../../src/sweep/strategies.js';
import { remoteCpus } from '../../src/sweep/strategy.js';
import { LOCAL_CPU, Sweeper } from '../../src/sweep/sweeper.js';
import { nanoseconds } from '../../src/units.js';
import { createMachine } from '../support/machines.js';
import { expectSame } from '../support/same.js';
import { assign } from '../support/sweeps.js';
import { doFollow } from '../support/traces.js';

/** Costs that all end within a nanosecond, so that everything hinges on how times are rounded. */
const FRACTIONS: Partial<ParameterValues> = {
  ...{ rmpoptFixedNs: 0.3, entryScanLocalNs: 0.001, entryScanRemoteNs: 0.0013, resultHitNs: 0.25 },
  ...{ resultServiceNs: 0.4, ipiBaseNs: 0.1, ipiPerTargetNs: 0.05, serialCallNs: 0.6 },
  ...{ condReschedNs: 0, clockReadNs: 0 },
};

interface Sweep {
  readonly strategy: StrategyName;
  readonly topology?: string;
  readonly regions?: number;
  readonly values?: Partial<ParameterValues>;
  readonly eventsMax: number;
}

function traced({ strategy, topology = '2x2x2x2', regions = 40, values = {}, eventsMax }: Sweep) {
  const machine = createMachine({ topology, regions, preassigned: [], values });
  for (const region of [0, 7, 8, 39].filter((one) => one < regions)) assign(machine, region, 5);
  const log = new RoundLog(false);
  const choice = chooseSweep(strategy, 'all', 3);
  const sweeper = new Sweeper(machine);
  const histogram = sweeper.histogram(choice);
  const timeline = sweeper.sweep(choice, log.observe);
  const host = { topology: machine.topology, localCpu: LOCAL_CPU, threads: 'all' as const };
  const accountOf = (name: string) =>
    accountPhase(
      timeline.find(({ phase }) => phase === name),
      machine.topology.cpus,
    );
  const accounts = { local: accountOf('local'), remote: accountOf('remote') };
  const key = {
    ...{ scenario: 's', state: 's', variation: '', mapping: '4k', strategy, threads: 'all' },
    ...{ hypothesis: 'shared', machine: 'm', seed: 1, run: 1 },
  };
  const parts = {
    key,
    machineFile: 'm',
    memoryBytes: 0,
    regions,
    remoteCpus: remoteCpus(host),
    otherOrder: null,
    histogram,
    rmpUpdates: 0,
  };
  return { sweep: traceSweep(log, { ...host, ...parts, ...accounts }, eventsMax), accounts };
}

const eventsOf = ({ phases }: TracedSweep) =>
  phases.reduce((sum, { batches, slices }) => sum + 2 * batches.length + slices.length, 0);

describe.each(STRATEGY_NAMES)('%s', (strategy) => {
  test.each([
    ['whole costs', {}],
    ['costs below a nanosecond', FRACTIONS],
  ])('is as long in slices as in the accounts, however few there may be: %s', (_, values) => {
    for (const topology of ['1x1x1x1', '1x1x2x1', '2x2x2x2']) {
      for (const eventsMax of [1, 36, 50, 100, 333, 1000, 1e6]) {
        const { sweep, accounts } = traced({ strategy, topology, values, eventsMax });
        expectAccounts(sweep, accounts);
        const least = 2 * (sweep.cpus.length + 2);
        expect(eventsOf(sweep), `${topology} ${eventsMax}`).toBeLessThanOrEqual(Math.max(eventsMax, least));
      }
    }
  });
});

function expectAccounts(sweep: TracedSweep, accounts: ReturnType<typeof traced>['accounts']) {
  let nowNs = 0;
  for (const { phase, startNs, elapsedNs, batches, slices } of sweep.phases) {
    expect([startNs, elapsedNs]).toEqual([nowNs, nanoseconds(accounts[phase].elapsedPs)]);
    nowNs += elapsedNs;
    const bounds = batches.map((one) => ({ startNs: one.startNs, endNs: one.startNs + one.durationNs }));
    expect(bounds.slice(1).map((one) => one.startNs)).toEqual(bounds.slice(0, -1).map((one) => one.endNs));
    expect([bounds[0]?.startNs, bounds.at(-1)?.endNs]).toEqual([startNs, nowNs]);
    const drawn = sweep.cpus.map(({ cpu, role }) => {
      const own = slices.filter((slice) => slice.cpu === cpu);
      const sum = (of: (slice: (typeof own)[number]) => number) => own.reduce((all, one) => all + of(one), 0);
      const [first, last] = [own[0], own.at(-1)];
      return {
        cpu,
        durationNs: sum(({ durationNs }) => durationNs),
        issued: sum((one) => one.issued),
        optimized: sum((one) => one.optimized),
        interrupts: role === 'remote' ? sum(({ rounds }) => rounds) : null,
        doFollow: doFollow(own.map((one) => ({ startNs: one.startNs, endNs: one.startNs + one.durationNs }))),
        isInPhase:
          (first?.startNs ?? startNs) >= startNs && (last?.startNs ?? 0) + (last?.durationNs ?? 0) <= nowNs,
      };
    });
    const { inRmpoptPs, issued, optimized, interrupts } = accounts[phase];
    const told = sweep.cpus.map(({ cpu, role }) => ({
      cpu,
      durationNs: role === 'local' ? elapsedNs : nanoseconds(inRmpoptPs[cpu] ?? 0),
      ...{ issued: issued[cpu], optimized: optimized[cpu] },
      interrupts: role === 'remote' ? interrupts[cpu] : null,
      ...{ doFollow: true, isInPhase: true },
    }));
    expectSame(drawn, told);
  }
}

test('the loop on one CPU keeps its rounds where those to all the others are drawn in batches', () => {
  const { sweep } = traced({ strategy: 'local-first', regions: 64, topology: '1x1x32x1', eventsMax: 1000 });
  expect(sweep.phases.map(({ roundsPerBatch, batches }) => [roundsPerBatch, batches.length])).toEqual([
    [1, 64],
    [3, 22],
  ]);
});

test('a slice names the regions its CPU went through, and how many where others lie between them', () => {
  const { sweep } = traced({ strategy: 'split-local', topology: '1x2x2x1', regions: 6, eventsMax: 1000 });
  const [local] = sweep.phases;
  expect(local?.slices.map(({ cpu, regions }) => [cpu, regions])).toEqual([
    [0, { first: 0, last: 4, count: 3 }],
    [2, { first: 1, last: 5, count: 3 }],
  ]);
  const single = traced({ strategy: 'single-ipi', topology: '1x1x2x1', regions: 6, eventsMax: 1000 });
  expect(single.sweep.phases[1]?.batches.map(({ regions }) => regions)).toEqual([
    { first: 0, last: 5, count: 6 },
  ]);
});

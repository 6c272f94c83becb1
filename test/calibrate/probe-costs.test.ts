import { describe, expect, test } from 'vitest';
import { COST_NAMES, costAt, fitProbeCosts, priorOf } from '../../src/calibrate/probe-costs.js';
import { ProbeReader } from '../../src/kernel-probe/import-probe.js';
import { PROBE_SCHEMA } from '../../src/run-document/probe-columns.js';
import type { ProbeDocument } from '../../src/run-document/probe-document.js';
import { type MadeCampaign, madeCampaign, PLANTED } from '../support/probes.js';

function probed(text: string): ProbeDocument {
  const reader = new ProbeReader();
  reader.push(Buffer.from(text));
  const { lines: _, errors: __, ...tables } = reader.finish();
  const head = {
    schema: PROBE_SCHEMA,
    origin: 'imported',
    tool: { name: '', version: '' },
    command: [],
  } as const;
  return { ...head, ...tables };
}

const fitted = (made: MadeCampaign) => fitProbeCosts(probed(madeCampaign(made)));

/** Standard normal numbers, the same for the same seed. */
function normals(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

test('planted costs come back from data without noise, near and far targets apart', () => {
  const { costs, faults, doubts, notes } = fitted({
    costs: { farNs: 30 },
    coresPerSocket: 16,
    hasGuests: true,
  });
  expect([faults, doubts]).toEqual([[], []]);
  expect(costs.map(({ name }) => name)).toEqual([...COST_NAMES]);
  for (const { name, value } of costs) {
    expect(Math.abs(value / PLANTED[name] - 1), `${name} ${value}`).toBeLessThan(0.03);
  }
  expect(notes[0]).toMatch(/^a far target costs (29|30|31)(\.\d+)? ns more than a near one/);
});

describe('9 in 10 intervals hold the planted cost', () => {
  test.each([
    { runSigma: 0.02, sweepSigma: 0.05 },
    { runSigma: 0.06, sweepSigma: 0.01 },
  ])('with noise of %j', (noise) => {
    const inside: boolean[] = [];
    const widths: number[] = [];
    for (let truth = 0; truth < 30; truth++) {
      const normal = normals(7919 * truth + 1);
      const scale = () => Math.exp(0.5 * normal());
      const costs = {
        ...{ ipiBaseNs: 3000 * scale(), ipiPerTargetNs: 60 * scale(), ipiBurstNs: 30 * scale() },
        ...{ guestExitNs: 2000 * scale(), serialCallNs: 20_000 * scale() },
        ...{ condReschedNs: 6 * scale(), clockReadNs: 24 * scale() },
      };
      const { costs: measured, faults } = fitted({
        ...noise,
        costs,
        coresPerSocket: 4,
        passes: 3,
        hasGuests: true,
        normal,
      });
      expect(faults).toEqual([]);
      for (const { name, low, high, value } of measured) {
        inside.push(low <= costs[name] && costs[name] <= high);
        widths.push((high - low) / value);
      }
    }
    const share = inside.filter(Boolean).length / inside.length;
    expect(share).toBeGreaterThan(0.86);
    expect(share).toBeLessThan(0.97);
    // Wide ones would hold anything.
    expect(widths.sort((a, b) => a - b)[Math.floor(widths.length / 2)]).toBeLessThan(0.3);
  });
});

test('a cost below 0 is a fault, whatever else is right', () => {
  const { faults } = fitted({ costs: { ipiBaseNs: -20 }, coresPerSocket: 8 });
  expect(faults).toEqual([
    expect.stringMatching(/^ipiBaseNs comes to -\d+(\.\d+)? ns .*a cost cannot be negative/),
  ]);
});

test('a mask that is sent at once has no stagger, and noise makes it no fault', () => {
  const seeds = Array.from({ length: 8 }, (_, i) => normals(31 * i + 5));
  for (const normal of seeds) {
    const made = { costs: { ipiBurstNs: 0 }, runSigma: 0.01, sweepSigma: 0.01, coresPerSocket: 8, normal };
    const { costs, faults } = fitted(made);
    expect(faults).toEqual([]);
    expect(costs.find(({ name }) => name === 'ipiBurstNs')).toMatchObject({ low: 0 });
  }
});

test('rounds off the line are doubted, and those on it are not', () => {
  const noise = { runSigma: 0.02, sweepSigma: 0.02, coresPerSocket: 16 };
  expect(fitted({ ...noise, normal: normals(3), bend: 0.7 }).doubts).toEqual([
    expect.stringMatching(
      /^round times are not linear in the number of CPUs: rounds to \d+ CPUs take \d+ % (more|less) than a straight line/,
    ),
  ]);
  expect(fitted({ ...noise, normal: normals(3) }).doubts).toEqual([]);
});

test('a round to one CPU off the line is noted where rounds to all are much longer', () => {
  const { doubts, notes } = fitted({
    costs: { ipiPerTargetNs: 400 },
    coresPerSocket: 32,
    extraOfOneNs: 700,
    passes: 2,
  });
  expect(doubts).toEqual([]);
  expect(notes[0]).toMatch(/^rounds to 1 CPU take 1\d % more than a straight line/);
  expect(fitted({ coresPerSocket: 4, extraOfOneNs: 900, passes: 2 }).doubts).toHaveLength(1);
});

test('a virtual machine is doubted', () => {
  expect(fitted({ isVirtual: true, coresPerSocket: 4 }).doubts).toEqual([
    expect.stringContaining('virtual machine'),
  ]);
});

test.each<[string, (text: string) => string, RegExp]>([
  [
    'no lines of CPUs',
    (text) => text.replaceAll('list yes', 'list no').replaceAll(/^probe cpu.*\n/gm, ''),
    /measured 0 times with a line for each CPU/,
  ],
  ['two sizes', () => madeCampaign({ coresPerSocket: 1 }), /with 1 different numbers of targets, at most 1/],
  ['an unstable TSC', (text) => text.replaceAll('tsc stable', 'tsc unstable'), /TSCs of its CPUs disagree/],
  ['two hosts', (text) => text + text.replaceAll('6.12.0', '6.13.0'), /measurements of 2 hosts/],
  ['other idle states', (text) => text.replace('noidle no', 'noidle yes'), /noidle=yes and with noidle=no/],
  ['damaged sweeps', (text) => text.replaceAll(/^probe split.*\n/gm, ''), /with 0 different numbers/],
])('%s: no costs, and the reason', (_, change, reason) => {
  const { costs, faults } = fitProbeCosts(probed(change(madeCampaign({ coresPerSocket: 4 }))));
  expect(costs).toEqual([]);
  expect(faults).toContainEqual(expect.stringMatching(reason));
});

test('what was not measured is said, and kept', () => {
  const { costs, notes } = fitted({ coresPerSocket: 4 });
  expect(costs.map(({ name }) => name)).not.toContain('guestExitNs');
  expect(notes).toContainEqual(expect.stringMatching(/^guestExitNs was not measured and is kept; it needs/));
});

test('emulated sweeps are in no cost', () => {
  const text = madeCampaign({ coresPerSocket: 4 }).replaceAll('emulated no', 'emulated yes');
  expect(fitProbeCosts(probed(text)).faults).toContainEqual(
    expect.stringContaining('with 0 different numbers'),
  );
});

test('a prior has the median and the bounds of the measurement', () => {
  const cost = { value: 50, low: 40, high: 62.4, error: 6, freedom: 9 };
  const prior = priorOf(cost);
  expect(Math.exp(prior?.logMean ?? 0)).toBeCloseTo(50, 9);
  expect([costAt(cost, -1.6448536), costAt(cost, 0), costAt(cost, 1.6448536)].map(Math.round)).toEqual([
    40, 50, 62,
  ]);
  expect(priorOf({ ...cost, low: 0 })).toBeNull();
  expect(costAt({ ...cost, low: 0 }, -30)).toBe(0);
});

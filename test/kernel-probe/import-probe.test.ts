import { describe, expect, test } from 'vitest';
import { ProbeReader } from '../../src/kernel-probe/import-probe.js';
import { madeCampaign, probeLine } from '../support/probes.js';

const HOST = probeLine(
  ...(['host', '6.12.1', 1, 2, 4, 8, 8, 1, 2_400_000, 'stable', 'no', 'no', 'AMD EPYC, 4 cores'] as const),
);
const RUN = probeLine(
  ...(['run', 'none', 'local-first', 'primary', 8, 2, 1, 'compact', 0, 'no', 'no', 'no', 'yes'] as const),
);
const PHASES = probeLine('phases', 80, 40_000, 8, 2, 0);
const ROUNDS = probeLine('rounds', 8, 5000, 9000, 4000, 4900, 8900);
const SPLIT = probeLine('split', 4000, 4040, 4080, 4900, 0);
const CPU_1 = probeLine('cpu', 1, 320, 8, 50, 0, 4000, 'near');
const CPU_2 = probeLine('cpu', 2, 310, 8, 48, 0, 4040, 'far');
const SWEEP = [PHASES, ROUNDS, SPLIT, CPU_1, CPU_2];
const END = probeLine('end', 1);

function read(...lines: readonly string[]) {
  const reader = new ProbeReader();
  const bytes = Buffer.from(lines.join(''));
  // In pieces of a prime length, so that lines are cut everywhere.
  for (let from = 0; from < bytes.length; from += 97) reader.push(bytes.subarray(from, from + 97));
  return reader.finish();
}

test('a sweep is imported with every figure as printed', () => {
  const { hosts, results, cpus, notes, warnings } = read(HOST, RUN, ...SWEEP, END);
  expect(notes).toEqual([]);
  expect(warnings).toEqual([]);
  expect(hosts).toEqual([
    {
      ...{ kernel: '6.12.1', model: 'AMD EPYC, 4 cores', sockets: 1, l3Groups: 2, cores: 4, cpus: 8 },
      ...{ cpusPresent: 8, nodes: 1, tscKhz: 2_400_000, tsc: 'stable', snp: 'no', virtual: 'no' },
    },
  ]);
  expect(results).toEqual([
    {
      ...{ run: 1, sweep: 1, host: 1, op: 'none', strategy: 'local-first', threads: 'primary', regions: 8 },
      ...{ targets: 2, nearTargets: 1, order: 'compact', senderCpu: 0, guests: 'no', noidle: 'no' },
      ...{ emulated: 'no', isComplete: 'yes', localNs: 80, remoteNs: 40_000, optimized: 0 },
      ...{ roundMinNs: 4000, roundMedianNs: 4900, roundMeanNs: 5000, roundP99Ns: 8900, roundMaxNs: 9000 },
      ...{ firstEntryNs: 4000, lastEntryNs: 4040, lastExitNs: 4080, returnNs: 4900, backwards: 0 },
    },
  ]);
  expect(
    cpus.map(({ cpu, place, inCallsNs, entryMedianNs }) => [cpu, place, inCallsNs, entryMedianNs]),
  ).toEqual([
    [1, 'near', 320, 4000],
    [2, 'far', 310, 4040],
  ]);
});

describe('what is missing or contradicts itself is said, and its sweep does not count', () => {
  test.each<[string, readonly string[], RegExp]>([
    ['a CPU', [PHASES, ROUNDS, SPLIT, CPU_1, END], /2 CPUs were called, and there are lines of 1/],
    ['a CPU twice', [PHASES, ROUNDS, SPLIT, CPU_1, CPU_1, END], /a CPU has more than one line/],
    ['the rounds', [PHASES, SPLIT, CPU_1, CPU_2, END], /its rounds are missing/],
    ['the split', [PHASES, ROUNDS, CPU_1, CPU_2, END], /its split is missing/],
    ['the phases of a second sweep', [...SWEEP, ROUNDS, SPLIT, END], /rounds or a split more than once/],
    ['the end', SWEEP, /its end is missing/],
    ['a sweep', [...SWEEP, probeLine('end', 2)], /its end speaks of 2 sweeps, and 1 are there/],
    ['a line, which is cut', [...SWEEP.slice(0, 4), `${CPU_2.slice(0, 40)}\n`, END], /not understood/],
    ['digits of a number', [...SWEEP.slice(0, 4), CPU_2.replace('310', '3x0'), END], /not understood/],
    [
      'calls',
      [...SWEEP.slice(0, 4), probeLine('cpu', 2, 310, 7, 48, 0, 4040, 'far'), END],
      /other calls than there are regions/,
    ],
    [
      'regions',
      [probeLine('phases', 80, 40_000, 7, 2, 0), ROUNDS, SPLIT, CPU_1, CPU_2, END],
      /its run speaks of other regions or CPUs/,
    ],
    [
      'steps in order',
      [PHASES, ROUNDS, probeLine('split', 5, 4, 6, 7, 0), CPU_1, CPU_2, END],
      /out of order/,
    ],
    [
      'precision',
      [...SWEEP.slice(0, 4), probeLine('cpu', 2, '99999999999999999999', 8, 48, 0, 4040, 'far'), END],
      /beyond what can be carried exactly/,
    ],
  ])('%s', (_, lines, reason) => {
    const { results, notes, warnings } = read(HOST, RUN, ...lines);
    expect(results[0]?.isComplete).toBe('no');
    expect(notes.map((note) => note.reason)).toContainEqual(expect.stringMatching(reason));
    expect(warnings.map(({ kind }) => kind)).toContain('sweeps-incomplete');
  });

  test('of the sweeps around it the others count', () => {
    const { results } = read(HOST, RUN, ...SWEEP.slice(1), END, HOST, RUN, ...SWEEP, END);
    expect(results.map(({ run, isComplete }) => [run, isComplete])).toEqual([[2, 'yes']]);
  });
});

test('a refused run is said, with the reason', () => {
  const refusal = probeLine('error', 'CPU 3 lacks RMPOPT (CPUID Fn8000_0025 EDX bit 0)');
  const { results, errors, warnings } = read(HOST, refusal, HOST, RUN, ...SWEEP, END);
  expect(results).toHaveLength(1);
  expect(errors).toEqual(['CPU 3 lacks RMPOPT (CPUID Fn8000_0025 EDX bit 0)']);
  expect(warnings.map(({ kind }) => kind)).toEqual(['runs-refused']);
});

test('clocks that disagree, a virtual machine and CPUs that go offline are said', () => {
  const backwards = SPLIT.replace('0 backwards', '3 backwards');
  const lines = [RUN, PHASES, ROUNDS, backwards, CPU_1, CPU_2, END];
  const { warnings } = read(
    HOST,
    ...lines,
    HOST.replace('8 cpus', '7 cpus').replace('virtual no', 'virtual yes'),
    ...lines,
  );
  expect(warnings.map(({ kind }) => kind)).toEqual(['clock-unstable', 'virtual-host', 'hosts-differ']);
});

test('a whole campaign is read without a note', () => {
  const { results, notes, warnings } = read(madeCampaign({ coresPerSocket: 4, passes: 2, hasGuests: true }));
  expect([notes, warnings]).toEqual([[], []]);
  expect(results.every(({ isComplete }) => isComplete === 'yes')).toBe(true);
});

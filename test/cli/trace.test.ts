import { existsSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { groupBy } from '../../src/group-by.js';
import type { RunDocument } from '../../src/run-document/run-document.js';
import { cli, SCRATCH, scratchFile, shell } from '../support/cli.js';
import { FEW_SETS } from '../support/few-sets.js';
import { doFollow, doNest, readTrace, type Track, tracksOf } from '../support/traces.js';

const SMALL = ['empty', '--topology', '1x1x3x1', '--memory', '3GiB'];
/** Round costs, of which every time of a small world can be added up by hand. */
const ROUND_COSTS =
  'rmpoptFixedNs=10,entryScanLocalNs=1,resultHitNs=100,resultServiceNs=5,ipiBaseNs=1000,ipiPerTargetNs=50,condReschedNs=2,clockReadNs=7,rmpLayout=contiguous';

async function traced(name: string, args: readonly string[]) {
  const path = join(SCRATCH, name);
  const result = await cli([...args, '--trace', path]);
  expect(result.exitCode, result.stderr).toBe(0);
  return { path, result, trace: readTrace(path) };
}

const cpuTrack = (tracks: readonly Track[], cpu: number) =>
  tracks.find(({ thread }) => thread.split(' ').slice(0, 2).join(' ') === `CPU ${cpu}`);

describe('a small world', () => {
  test('has a slice per CPU and round, exactly where and as long as the costs add up to', async () => {
    const { trace } = await traced('small.json', [...SMALL, '--set', ROUND_COSTS]);
    const tracks = tracksOf(trace);
    const shown = (cpu: number) =>
      cpuTrack(tracks, cpu)?.slices.map(({ startNs, endNs, name, args }) => [
        startNs,
        endNs - startNs,
        name,
        args.regions,
      ]);
    // Regions 0 (firmware) and 2 (the RMP) hold assigned pages, region 1 is scanned: 10 + 512 + 5.
    expect(shown(0)).toEqual([
      [0, 10 + 2, 'RMPOPT failed', '0'],
      [12, 527 + 2, 'RMPOPT optimized', '1'],
      [541, 10 + 2 + 7, 'RMPOPT failed', '2'],
      [560, 1100 + 10 + 2, 'reaching the others', '0'],
      [1672, 1100 + 120 + 2, 'reaching the others', '1'],
      [2894, 1100 + 10 + 2 + 7, 'reaching the others', '2'],
    ]);
    // Two targets: 1000 + 2 * 50 until both issue; the result is read in 100, then one success is recorded after the other.
    expect(shown(1)).toEqual([
      [560 + 1100, 10, 'RMPOPT failed', '0'],
      [1672 + 1100, 10 + 100 + 5, 'RMPOPT optimized', '1'],
      [2894 + 1100, 10, 'RMPOPT failed', '2'],
    ]);
    expect(shown(2)?.[1]).toEqual([1672 + 1100, 10 + 100 + 10, 'RMPOPT optimized', '1']);
    const phases = tracks.find(({ thread }) => thread === 'phases')?.slices ?? [];
    expect(phases.map(({ startNs, endNs, name }) => [startNs, endNs, name])).toEqual([
      [0, 560, 'local phase'],
      [0, 12, 'round'],
      [12, 541, 'round'],
      [541, 560, 'round'],
      [560, 4013, 'remote phase'],
      [560, 1672, 'round'],
      [1672, 2894, 'round'],
      [2894, 4013, 'round'],
    ]);
    expect(phases[6]?.args).toEqual({
      ...{ regions: '1', rounds: 1, RMPOPTs: 2, 'CF=1': 2 },
      ...{ sendingNs: 1100, executingNs: 115, queuedNs: 5 },
    });
    const counters = trace.traceEvents.filter(({ ph }) => ph === 'C');
    expect(counters.map(({ ts, args }) => [ts, args.CPUs])).toEqual([
      [0, 1],
      [0.012, 1],
      [0.541, 1],
      [0.56, 1.018],
      [1.672, 1.192],
      [2.894, 1.018],
      [4.013, 0],
    ]);
  });

  test('says in every process that it is simulated, and what it is', async () => {
    const { trace } = await traced('nodes.json', [
      'empty',
      '--topology',
      '2x1x2x2',
      '--memory',
      '4GiB',
      '--threads',
      'all',
    ]);
    const tracks = tracksOf(trace);
    expect([...new Set(tracks.map(({ process }) => process))]).toEqual([
      'SIMULATED empty, sweep (none, shared, local-first, all, posted-2p-2x1x2x2-4GiB)',
      'SIMULATED empty, node 0 (none, shared, local-first, all, posted-2p-2x1x2x2-4GiB)',
      'SIMULATED empty, node 1 (none, shared, local-first, all, posted-2p-2x1x2x2-4GiB)',
    ]);
    expect(tracks.map(({ process, thread }) => `${process.split(' ')[3]}: ${thread}`)).toContain(
      '1: CPU 6 (core 2, L3 1)',
    );
    expect(trace.otherData.origin).toMatch(/^SIMULATED/);
    expect(Math.min(...trace.traceEvents.map(({ pid, tid = 1 }) => Math.min(pid, tid)))).toBe(1);
  });

  test('shows what is left where there is no other CPU, or nothing to do for them', async () => {
    const alone = await traced('alone.json', ['empty', '--topology', '1x1x1x1', '--memory', '3GiB']);
    expect(tracksOf(alone.trace).map(({ thread, slices }) => [thread.split(' ')[0], slices.length])).toEqual([
      ['phases', 4],
      ['CPU', 3],
    ]);
    const skipped = await traced('skipped.json', [
      ...['full', '--topology', '1x1x2x1', '--memory', '3GiB'],
      ...['--strategy', 'skip-failed', '--set', 'clockReadNs=7'],
    ]);
    const local = cpuTrack(tracksOf(skipped.trace), 0)?.slices.at(-1);
    expect([local?.name, (local?.endNs ?? 0) - (local?.startNs ?? 0)]).toEqual(['no round', 7]);
    expect(cpuTrack(tracksOf(skipped.trace), 1)?.slices).toEqual([]);
  });

  test('is the same to the byte when repeated, and leaves the results as they are', async () => {
    const first = await traced('once.json', [...SMALL, '--csv']);
    const text = readFileSync(first.path, 'utf8');
    const second = await traced('once.json', [...SMALL, '--csv']);
    expect(readFileSync(second.path, 'utf8')).toBe(text);
    expect(first.result).toEqual(await cli([...SMALL, '--csv']));
  });
});

/** Compares the tracks of a trace with the rows of the same run: nothing overlaps, and every CPU is busy as long. */
function expectAgreement(tracks: readonly Track[], { cpus, results }: RunDocument) {
  const sweeps = results.filter(({ phase }) => phase === 'total');
  const starts = tracks.flatMap(({ thread }, i) => (thread === 'phases' ? [i] : []));
  expect(starts).toHaveLength(sweeps.length);
  for (const [i, from] of starts.entries()) {
    const [phases, ...ofCpus] = tracks.slice(from, starts[i + 1]);
    const [local, remote] = results.slice(3 * i, 3 * i + 2).map(({ elapsedNs }) => elapsedNs);
    expect(doNest(phases?.slices ?? [])).toBe(true);
    const rows = cpus.filter((row) => row.state === sweeps[i]?.state && row.scenario === sweeps[i]?.scenario);
    const rowsOf = new Map(
      groupBy(
        rows.filter(({ phase }) => phase !== 'total'),
        ({ cpu }) => cpu,
      ),
    );
    expect(ofCpus).toHaveLength(rows.filter(({ phase }) => phase === 'total').length);
    const endNs = (local ?? 0) + (remote ?? 0);
    const apart = ofCpus.filter(({ slices }) => doFollow(slices) && (slices.at(-1)?.endNs ?? 0) <= endNs);
    expect(apart).toHaveLength(ofCpus.length);
    // At once for all: thousands of expectations would take longer than the sweeps.
    const [drawn, told]: unknown[][] = [[], []];
    for (const { thread, slices } of ofCpus) {
      const cpu = Number(thread.split(' ')[1]);
      for (const { phase, inRmpoptNs, issued, optimized } of rowsOf.get(cpu) ?? []) {
        const own = slices.filter(({ startNs }) => startNs < (local ?? 0) === (phase === 'local'));
        const sum = (of: (slice: (typeof own)[number]) => number) =>
          own.reduce((total, slice) => total + of(slice), 0);
        drawn.push({
          ...{ cpu, phase, inRmpoptNs: sum(({ startNs, endNs }) => endNs - startNs) },
          issued: sum(({ args }) => Number(args.RMPOPTs)),
          optimized: sum(({ args }) => Number(args['CF=1'])),
        });
        told.push({ cpu, phase, inRmpoptNs, issued, optimized });
      }
    }
    expect(drawn).toEqual(told);
  }
}

describe('1024 CPUs', () => {
  test.each([
    ['local-first', 'primary', '128GiB'],
    ['split-local', 'all', '72GiB'],
    ['serial', 'primary', '48GiB'],
  ])(
    'by %s: every CPU of %s threads is busy as long as in the rows, to the nanosecond',
    async (strategy, threads, memory) => {
      const host = ['--strategy', strategy, '--threads', threads, '--memory', memory, ...FEW_SETS];
      const args = ['three-states', ...host, '--hypothesis', 'shared', '--per-cpu', '--json'];
      const { path, result, trace } = await traced('large.json', args);
      expectAgreement(tracksOf(trace), JSON.parse(result.stdout));
      expect(result.stderr).toMatch(
        /^notice: the trace draws up to \d+ rounds as one slice in three-states: full/m,
      );
      expect(JSON.stringify(trace.otherData)).toMatch(
        /"phase":"remote","rounds":\d+,"roundsPerBatch":(?:[2-9]|\d\d)/,
      );
      expect(trace.traceEvents.length).toBeLessThanOrEqual(200_000);
      expect(statSync(path).size).toBeLessThan(35e6);
    },
  );

  test('a batch says how many rounds it holds, and over which regions', async () => {
    const { trace, result } = await traced('batches.json', [
      'empty',
      '--memory',
      '448GiB',
      ...FEW_SETS,
      ...['--hypothesis', 'shared', '-q'],
    ]);
    expect(result.stderr).toBe('');
    const [first] = cpuTrack(tracksOf(trace), 1)?.slices ?? [];
    expect(first?.name).toMatch(/^(\d+) rounds: RMPOPT partly optimized$/);
    const rounds = Number(first?.args.rounds);
    expect(first?.args).toEqual({ regions: `0-${rounds - 1}`, rounds, RMPOPTs: rounds, 'CF=1': rounds - 1 });
  });
});

test('compare puts every cell on its own tracks, on one scale', async () => {
  const { trace } = await traced('grid.json', [
    ...['compare', 'full', 'three-states', '--vary', 'hypothesis=shared,rescan'],
    ...['--topology', '1x1x2x1', '--memory', '8GiB'],
  ]);
  const phases = tracksOf(trace).filter(({ thread }) => thread === 'phases');
  expect(
    phases.map(({ process }) => /^SIMULATED (.*), sweep \((.*), local-first/.exec(process)?.slice(1)),
  ).toEqual(
    ['shared', 'rescan']
      .flatMap((hypothesis) => [['full', `4k, ${hypothesis}`]])
      .concat(
        ['shared', 'rescan'].flatMap((hypothesis) =>
          ['full', 'empty', 'again'].map((label) => [`three-states: ${label}`, `4k, ${hypothesis}`]),
        ),
      ),
  );
  expect(phases.map(({ slices }) => slices[0]?.startNs)).toEqual(phases.map(() => 0));
});

test('hostile names stay harmless', async () => {
  const file = scratchFile('<script>alert("1")\u202e\u001b[31m\u0007.yaml', 'steps: [{measure: one}]\n');
  const { path } = await traced('hostile.json', [file, '--topology', '1x1x2x1', '--memory', '3GiB']);
  const text = readFileSync(path, 'utf8');
  for (const harmful of ['<', '\u202e', '\u001b', '\u0007', '\\u001b', '\\u202e']) {
    expect(text).not.toContain(harmful);
  }
  expect(tracksOf(JSON.parse(text))[0]?.process).toContain('<script>alert("1")\\u{202e}\\u{1b}[31m');
});

test('a part of a grid has a trace of its own sweeps, and none of a baseline that is not', async () => {
  const grid = ['compare', ...SMALL, '--vary', 'ipiPerTargetNs=60,61,62', '--json'];
  const parts = await Promise.all(
    [1, 2, 3].map((i) => traced(`part-${i}.json`, [...grid, '--shard', `${i}/3`])),
  );
  const sweepsOf = ({ trace }: (typeof parts)[number]) =>
    tracksOf(trace).filter(({ thread }) => thread === 'phases');
  expect(parts.map((part) => sweepsOf(part).length)).toEqual([1, 1, 1]);
  const commands = parts.map(({ result }) => JSON.parse(result.stdout).command);
  expect(commands).toEqual([grid, grid, grid]);
});

describe('bad input ends with exit code 2 and writes nothing', () => {
  test.each([
    ['stdout', ['--trace', '-'], 'expected the path of a file, found stdout'],
    ['no path', ['--trace', ''], 'expected the path of a file, found nothing'],
    [
      'the file of the results',
      ['--trace', './x.json', '-o', 'x.json'],
      'expected another file than --output',
    ],
    ['a path that is not there', ['--trace', 'no/x.json', '--json'], 'expected a file that can be written'],
    ['a folder', ['--trace', '.', '-o', 'x.json'], 'expected a file that can be written'],
    ['no file for the results', ['--trace', 'x.json', '-o', 'no/x'], '--output: expected a file'],
  ])('%s', async (_, args, message) => {
    const { exitCode, stdout, stderr } = await cli([...SMALL, ...args]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(existsSync(join(SCRATCH, 'x.json'))).toBe(false);
  });

  test('a file that the results reach by another way', async () => {
    const path = scratchFile('kept.json', 'before');
    symlinkSync(path, join(SCRATCH, 'link.json'));
    const { exitCode } = await cli([...SMALL, '--trace', 'kept.json', '-o', 'link.json']);
    expect([exitCode, readFileSync(path, 'utf8')]).toEqual([2, 'before']);
  });

  test('a bad scenario, after which an old trace is still there', async () => {
    const path = scratchFile('old.json', 'before');
    const { exitCode } = await cli(['emtpy', '--trace', path]);
    expect([exitCode, readFileSync(path, 'utf8')]).toEqual([2, 'before']);
  });

  test('more CPUs than one file has room for, before anything is run', async () => {
    const { exitCode, stderr } = await cli(['empty', '--topology', '16x16x256x1', '--trace', 'x.json']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/--trace: expected .* fits into 200000 events, found a host too large/);
    const many = ['compare', 'empty', '--vary', 'ipiPerTargetNs=60..260+1', '--trace', 'x.json'];
    expect((await cli(many)).stderr).toContain('measured sweeps of hosts too large');
    expect(readdirSync(SCRATCH)).not.toContain('x.json');
  });
});

test('a trace goes into a pipe, too', async () => {
  const { stdout, exitCode } = await shell(
    `$BIN ${SMALL.join(' ')} --csv -o /dev/null --trace >(cat) | tail -c 4`,
  );
  expect([exitCode, stdout]).toEqual([0, '\n]}\n']);
});

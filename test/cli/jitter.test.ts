import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { threeDigits } from '../../src/report/figures.js';
import { cli, runDocument, SCRATCH, scratchFile, startCli } from '../support/cli.js';
import { FEW_SETS } from '../support/few-sets.js';
import { faultsOf } from '../support/schemas.js';
import { countedTasks } from '../support/threads.js';

const SMALL = ['--topology', '2x2x4x2', '--memory', '16GiB', ...FEW_SETS];
const JITTER = [...SMALL, '--jitter'];

describe('run --jitter', () => {
  test('is the same for the same seed, to the byte, and another for another', async () => {
    const run = async (seed: string) =>
      (await cli(['empty', 'again', ...JITTER, '--runs', '3', '--csv', '--seed', seed])).stdout;
    const first = await run('7');
    expect(await run('7')).toBe(first);
    expect((await run('8')).replaceAll(',8,', ',7,')).not.toBe(first);
  });

  test('draws anew for every run and leaves everything else as it is', async () => {
    const {
      results,
      jitter,
      spreads = [],
    } = await runDocument([
      'guest-exit',
      '--memory',
      '256GiB',
      '--topology',
      '2x2x4x2',
      '--jitter',
      '--runs',
      '5',
    ]);
    expect(jitter).toEqual({ runs: 5 });
    const totals = results.filter(({ phase }) => phase === 'total');
    expect(totals.map(({ run }) => run)).toEqual([1, 2, 3, 4, 5]);
    expect(new Set(totals.map(({ elapsedNs }) => elapsedNs)).size).toBe(5);
    for (const column of ['issued', 'optimized', 'ipis', 'elapsedLowNs', 'elapsedHighNs', 'seed'] as const) {
      expect(new Set(totals.map((row) => row[column])).size, column).toBe(1);
    }
    const times = totals.map(({ elapsedNs }) => elapsedNs).sort((a, b) => a - b);
    const spread = spreads.find(({ phase }) => phase === 'total');
    expect(spread).toMatchObject({
      runs: 5,
      minNs: times[0],
      medianNs: times[2],
      maxNs: times[4],
      ratioMedian: null,
    });
    expect(spread?.meanNs).toBe(Math.floor(times.reduce((sum, ns) => sum + ns, 0) / 5 + 0.5));
  });

  test('is the first of several runs where there is one', async () => {
    const [one, several] = [
      await runDocument(['empty', ...JITTER]),
      await runDocument(['empty', ...JITTER, '--runs', '4']),
    ];
    expect(several.results.filter(({ run }) => run === 1)).toEqual(one.results);
    expect(one.spreads).toEqual([]);
  });

  test('of no spread and without slow ones is what no jitter gives', async () => {
    const set = ['--set', 'jitterSigma=0,tailProbability=0', '--per-cpu'];
    const { stdout } = await cli(['three-states', ...SMALL, ...set, '--csv']);
    expect((await cli(['three-states', ...JITTER, ...set, '--csv'])).stdout).toBe(stdout);
  });

  test('leaves the document of other runs without a trace of it', async () => {
    const { stdout } = await cli(['empty', ...SMALL, '--json']);
    expect(Object.keys(JSON.parse(stdout))).not.toContain('jitter');
    expect(Object.keys(JSON.parse(stdout))).not.toContain('spreads');
  });

  test('writes documents of the published schema', async () => {
    for (const args of [
      ['empty', ...JITTER],
      ['full', 'empty', ...JITTER, '--runs', '2', '--per-cpu'],
      ['compare', 'empty', '--vary', 'threads=primary,all', ...JITTER, '--runs', '2'],
    ]) {
      expect(faultsOf(await runDocument(args))).toBe('');
    }
  });

  test('says that its parameters do something only with it', async () => {
    const args = ['empty', ...SMALL, '--set', 'tailProbability=0.001', '--csv'];
    expect((await cli(args)).stderr).toBe(
      'warning: tailProbability changes nothing in the time of these sweeps without --jitter\n',
    );
    expect((await cli([...args, '--jitter'])).stderr).toBe('');
  });

  test('refuses numbers of runs that are none', async () => {
    for (const runs of ['0', '1.5', '10001', '-1', 'many']) {
      const { exitCode, stdout, stderr } = await cli(['empty', ...JITTER, '--runs', runs]);
      expect({ exitCode, stdout }, runs).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr).toContain('--runs: expected a whole number from 1 to 10000');
    }
  });

  test('refuses random times that could not be counted', async () => {
    const dear = 'entryScanLocalNs=1000000,entryScanRemoteNs=1000000,scan=4k';
    const args = ['empty', ...JITTER, '--memory', '64GiB', '--set', dear];
    const { exitCode, stdout, stderr } = await cli(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('times that can be counted exactly');
  });

  test.each([
    'local-first',
    'broadcast',
    'serial',
    'skip-failed',
    'dirty-only',
    'batched',
    'single-ipi',
    'split-local',
  ])('works with strategy %s', async (strategy) => {
    const { results } = await runDocument([
      'first-page',
      'empty',
      ...JITTER,
      '--runs',
      '2',
      '--strategy',
      strategy,
    ]);
    for (const state of ['first-page', 'empty']) {
      const own = results.filter(({ scenario, phase }) => scenario === state && phase === 'total');
      expect(new Set(own.map(({ elapsedNs }) => elapsedNs)).size).toBe(2);
    }
  });
});

describe('the table of several runs', () => {
  test('has the spread of every phase, and what jitter is assumed to be', async () => {
    const { stdout } = await cli([
      'empty',
      '--topology',
      '2x4x8x2',
      '--memory',
      '64GiB',
      '--jitter',
      '--runs',
      '20',
    ]);
    expect(stdout).toContain('random jitter, 20 runs, seed 1');
    expect(stdout).toContain('SIMULATED, 20 runs with random jitter, times in ms');
    expect(stdout).toMatch(/mean {2}deviation +p5 +median +p95/);
    expect(stdout.replace(/\s+/g, ' ')).toContain('of the repetition with the median total of each state');
    expect(stdout).toMatch(/so\s+these\s+are\s+assumed/);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  test('calls the ends of few runs what they are', async () => {
    const { stdout } = await cli(['empty', ...JITTER, '--runs', '19']);
    expect(stdout).toMatch(/mean {2}deviation +least +median +most/);
  });

  test('shows the run of median total', async () => {
    const { results } = await runDocument(['empty', ...JITTER, '--runs', '3']);
    const totals = results.filter(({ phase }) => phase === 'total').map(({ elapsedNs }) => elapsedNs);
    const median = totals.toSorted((a, b) => a - b)[1] ?? 0;
    const { stdout } = await cli(['empty', ...JITTER, '--runs', '3']);
    expect(stdout).toMatch(new RegExp(`^empty .* ${(median / 1e6).toPrecision(3)} `, 'm'));
  });
});

describe('compare --jitter', () => {
  const GRID = ['compare', 'empty', '--vary', 'strategy=local-first,broadcast', ...JITTER];

  test('holds every run against the same run of the baseline', async () => {
    const { comparisons, spreads = [] } = await runDocument([...GRID, '--runs', '4']);
    const totals = comparisons.filter(({ phase }) => phase === 'total');
    const elapsedOf = (strategy: string) =>
      totals.filter((row) => row.strategy === strategy).map((row) => row.elapsedNs);
    expect(totals.filter(({ isBaseline }) => isBaseline === 'yes').map(({ run }) => run)).toEqual([
      1, 2, 3, 4,
    ]);
    expect(totals.filter((row) => row.strategy === 'broadcast').map((row) => row.baselineNs)).toEqual(
      elapsedOf('local-first'),
    );
    const spread = spreads.find(({ strategy, phase }) => strategy === 'broadcast' && phase === 'total');
    const ratios = totals.filter((row) => row.strategy === 'broadcast').map(({ ratio }) => ratio ?? 0);
    expect(spread).toMatchObject({ ratioP5: Math.min(...ratios), ratioP95: Math.max(...ratios) });
  });

  test('shows one run of every cell, and ratios over all', async () => {
    const { stdout } = await cli([...GRID, '--runs', '21']);
    expect(stdout).toContain('SIMULATED, 21 runs with random jitter');
    expect(stdout).toMatch(/median +p5-p95$/m);
    expect(stdout.match(/^empty {2}broadcast /gm)).toHaveLength(2);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });
});

describe('diff of runs with jitter', () => {
  const saved = async (name: string, ...args: string[]) =>
    scratchFile(name, (await cli(['empty', ...SMALL, ...args, '--json'])).stdout);
  const verdict = async (a: string, b: string) => {
    const { stdout } = await cli(['diff', a, b, '--json']);
    const rows: { phase: string; figure: string; verdict: string; aRuns: number }[] =
      JSON.parse(stdout).results;
    return rows.find(({ phase, figure }) => phase === 'total' && figure === 'inRmpoptMeanNs');
  };

  test('takes the spread of several runs for what chance does', async () => {
    const [one, other, dearer] = [
      await saved('jitter-1.json', '--jitter', '--runs', '12', '--seed', '1'),
      await saved('jitter-2.json', '--jitter', '--runs', '12', '--seed', '2'),
      await saved('jitter-3.json', '--jitter', '--runs', '12', '--set', 'resultServiceNs=900'),
    ];
    expect(await verdict(one, other)).toMatchObject({ verdict: 'inconclusive', aRuns: 12 });
    expect(await verdict(one, dearer)).toMatchObject({ verdict: 'worse' });
  });

  test('concludes nothing from one run', async () => {
    const [one, other] = [
      await saved('single-1.json', '--jitter'),
      await saved('single-2.json', '--jitter', '--seed', '2'),
    ];
    expect(await verdict(one, other)).toMatchObject({ verdict: 'inconclusive' });
  });
});

describe('what people are shown of random costs', () => {
  const GRID = [
    ...['compare', 'full', 'empty', '--vary', 'strategy=local-first,broadcast'],
    ...[...JITTER, '--runs', '3'],
  ];

  test('is one run of each sweep, in the order of the scenarios, without ranges', async () => {
    for (const seed of ['1', '2', '3']) {
      const { stdout } = await cli(['three-states', '-v', ...JITTER, '--runs', '5', '--seed', seed]);
      const states = [...stdout.matchAll(/^three-states: (\w+) .* total /gm)].map(([, state]) => state);
      expect(states).toEqual(['full', 'empty', 'again', 'full', 'empty', 'again']);
      expect(stdout).not.toContain('range');
      expect(stdout).not.toContain('set by hand');
    }
  });

  test('of a grid is the run in which the baseline took its median time, on pages, too', async () => {
    const saved = scratchFile('jittered-grid.json', (await cli([...GRID, '--json'])).stdout);
    const { exitCode } = await cli(['report', saved, '-o', 'jittered-grid.html']);
    expect(exitCode).toBe(0);
    const page = readFileSync(join(SCRATCH, 'jittered-grid.html'), 'utf8');
    expect(page).toContain('SIMULATED RMPOPT sweeps compared');
    expect(page).toContain('How much repetitions differ');
    const { comparisons } = JSON.parse(readFileSync(saved, 'utf8'));
    const totals = comparisons.filter(({ phase }: { phase: string }) => phase === 'total');
    const ofBaseline = totals.slice(0, 3).map(({ elapsedNs }: { elapsedNs: number }) => elapsedNs);
    const medianNs = ofBaseline.toSorted((a: number, b: number) => a - b)[1];
    const run = 1 + ofBaseline.indexOf(medianNs);
    const { stdout } = await cli([...GRID, '--format', 'markdown']);
    for (const row of totals.filter((one: { run: number }) => one.run === run)) {
      expect(stdout).toContain(` ${threeDigits(row.elapsedNs / 1e6)} |`);
    }
    expect(stdout).not.toContain('* marks');
  });

  test('names what was not run to its end', async () => {
    const { env, begun } = countedTasks('not-run');
    const args = ['empty', 'full', ...JITTER, '--hypothesis', 'shared', '--runs', '10000', '--jobs', '2'];
    const running = startCli(args, env);
    await begun(4);
    running.kill('SIGINT');
    const { stdout } = await running;
    expect(stdout).toMatch(/Not run: empty: interrupted after \d+ of 10000 runs, which are kept\./);
    expect(stdout).toContain('Not run: full: interrupted.');
    expect(stdout).toMatch(/^state +phase +runs +mean/m);
  });
});

test('rows of CPUs of more runs than fit into memory are refused before any run', async () => {
  const args = ['full', '--jitter', '--runs', '1500', '--per-cpu', '--csv'];
  const { exitCode, stdout, stderr } = await cli(args);
  expect([exitCode, stdout]).toEqual([2, '']);
  expect(stderr).toContain('--per-cpu: expected at most 1000000 rows of CPUs at once, found 2304000');
  const grid = [
    'compare',
    'full',
    'empty',
    ...SMALL,
    '--vary',
    'mapping=4k,2m',
    '--jitter',
    '--runs',
    '10000',
  ];
  expect((await cli([...grid, '--per-cpu', '--json'])).exitCode).toBe(2);
});

test('a trace is of the first run, and says so', async () => {
  const file = scratchFile('jittered-trace.json', '');
  const { stderr } = await cli(['empty', ...JITTER, '--runs', '3', '--trace', file, '--csv']);
  expect(stderr).toBe('notice: the trace draws run 1 of 3 with random jitter\n');
  expect(JSON.parse(readFileSync(file, 'utf8')).otherData.drawn).toBe('run 1 of 3 with random jitter');
});

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cli, runDocument, scratchFile } from '../support/cli.js';
import { FEW_SETS } from '../support/few-sets.js';
import { faultsOf } from '../support/schemas.js';

const SMALL = ['--topology', '2x2x3x2', '--memory', '64GiB', ...FEW_SETS];

async function compareJson(args: readonly string[]) {
  return runDocument(['compare', ...args]);
}

describe('the grid of three states and three mappings', () => {
  test('has nine cells and 27 rows, each compared with the first', async () => {
    const document = await compareJson(['full', 'empty', 'again', '--vary', 'mapping=4k,2m,1g', ...SMALL]);
    expect(document.results).toHaveLength(27);
    expect(document.comparisons).toHaveLength(27);
    const cells = new Set(document.results.map(({ scenario, mapping }) => `${scenario} ${mapping}`));
    expect([...cells]).toEqual(
      ['full', 'empty', 'again'].flatMap((state) =>
        ['4k', '2m', '1g'].map((mapping) => `${state} ${mapping}`),
      ),
    );
    const baseline = document.comparisons.filter(({ isBaseline }) => isBaseline === 'yes');
    expect(baseline.map(({ scenario, mapping, phase, ratio }) => [scenario, mapping, phase, ratio])).toEqual([
      ['full', '4k', 'local', 1],
      ['full', '4k', 'remote', 1],
      ['full', '4k', 'total', 1],
    ]);
    expect(document.missing).toEqual([]);
  });

  test('is what runs of its cells give, each on its own', async () => {
    const document = await compareJson(['full', 'first-page', '--vary', 'mapping=2m,1g', ...SMALL]);
    for (const mapping of ['2m', '1g']) {
      const alone = await runDocument(['full', 'first-page', '--mapping', mapping, ...SMALL]);
      const cells = document.results.filter((row) => row.mapping === mapping);
      expect(cells).toEqual(alone.results);
    }
  });
});

describe('a ratio', () => {
  test('has a range over the sets that both sides share, without what is common to both', async () => {
    const { comparisons } = await compareJson(['empty', '--vary', 'clockReadNs=15,16']);
    const [, total] = comparisons.filter(({ phase }) => phase === 'total');
    // The ranges of both totals are wide; what one nanosecond more does is known well.
    expect(total?.ratioLow).toBeGreaterThanOrEqual(1);
    expect(total?.ratioHigh).toBeLessThan(1.000_001);
  });

  test('has none between hypotheses, which share no sets', async () => {
    const { comparisons } = await compareJson(['empty', '--vary', 'hypothesis=shared,rescan', ...SMALL]);
    const [one, other] = comparisons.filter(({ phase }) => phase === 'total');
    expect([one?.ratioLow, one?.ratioHigh]).toEqual([1, 1]);
    expect(other).toMatchObject({ hypothesis: 'rescan', ratioLow: null, ratioHigh: null });
    expect(other?.ratio).toBeGreaterThan(0);
  });

  test('is to the first cell with the values asked for', async () => {
    const args = ['full', 'empty', '--vary', 'mapping=4k,2m', ...SMALL];
    const document = await compareJson([...args, '--baseline', 'mapping=2m,scenario=empty']);
    const baseline = document.comparisons.find(({ isBaseline }) => isBaseline === 'yes');
    expect(baseline).toMatchObject({ scenario: 'empty', mapping: '2m' });
    for (const { phase, elapsedNs, baselineNs, ratio } of document.comparisons) {
      const base = document.comparisons.find((row) => row.isBaseline === 'yes' && row.phase === phase);
      expect(baselineNs).toBe(base?.elapsedNs);
      expect(ratio).toBeCloseTo(elapsedNs / (baselineNs ?? 1), 5);
    }
  });
});

describe('axes', () => {
  test('make a cross product, ranges by steps and by factors among them', async () => {
    const { results } = await compareJson([
      ...['empty', '--topology', '1x1x4x1', ...FEW_SETS],
      ...['--vary', 'memory=16GiB..64GiB*2', '--vary', 'ipiPerTargetNs=60..100+20,125'],
    ]);
    const totals = results.filter(({ phase }) => phase === 'total');
    expect(totals.map(({ memoryBytes, variation }) => `${memoryBytes / 2 ** 30} ${variation}`)).toEqual(
      [16, 32, 64].flatMap((gib) => [60, 80, 100, 125].map((ns) => `${gib} ipiPerTargetNs=${ns}`)),
    );
  });

  test('keep every byte of large sizes', async () => {
    const args = ['full', '--topology', '1x1x2x1', '--vary', 'memory=1TiB..4TiB*2', ...FEW_SETS];
    const { results } = await compareJson(args);
    expect([...new Set(results.map(({ memoryBytes }) => memoryBytes / 2 ** 40))]).toEqual([1, 2, 4]);
  });

  test.each([
    ['strategy=local-first,serial', 'strategy', ['local-first', 'serial']],
    ['threads=all,primary', 'threads', ['all', 'primary']],
    ['topology=1x1x2x1,2x2x2x2', 'topology', ['1x1x2x1', '2x2x2x2']],
    ['scan=2m,4k', 'variation', ['scan=2m', 'scan=4k']],
    ['earlyExit=true,false', 'variation', ['earlyExit=true', 'earlyExit=false']],
  ] as const)('%s', async (axis, column, values) => {
    const { results } = await compareJson(['last-page', '--vary', axis, '--memory', '16GiB', ...FEW_SETS]);
    const totals = results.filter(({ phase }) => phase === 'total');
    expect(totals.map((row) => row[column])).toEqual(values);
  });

  test('--ablation gives the four corners of both optimizations, which are the named strategies', async () => {
    const host = ['--topology', '2x2x3x2', '--memory', '256GiB', ...FEW_SETS];
    const { results } = await compareJson(['guest-exit', '--ablation', ...host]);
    const totals = results.filter(({ phase }) => phase === 'total');
    expect(totals.map(({ strategy, threads }) => `${strategy} ${threads}`)).toEqual([
      'broadcast all',
      'broadcast primary',
      'local-first all',
      'local-first primary',
    ]);
    for (const { strategy, threads, elapsedNs } of totals) {
      const args = ['guest-exit', '--strategy', strategy, '--threads', threads, ...host];
      const alone = await runDocument(args);
      expect(alone.results.find(({ phase }) => phase === 'total')?.elapsedNs).toBe(elapsedNs);
    }
  });
});

describe('cells that cannot be run', () => {
  test('are named with the reason, and the others are run', async () => {
    const { results, missing } = await compareJson(['guest-exit', '--vary', 'memory=128GiB,256GiB']);
    expect(results).toHaveLength(3);
    expect(missing).toHaveLength(1);
    expect(missing[0]).toMatchObject({ scenario: 'guest-exit', cell: 'memory=128GiB' });
    expect(missing[0]?.reason).toContain('room for guest b');
    const { stdout } = await cli(['compare', 'guest-exit', '--vary', 'memory=128GiB,256GiB']);
    expect(stdout).toContain('The baseline is guest-exit');
    const asked = ['--vary', 'memory=128GiB,256GiB', '--baseline', 'memory=128GiB'];
    expect((await cli(['compare', 'guest-exit', ...asked])).stdout).toContain(
      'The baseline could not be run',
    );
    expect(stdout.replace(/\s+/g, ' ')).toMatch(/Not run: guest-exit memory=128GiB: .*guest b/);
  });

  test('are an error where they are all there is', async () => {
    const { exitCode, stdout, stderr } = await cli(['compare', 'guest-exit', '--vary', 'memory=32GiB,64GiB']);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('guest a');
  });

  test('are those of strategies that take no batch, where batches are varied', async () => {
    const args = ['empty', '--vary', 'strategy=local-first,batched', '--vary', 'batch=1,4', ...SMALL];
    const { results, missing } = await compareJson(args);
    expect(missing.map(({ cell }) => cell)).toEqual([
      'strategy=local-first;batch=1',
      'strategy=local-first;batch=4',
    ]);
    expect(new Set(results.map(({ variation }) => variation))).toEqual(new Set(['batch=1', 'batch=4']));
  });
});

describe('bad grids', () => {
  test.each([
    [['--vary', 'mapping='], 'expected 4k, 2m or 1g, found ""'],
    [['--vary', 'mapping'], 'expected axis=values'],
    [['--vary', 'colour=red'], 'expected mapping, strategy'],
    [['--vary', 'ipiPerTargetNS=1'], 'Did you mean ipiPerTargetNs?'],
    [['--vary', 'ipiPerTargetNs=90..60+10'], 'runs backwards'],
    [['--vary', 'ipiPerTargetNs=60..90'], 'without a step'],
    [['--vary', 'ipiPerTargetNs=60..90+0'], 'never gets to its end'],
    [['--vary', 'ipiPerTargetNs=60..90*1'], 'never gets to its end'],
    [['--vary', 'ipiPerTargetNs=0..90*2'], 'never gets to its end'],
    [['--vary', 'ipiPerTargetNs=..90+10'], 'expected nanoseconds from 0'],
    [['--vary', 'mapping=4k..1g*2'], 'expected 4k, 2m or 1g'],
    [['--vary', 'memory=1GiB..2GiB+1MiB'], 'a whole number of GiB'],
    [['--vary', 'ipiPerTargetNs=1..2000+1'], 'a grid of 2000'],
    [['--vary', 'ipiPerTargetNs=1..1000+1', '--vary', 'ipiBaseNs=1..1000+1'], 'a grid of 1000000'],
    [
      ['--vary', 'ipiPerTargetNs=0..1000000+0.001'],
      'expected at most 1000000 values, so that all axes together have at most 1000000, found "0..1000000+0.001" with 1000000001 values',
    ],
    [
      ['--vary', 'ipiPerTargetNs=0..1000000+0.1,2..1000000+0.1'],
      'expected at most 1000000 values, so that all axes together have',
    ],
    [
      ['--vary', 'ipiBaseNs=1..1001+1', '--vary', 'tailNs=0..999999+1'],
      'at most 998999 values, so that all axes together have',
    ],
    [
      ['ipiBaseNs', 'ipiBurstNs', 'tailNs', 'condReschedNs', 'clockReadNs', 'guestExitNs'].flatMap((name) => {
        return ['--vary', `${name}=1..1000+1`];
      }),
      'a grid of more than 9007199254740991',
    ],
    [['--vary', 'ipiBaseNs=1..100001+1', '--yes'], 'expected at most 100000 cells, found a grid of 100001'],
    [['--vary', 'mapping=4k', '--mapping', '2m'], 'either given or varied'],
    [['--vary', 'scan=4k', '--set', 'scan=2m'], 'either given or varied'],
    [['--vary', 'mapping=4k', '--vary', 'mapping=2m'], 'varied once'],
    [['--ablation', '--vary', 'threads=all'], 'threads varied once'],
    [['--ablation', '--strategy', 'serial'], 'either given or varied'],
    [['--batch', '4'], 'expected strategy batched'],
    [['--vary', 'batch=1..4+1'], 'expected strategy batched'],
    [['--vary', 'batch=0,1', '--strategy', 'batched'], 'a whole number from 1'],
    [['--vary', 'mapping=4k,2m', '--baseline', 'mapping=1g'], 'a value of this grid: 4k or 2m'],
    [['--vary', 'mapping=4k,2m', '--baseline', 'strategy=serial'], 'an axis of this grid'],
    [['--baseline', 'mapping'], 'expected axis=value'],
    [['--vary', 'mapping=4k,2m', '--baseline', 'mapping=4k,mapping=2m'], 'mapping once'],
    [['--set', 'ipiBaseNs=1000', '--set', 'ipiBaseNs=2000'], 'expected one value, found 1000 and 2000'],
    [['--vary', 'batch=1..3+0', '--strategy', 'batched'], 'never gets to its end'],
  ])('%j', async (args, words) => {
    const { exitCode, stdout, stderr } = await cli(['compare', 'empty', ...args]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test('--yes runs what would be refused', async () => {
    // Of a thousand and one hosts hardly any has room for the guest.
    const scenario = scratchFile(
      'large.yaml',
      'private: [{guest: a, size: 1000GiB, mapping: 1g}]\nsteps: [measure]\n',
    );
    const args = [
      'compare',
      scenario,
      '--vary',
      'memory=10GiB..1010GiB+1GiB',
      '--topology',
      '1x1x2x1',
      ...FEW_SETS,
      ...['--hypothesis', 'shared'],
    ];
    expect((await cli(args)).exitCode).toBe(2);
    const { exitCode, stdout } = await cli([...args, '--yes', '--json']);
    expect(exitCode).toBe(0);
    const { results, missing } = JSON.parse(stdout);
    expect(missing.length).toBeGreaterThan(990);
    expect(results.length / 3 + missing.length).toBe(1001);
  });
});

describe('output', () => {
  const grid = [
    'compare',
    'three-states',
    '--vary',
    'strategy=local-first,batched',
    '--topology',
    '1x1x3x2',
    '--memory',
    '64GiB',
    ...FEW_SETS,
  ];

  test('is valid by the schema and the same twice', async () => {
    const [one, other] = [await cli([...grid, '--json']), await cli([...grid, '--json'])];
    expect(one.stdout).toBe(other.stdout);
    expect(faultsOf(JSON.parse(one.stdout))).toBe('');
  });

  test('for people is ASCII within 100 columns, whatever is varied', async () => {
    const scenario = scratchFile(
      'a-scenario-with-a-rather-long-name.yaml',
      'steps: [{measure: and-a-label}]\n',
    );
    for (const args of [
      grid,
      ['compare', scenario, 'empty', '--ablation', '--vary', 'scan=2m,4k', ...SMALL],
      [
        'compare',
        'full',
        'empty',
        'again',
        '--vary',
        'mapping=4k,2m,1g',
        '--vary',
        'topology=1x1x2x1,2x2x2x2',
        '--memory',
        '64GiB',
        ...FEW_SETS,
      ],
    ]) {
      const { stdout } = await cli(args);
      expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
      expect(stdout).toMatch(/^[\x20-\x7e\n]*$/);
      expect(stdout).toMatch(/^SIMULATED/);
    }
  });

  test('has every CPU of every cell with --per-cpu', async () => {
    const args = ['compare', 'empty', '--vary', 'strategy=local-first,batched', '--per-cpu'];
    const { stdout } = await cli([...args, '--topology', '1x1x4x1', '--memory', '8GiB']);
    expect(stdout.match(/CPUs in state (?:local-first|batched)/g)).toHaveLength(2);
    expect(stdout.match(/^ {2}3 .*remote/gm)).toHaveLength(2);
  });

  test('as CSV and NDJSON is the rows of results, each with its ratio and the values of its axes', async () => {
    const { stdout } = await cli([...grid, '--csv']);
    const { results, comparisons } = await runDocument(grid);
    expect(stdout.trim().split('\n')).toHaveLength(1 + results.length);
    const ndjson = await cli([...grid, '--format', 'ndjson']);
    expect(
      ndjson.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(
      results.map((row, i) => {
        const { isBaseline, baselineNs, ratio, ratioLow, ratioHigh, ...rest } = comparisons[i] ?? {};
        const axes = Object.fromEntries(Object.entries(rest).filter(([name]) => name.startsWith('axis.')));
        return { ...row, isBaseline, baselineNs, ratio, ratioLow, ratioHigh, ...axes };
      }),
    );
  });
});

test('a scenario file is never replaced by what is made of it', async () => {
  const file = scratchFile('kept.yaml', 'steps: [measure]\n');
  for (const args of [[file], ['compare', file, '--vary', 'mapping=4k'], ['churn', file]]) {
    const { exitCode, stderr } = await cli([...args, '-o', file]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--output: expected another file than those read');
  }
  expect(readFileSync(file, 'utf8')).toBe('steps: [measure]\n');
});

test('what others notice is counted per strategy', async () => {
  const { disturbances } = await compareJson([
    ...['empty', '--vary', 'strategy=local-first,single-ipi,batched', '--batch', '8', ...SMALL],
  ]);
  expect(disturbances.map(({ interruptsMin, interruptsMax }) => [interruptsMin, interruptsMax])).toEqual([
    [64, 64],
    [1, 1],
    [8, 8],
  ]);
  const [localFirst, singleIpi] = disturbances;
  expect(singleIpi?.longestInterruptNs).toBeGreaterThan(10 * (localFirst?.longestInterruptNs ?? 0));
  for (const row of disturbances) {
    expect(row.interruptsPerSecond).toBeCloseTo((row.interruptsMedian * 1e9) / row.elapsedNs, 3);
    expect(row.takenLowShare).toBeLessThanOrEqual(row.takenMeanShare);
    expect(row.takenMeanShare).toBeLessThanOrEqual(row.takenHighShare ?? 0);
  }
});

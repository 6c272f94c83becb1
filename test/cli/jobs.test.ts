import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { cli, cliProcess, SCRATCH, scratchFile, shell, startCli } from '../support/cli.js';
import { FEW_SETS } from '../support/few-sets.js';
import { faultsOf } from '../support/schemas.js';
import { beforeEachTask, countedTasks, waitMs } from '../support/threads.js';

const SIZE = ['--topology', '2x2x3x2', '--memory', '16GiB'];
const SMALL = [...SIZE, ...FEW_SETS];
/** The same where it is about threads. */
const LEAST = [...SMALL, '--hypothesis', 'shared'];

describe('any number of jobs gives the same bytes', () => {
  // What other formats show is made of what JSON has; rows that are written as they come are those of a trace below.
  test.each<[what: string, args: string[]]>([
    ['a grid of hosts', ['compare', 'full', 'empty', '--machine', `${FEW_SETS[1]},milan-1p`, ...SIZE]],
    [
      'a grid with cells that cannot be run',
      [
        'compare',
        'guest-exit',
        '--vary',
        'memory=64GiB,128GiB..512GiB*2',
        '--topology',
        '1x1x4x2',
        ...FEW_SETS,
      ],
    ],
    [
      'a grid with its baseline at the end',
      [
        'compare',
        'full',
        'empty',
        '--vary',
        'strategy=local-first,serial',
        '--baseline',
        'strategy=serial',
        ...SMALL,
      ],
    ],
    ['a run of several scenarios', ['full', 'empty', 'again', '--hypothesis', 'shared,rescan', ...SMALL]],
  ])('of %s', async (_, args) => {
    const expected = await cli([...args, '--json']);
    expect(expected.exitCode).toBe(0);
    expect(await cli([...args, '--json', '--jobs', '2'])).toEqual(expected);
  });

  test('of a trace of several machines, whoever reads the rows', async () => {
    const file = scratchFile('jobs-trace.json', '');
    const args = ['compare', 'full', 'again', '--vary', 'ipiPerTargetNs=60,130', ...SMALL, '--trace', file];
    const traced = async (asked: readonly string[]) => [await cli(asked), readFileSync(file, 'utf8')];
    for (const format of ['json', 'ndjson']) {
      const expected = await traced([...args, '--format', format]);
      expect(await traced([...args, '--format', format, '--jobs', '2'])).toEqual(expected);
    }
  });

  test('of rows per CPU', async () => {
    const args = [
      'compare',
      'full',
      'empty',
      '--vary',
      'memory=16GiB,32GiB',
      '--topology',
      '2x2x3x2',
      ...FEW_SETS,
    ];
    const asked = [...args, '--per-cpu', '--format', 'ndjson'];
    const expected = await cli(asked);
    expect(expected.stdout.split('\n')).toHaveLength(4 * 3 * 12 + 1);
    expect(await cli([...asked, '--jobs', '2'])).toEqual(expected);
  });

  test('of runs with random costs, many of one cell', async () => {
    const args = ['compare', 'empty', '--vary', 'threads=primary,all', '--jitter', '--runs', '30'];
    const small = ['--topology', '2x1x2x2', '--memory', '16GiB', ...FEW_SETS];
    const asked = [...args, ...small, '--hypothesis', 'shared', '--seed', '9', '--json'];
    const expected = await cli(asked);
    expect(expected.exitCode).toBe(0);
    expect(await cliProcess([...asked, '--jobs', '2'])).toEqual(expected);
  });

  test('of what cannot be run at all, with the places in the file', async () => {
    const args = ['compare', 'guest-exit', '--vary', 'memory=32GiB,64GiB'];
    const expected = await cli(args);
    expect(expected).toMatchObject({ exitCode: 2, stdout: '' });
    expect(expected.stderr).toContain('guest-exit.yaml:');
    expect(await cli([...args, '--jobs', '2'])).toEqual(expected);
  });
});

test.each(['0', '-1', 'two', '1.5', ''])('--jobs %s is refused', async (jobs) => {
  const { exitCode, stdout, stderr } = await cli([
    'compare',
    'full',
    '--vary',
    'mapping=4k,2m',
    '--jobs',
    jobs,
  ]);
  expect([exitCode, stdout]).toEqual([2, '']);
  expect(stderr).toContain('--jobs: expected');
});

/** A plain cell and one that takes many seconds, without work. */
const PLAIN_AND_LONG = [
  ...['compare', 'last-page', '--vary', 'strategy=local-first,single-ipi'],
  ...[...LEAST, '--jobs', '2'],
];
const LONG_CELL = `if (task.cell.sweep.strategy === 'single-ipi') ${waitMs(30_000)}`;

/** Waits until something is written that will be a file of this name. */
async function written(name: string): Promise<void> {
  const isThere = (entry: string) => entry.startsWith(`.${name}.`) && statSync(join(SCRATCH, entry)).size > 0;
  while (!readdirSync(SCRATCH).some(isThere)) await sleep(20);
}

describe('a grid that is interrupted', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s ends promptly with %i and has written what was finished', async (signal, exitCode) => {
    const name = `${signal}.ndjson`;
    const env = beforeEachTask(`${signal}.mjs`, LONG_CELL);
    const running = startCli([...PLAIN_AND_LONG, '--format', 'ndjson', '-o', name], env);
    await written(name);
    running.kill(signal);
    const result = await running;
    expect(result.exitCode).toBe(exitCode);
    expect(result.stderr).toContain('interrupted: 1 of 2 cells were finished and written\n');
    const rows = readFileSync(join(SCRATCH, name), 'utf8').trimEnd().split('\n');
    expect(rows.map((row) => JSON.parse(row).strategy)).toEqual(Array(3).fill('local-first'));
  });

  test('leaves a valid document that names the cells it lacks', async () => {
    const { env, begun } = countedTasks('cells-lacking', LONG_CELL);
    const [compare = '', ...others] = PLAIN_AND_LONG;
    const running = startCli([compare, 'first-page', ...others, '--json'], env);
    // The plain cell of each state is finished when the long one of the second has begun.
    await begun(4);
    running.kill('SIGINT');
    const { exitCode, stdout } = await running;
    expect(exitCode).toBe(130);
    const document = JSON.parse(stdout);
    expect(faultsOf(document)).toBe('');
    expect(document.results).toHaveLength(6);
    const lacking = { cell: 'strategy=single-ipi', reason: 'interrupted' };
    expect(document.missing).toEqual(
      ['first-page', 'last-page'].map((scenario) => ({ scenario, ...lacking })),
    );
  });

  test('keeps the runs of a cell that were finished', async () => {
    const { env, begun } = countedTasks('many-runs');
    const args = ['empty', ...LEAST, '--jitter', '--runs', '10000', '--jobs', '2', '--json'];
    const running = startCli(args, env);
    await begun(4);
    running.kill('SIGINT');
    const { exitCode, stdout, stderr } = await running;
    expect(exitCode).toBe(130);
    expect(stderr).toBe('interrupted: 0 of 1 cells were finished and written, of 1 more their first runs\n');
    const { results, missing, spreads } = JSON.parse(stdout);
    const runs = results.at(-1).run;
    expect(results).toHaveLength(3 * runs);
    expect(missing).toEqual([
      { scenario: 'empty', cell: '', reason: `interrupted after ${runs} of 10000 runs, which are kept` },
    ]);
    expect(spreads.map((row: { runs: number }) => row.runs)).toEqual([runs, runs, runs]);
  });

  test('before any cell was finished writes nothing', async () => {
    const name = 'never-finished.json';
    const long = ['compare', 'last-page', '--vary', 'hypothesis=shared,rescan', '--strategy', 'single-ipi'];
    const { env, begun } = countedTasks('nothing', LONG_CELL);
    const running = startCli([...long, ...SMALL, '--jobs', '2', '--json', '-o', name], env);
    await begun(1);
    running.kill('SIGINT');
    const { exitCode, stderr } = await running;
    expect([exitCode, stderr]).toEqual([130, 'interrupted: nothing was finished\n']);
    expect(existsSync(join(SCRATCH, name))).toBe(false);
  });
});

describe('a thread that ends', () => {
  const GRID = ['compare', 'full', 'empty', '--vary', 'mapping=4k,2m', ...LEAST, '--json'];

  test('once is replaced, and nothing shows', async () => {
    const flag = JSON.stringify(join(SCRATCH, 'died-once'));
    const die = `if (!existsSync(${flag})) { writeFileSync(${flag}, ''); process.exit(9); }`;
    const expected = await cli(GRID);
    expect(await cliProcess([...GRID, '--jobs', '2'], beforeEachTask('once.mjs', die))).toEqual(expected);
    expect(existsSync(join(SCRATCH, 'died-once'))).toBe(true);
  });

  test('over one cell again and again costs that cell alone', async () => {
    const die = "if (task.cell.scenario.name === 'empty' && task.cell.mapping === '2m') process.exit(9)";
    const { exitCode, stdout, stderr } = await cliProcess(
      [...GRID, '--jobs', '2'],
      beforeEachTask('always.mjs', die),
    );
    const whole = JSON.parse((await cli(GRID)).stdout);
    const document = JSON.parse(stdout);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      'error: 1 of 4 cells were lost: its thread ended, and so did a second one: exit code 9',
    );
    expect(document.missing).toMatchObject([{ scenario: 'empty', cell: 'mapping=2m' }]);
    const isLeft = (row: { scenario: string; mapping: string }) =>
      row.scenario !== 'empty' || row.mapping !== '2m';
    expect(document.results).toEqual(whole.results.filter(isLeft));
    expect(document.comparisons).toEqual(whole.comparisons.filter(isLeft));
  });

  test('for want of memory is told', async () => {
    const hog = 'const all = []; for (;;) all.push(new Array(1e5).fill(1.5))';
    const env = beforeEachTask('hog.mjs', hog);
    const options = { NODE_OPTIONS: `${env.NODE_OPTIONS} --max-old-space-size=32` };
    const { exitCode, stdout, stderr } = await cliProcess(
      ['compare', 'full', '--vary', 'mapping=4k,2m', ...LEAST, '--json', '--jobs', '2'],
      options,
    );
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/2 of 2 cells were lost: .* reaching memory limit.*; nothing was finished/);
  });
});

describe('rows that are written as they come', () => {
  const MANY = ['compare', 'empty', '--vary', 'ipiPerTargetNs=60..125+1', ...LEAST, '--format', 'ndjson'];

  test('end quietly when nobody reads them any more', async () => {
    const { exitCode, stdout, stderr } = await shell(`$BIN ${MANY.join(' ')} --jobs 2 | head -1`);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({ scenario: 'empty', phase: 'local' });
  });

  test('are not kept where the disk is full', async () => {
    const few = ['compare', 'empty', '--vary', 'ipiPerTargetNs=60..63+1', ...LEAST, '--format', 'ndjson'];
    const line = `ulimit -f 8; $BIN ${few.join(' ')} --jobs 2 -o full.ndjson`;
    const { exitCode, stderr } = await shell(line);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^error: could not write full\.ndjson: EFBIG/);
    expect(existsSync(join(SCRATCH, 'full.ndjson'))).toBe(false);
    for (const target of ['-o /dev/full', '> /dev/full']) {
      const { exitCode, stderr } = await shell(`$BIN ${few.join(' ')} --jobs 2 ${target}`);
      expect(exitCode).toBe(1);
      expect(stderr).toContain('ENOSPC');
    }
  });
});

// Both wait for most of their time.
describe.concurrent('the progress bar', () => {
  /** Four cells, each of which takes a while without work. */
  const LONG = ['compare', 'full', 'empty', '--vary', 'mapping=4k,2m', ...LEAST, '--jobs', '2'];
  const { NODE_OPTIONS } = beforeEachTask('slow.mjs', waitMs(600));
  const onTerminal = (args: readonly string[]) =>
    shell(
      `command -v script >/dev/null && NODE_OPTIONS='${NODE_OPTIONS}' script -qec "$BIN ${args.join(' ')} -o bar.json --json" /dev/null </dev/null`,
    );

  test('is shown on a terminal for long work, and taken away', async () => {
    const { exitCode, stdout } = await onTerminal(LONG);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/[#.]{10,} \d+\/4 cells, [\d.]+\/s, \d+ s left/);
    expect(stdout.endsWith('\u001b[K') || stdout.includes('\u001b[0K')).toBe(true);
  });

  test('is not shown to those who want quiet, nor for short work', async () => {
    expect((await onTerminal([...LONG, '--quiet'])).stdout).not.toContain('cells');
    expect((await onTerminal(['full'])).stdout).not.toContain('cells');
  });
});

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { cli, SCRATCH, scratchFile } from '../support/cli.js';
import { FEW_SETS } from '../support/few-sets.js';
import { faultsOf } from '../support/schemas.js';

const SMALL = [...FEW_SETS, '--topology', '2x2x3x2', '--memory', '16GiB'];
/** The same where hypotheses make no difference. */
const LEAST = [...SMALL, '--hypothesis', 'shared'];

/** Runs every part of a grid into a file of its own. */
async function parts(name: string, args: readonly string[], count: number): Promise<string[]> {
  const files = Array.from({ length: count }, (_, i) => `${name}-${i + 1}.json`);
  const runs = files.map((file, i) => cli([...args, '--shard', `${i + 1}/${count}`, '-o', file]));
  for (const { exitCode } of await Promise.all(runs)) expect(exitCode).toBe(0);
  return files;
}

describe('parts put together are the whole, byte by byte', () => {
  test.each([
    ['mappings', ['full', 'empty', '--vary', 'mapping=4k,2m,1g', ...SMALL], [1, 4, 7]],
    [
      'machines',
      [
        'full',
        'again',
        '--vary',
        'ipiPerTargetNs=60,130',
        '--vary',
        'topology=1x1x2x1,1x2x2x2',
        '--memory',
        '32GiB',
        ...FEW_SETS,
        ...['--hypothesis', 'shared'],
      ],
      [3],
    ],
    [
      'what cannot be run',
      ['guest-exit', '--vary', 'memory=64GiB,128GiB..512GiB*2', '--topology', '1x1x4x2', ...FEW_SETS],
      [2, 3],
    ],
    [
      'a baseline of its own',
      ['full', 'empty', '--vary', 'mapping=4k,2m', '--baseline', 'mapping=2m,scenario=empty', ...LEAST],
      [3],
    ],
    [
      'a baseline that cannot be run',
      [
        'guest-exit',
        '--vary',
        'memory=64GiB,256GiB,512GiB',
        '--baseline',
        'memory=64GiB',
        '--topology',
        '1x1x4x2',
        ...FEW_SETS,
      ],
      [2],
    ],
    [
      'runs with random costs',
      ['full', 'empty', '--vary', 'mapping=4k,1g', '--jitter', '--runs', '4', ...LEAST],
      [3],
    ],
    ['rows per CPU', ['full', 'empty', '--vary', 'threads=all,primary', '--per-cpu', ...SMALL], [2]],
  ])('of a grid of %s', async (name, args, counts) => {
    const asked = ['compare', ...args, '--json'];
    const whole = await cli(asked);
    expect(whole.exitCode).toBe(0);
    for (const count of counts) {
      const files = await parts(name.replaceAll(' ', '-'), asked, count);
      expect(await cli(['merge', ...files.reverse()])).toEqual(whole);
      if (count !== counts.at(-1)) continue;
      for (const format of ['table', 'csv']) {
        expect(await cli(['merge', ...files, '--format', format])).toEqual(
          await cli(['compare', ...args, '--format', format]),
        );
      }
    }
  });

  test('whatever the jobs, and where the output goes', async () => {
    const asked = ['compare', 'full', 'empty', '--vary', 'mapping=4k,2m', ...LEAST, '--json', '-q'];
    await cli([...asked, '--shard', '1/2', '--jobs', '2', '-o', 'jobs-a.json']);
    await cli([...asked.slice(0, -1), '--shard=2/2', '-qo', 'jobs-b.json']);
    await cli(['merge', 'jobs-b.json', 'jobs-a.json', '-q', '-o', 'jobs-merged.json']);
    expect(readFileSync(join(SCRATCH, 'jobs-merged.json'), 'utf8')).toBe((await cli(asked)).stdout);
  });
});

describe('formats with the command on top', () => {
  const asked = ['compare', 'full', 'empty', '--vary', 'mapping=4k,2m', ...LEAST, '--per-cpu', '--json'];

  test.each(['markdown', 'lkml'])(
    '%s says how the parts were asked for, and is else that of the grid',
    async (format) => {
      const files = await parts(`quoted-${format}`, asked, 2);
      const whole = await cli([...asked.slice(0, -1), '--format', format, '--by', 'core']);
      const merged = await cli(['merge', ...files, '--format', format, '--by', 'core']);
      const [typed, meant] = [`--format ${format} --by core`, '--json'];
      const inOneLine = (text: string) => text.replaceAll(/[\s\\]+/g, ' ');
      expect(inOneLine(merged.stdout)).toBe(inOneLine(whole.stdout).replace(typed, meant));
    },
  );

  test('--by needs parts that tell of each CPU, and means nothing to formats for programs', async () => {
    const files = await parts('no-cpus', ['compare', 'full', 'empty', ...LEAST, '--json'], 2);
    const { exitCode, stdout, stderr } = await cli(['merge', ...files, '--format', 'table', '--by', 'core']);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('--by core: expected parts that were run with --per-cpu');
    expect(await cli(['merge', ...files, '--by', 'core'])).toEqual(await cli(['merge', ...files]));
  });
});

describe('a part', () => {
  test('is a run document that knows its place', async () => {
    const { stdout } = await cli([
      'compare',
      'full',
      'empty',
      '--vary',
      'mapping=4k,2m',
      ...LEAST,
      '--shard',
      '2/3',
      '--json',
    ]);
    const document = JSON.parse(stdout);
    expect(faultsOf(document)).toBe('');
    expect(document.command).not.toContain('--shard');
    expect(document.shard).toMatchObject({ index: 2, count: 3, gridCells: 4, unfinished: 0 });
    expect(document.comparisons.every(({ ratio }: { ratio: number }) => ratio > 0)).toBe(true);
  });

  test.each([
    ['0/4', 'Parts count from 1: the first is 1/4.'],
    ['5/4', 'expected i/n with i from 1 to n, such as 2/8, found "5/4"'],
    ['1', 'found "1"'],
    ['1/0', 'found "1/0"'],
    ['a/b', 'found "a/b"'],
    ['1/4/5', 'found "1/4/5"'],
    ['-1/4', 'found "-1/4"'],
  ])('%s is refused', async (shard, says) => {
    const { exitCode, stdout, stderr } = await cli([
      'compare',
      'full',
      '--vary',
      'mapping=4k,2m',
      '--json',
      '--shard',
      shard,
    ]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(says);
  });

  test('is JSON, since nothing else can be put together', async () => {
    const { exitCode, stderr } = await cli([
      'compare',
      'full',
      '--vary',
      'mapping=4k,2m',
      '--shard',
      '1/2',
      '--csv',
    ]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--shard: expected --json, which merge reads, found --format csv');
  });

  test('of a grid of which nothing can be run is refused like the whole', async () => {
    const args = ['compare', 'guest-exit', '--vary', 'memory=32GiB,64GiB', '--json'];
    expect(await cli([...args, '--shard', '1/2'])).toEqual(await cli(args));
  });
});

describe('merge refuses', () => {
  const GRID = ['compare', 'full', 'empty', '--vary', 'mapping=4k,2m', ...LEAST, '--json'];
  let files: string[] = [];
  beforeAll(async () => {
    files = await parts('good', GRID, 3);
  });

  async function refused(args: readonly string[], exitCode: number, ...says: readonly string[]) {
    const result = await cli(['merge', ...args, '-o', 'refused.json']);
    expect([result.exitCode, result.stdout]).toEqual([exitCode, '']);
    for (const text of says) expect(result.stderr).toContain(text);
  }

  /** A part with something in it changed. */
  function changed(change: (document: ReturnType<typeof JSON.parse>) => void): string {
    const document = JSON.parse(readFileSync(join(SCRATCH, files[0] ?? ''), 'utf8'));
    change(document);
    writeFileSync(join(SCRATCH, 'changed.json'), JSON.stringify(document));
    return 'changed.json';
  }

  test('fewer than all parts', async () => {
    await refused(files.slice(1), 2, 'expected all 3 parts, found none for --shard 1/3');
  });

  test('one part twice', async () => {
    await refused(
      [...files, 'good-2.json'],
      2,
      'good-2.json: expected each part once, found 2/3, as in good-2.json',
    );
  });

  test('a whole run, a file that is none, and one that is not there, all at once', async () => {
    await cli([...GRID, '-o', 'whole.json']);
    scratchFile('none.json', '{"schema": "other"}');
    await refused(
      ['whole.json', 'none.json', 'nowhere.json'],
      2,
      'whole.json: expected a part of a grid, as compare --shard writes it, found a whole run',
      'none.json: expected "schema"',
      'nowhere.json',
    );
  });

  test('parts of different runs', async () => {
    const [, ...rest] = files;
    const other = await parts('other', [...GRID, '--seed', '2'], 3);
    await refused([other[0] ?? '', ...rest], 4, 'other-1.json is a part of a run of the command', '--seed 2');
    await refused(
      [changed(({ tool }) => Object.assign(tool, { version: '0.0.9' })), ...rest],
      4,
      'by version',
    );
    await refused([changed((document) => Object.assign(document, { seed: 5 })), ...rest], 4, 'of seed 5');
    await refused(
      [changed(({ shard }) => Object.assign(shard, { count: 4 })), ...rest],
      4,
      'of so many parts 4',
    );
  });

  test('parts of one command on files that differ', async () => {
    const scenario = (pages: number) =>
      scratchFile(
        'same.yaml',
        `title: t\nprivate:\n  - {each: region, pages: ${pages}, at: last, mapping: 4k}\nsteps:\n  - measure: m\n`,
      );
    const args = ['compare', scenario(1), '--vary', 'mapping=4k,2m', ...LEAST, '--json'];
    await cli([...args, '--shard', '1/2', '-o', 'same-1.json']);
    scenario(2);
    await cli([...args, '--shard', '2/2', '-o', 'same-2.json']);
    await refused(['same-1.json', 'same-2.json'], 4, 'of files with the digest');
  });

  test('a part that was not finished', async () => {
    const [, ...rest] = files;
    const file = changed(({ shard }) => Object.assign(shard, { unfinished: 2 }));
    await refused(
      [file, ...rest],
      2,
      'expected a whole part, found one of which 2 cells were not finished',
      'Run it again with --shard 1/3.',
    );
  });

  test.each([
    [
      'rows are gone',
      (document: ReturnType<typeof JSON.parse>) => document.results.pop(),
      'rows local, remote and total of every sweep, found no total of',
    ],
    [
      'a row is none',
      (document: ReturnType<typeof JSON.parse>) => Object.assign(document.bands, { 0: 'x' }),
      'bands[0]',
    ],
    [
      'the place is none',
      (document: ReturnType<typeof JSON.parse>) => Object.assign(document.shard, { cells: 3 }),
      'shard.cells: expected a list of cells',
    ],
    [
      'a cell is another',
      (document: ReturnType<typeof JSON.parse>) => Object.assign(document.shard.cells[0], { cell: 77 }),
      'of the grid',
    ],
    [
      'a machine is a stranger',
      (document: ReturnType<typeof JSON.parse>) => Object.assign(document.shard.cells[0], { machine: 'x' }),
      'shard.cells[0].machine',
    ],
  ])('a part of which %s', async (_, change, says) => {
    const file = changed(change);
    await refused([file, ...files.slice(1)], 2, says);
  });
});

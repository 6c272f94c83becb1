import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { cli, cliOnce } from '../support/cli.js';

const golden = (name: string) => fileURLToPath(new URL(`../golden/${name}`, import.meta.url));

test.each([
  ['full-empty-again.txt', ['full', 'empty', 'again']],
  ['full-empty-again.csv', ['full', 'empty', 'again', '--csv']],
  ['last-page-hypotheses.txt', ['last-page', '--hypothesis', 'shared,rescan,per-core']],
  [
    'per-cpu-small.txt',
    ['empty', '--topology', '2x1x2x2', '--memory', '64GiB', '--per-cpu', '--hypothesis', 'rescan'],
  ],
  ['small.json', ['first-page', '--topology', '1x1x2x1', '--memory', '16GiB', '--json', '--per-cpu']],
  ['run.lkml', ['full', 'empty', 'again', '--format', 'lkml']],
  ['run.md', ['full', 'empty', 'again', '--by', 'node', '--format', 'markdown']],
  ['compare.lkml', ['compare', 'full', 'empty', 'again', '--vary', 'mapping=4k,2m,1g', '--format', 'lkml']],
  ['compare.md', ['compare', 'full', 'empty', 'again', '--vary', 'mapping=4k,2m,1g', '--format', 'markdown']],
  ['verbose.txt', ['empty', '-v', '--topology', '1x2x2x1', '--memory', '64GiB']],
  ['help.txt', ['--help']],
  ['run-help.txt', ['run', '--help']],
  ['compare-help.txt', ['compare', '--help']],
])('%s is what the program prints', async (name, args) => {
  const { stdout, exitCode } = await cliOnce(args);
  expect(exitCode).toBe(0);
  await expect(stdout).toMatchFileSnapshot(golden(name));
});

test('no line for a person is wider than 100 columns, nor holds anything but ASCII in a locale without more', async () => {
  for (const args of [
    ['full', 'empty', 'last-page', '--hypothesis', 'shared,rescan'],
    ['three-states', '--per-cpu', '--topology', '2x2x8x2'],
  ]) {
    const { stdout } = await cli(args, { LANG: 'C' });
    expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
    expect(stdout).toMatch(/^[\x20-\x7e\n]*$/);
    expect(stdout).toMatch(/^SIMULATED/);
  }
});

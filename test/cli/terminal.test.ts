import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { cli } from '../support/cli.js';
import { FEW_SETS } from '../support/few-sets.js';
import { inSystemTerminal, inTerminal } from '../support/terminal.js';

const golden = (name: string) => fileURLToPath(new URL(`../golden/${name}`, import.meta.url));

const ARGS = ['full', 'empty', 'again', '--memory', '64GiB', ...FEW_SETS, '--by', 'node', '--quiet'];
const UTF8 = { LANG: 'en_US.UTF-8' };
const ASCII = { LANG: 'C' };

const linesOf = (text: string) => text.split('\n');
const widest = (text: string) => Math.max(...linesOf(text).map((line) => [...line].length));

describe.each([80, 100, 200])('on a terminal of %i columns', (columns) => {
  test.each([
    ['utf8', UTF8],
    ['ascii', ASCII],
  ])('%s output is as it was, and fits', async (name, env) => {
    const shown = await inTerminal(ARGS, { columns, env: { ...env, NO_COLOR: '1' } });
    expect(widest(shown)).toBeLessThanOrEqual(columns);
    if (name === 'ascii') expect(shown).toMatch(/^[\x20-\x7e\n]*$/);
    await expect(shown).toMatchFileSnapshot(golden(`terminal-${columns}-${name}.txt`));
  });

  test('colour changes nothing else', async () => {
    const plain = await inTerminal(ARGS, { columns, env: { ...UTF8, NO_COLOR: '1' } });
    const coloured = await inTerminal(ARGS, { columns, env: UTF8 });
    expect(coloured).toContain('\u001b[');
    expect(stripVTControlCharacters(coloured)).toBe(plain);
  });

  test('1024 CPUs fit on a screen of 24 lines', async () => {
    const args = ['empty', '--memory', '64GiB', '--threads', 'all', '--by', 'node', '--quiet', '--no-color'];
    const shown = linesOf(await inTerminal(args, { columns, env: ASCII }));
    const groups = shown.flatMap((line) => /^ +\d+ +(?:local|remote) +(\d+) /.exec(line)?.[1] ?? []);
    expect(groups.reduce((sum, cpus) => sum + Number(cpus), 0)).toBe(1024);
    expect(groups.length + 3).toBeLessThanOrEqual(24);
  });
});

test('a program that is started on a terminal shows what one does that is told of it', async () => {
  const terminal = { columns: 80, env: UTF8 };
  expect(await inSystemTerminal(ARGS, terminal)).toBe(await inTerminal(ARGS, terminal));
});

test('a terminal narrower than 80 columns gets 80, and so does one that does not say', async () => {
  const env = { ...ASCII, NO_COLOR: '1' };
  const shown = await inTerminal(ARGS, { columns: 80, env });
  expect(await inTerminal(ARGS, { columns: 40, env })).toBe(shown);
  expect(await inTerminal(ARGS, { columns: 0, env })).toBe(shown);
});

test('prose keeps to 100 columns on the widest terminal', async () => {
  const shown = await inTerminal(
    ['compare', 'full', 'empty', 'again', '--memory', '64GiB', ...FEW_SETS, '--quiet'],
    {
      columns: 300,
      env: { NO_COLOR: '1' },
    },
  );
  expect(widest(shown)).toBeLessThanOrEqual(100);
});

test('a pipe or a file gets 100 columns whatever the terminal, UTF-8 by the first locale variable that is set', async () => {
  const { stdout } = await cli(ARGS, { COLUMNS: '60' });
  expect(widest(stdout)).toBeLessThanOrEqual(100);
  const isUtf8 = async (env: Readonly<Record<string, string>>) =>
    (await cli(['empty', '-v', '--quiet', '--memory', '4GiB'], { LANG: '', ...env })).stdout.includes('░');
  expect(await isUtf8({ LANG: 'en_US.UTF-8' })).toBe(true);
  expect(await isUtf8({ LC_CTYPE: 'de_DE.utf8', LANG: 'C' })).toBe(true);
  expect(await isUtf8({ LC_ALL: 'C', LC_CTYPE: 'C.UTF-8', LANG: 'C.UTF-8' })).toBe(false);
  expect(await isUtf8({ LC_ALL: '', LANG: 'POSIX' })).toBe(false);
  expect(await isUtf8({})).toBe(false);
});

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { cli, cliProcess, SCRATCH, scratchFile, startCli } from '../support/cli.js';
import { smallFigures, smallHost } from '../support/small-fit.js';
import { beforeEachTask, waitMs } from '../support/threads.js';

const SMALL = smallFigures('small.yaml', { empty: 9_500_000, first: 3_000_000, broadcast: 12_000_000 });
const HOST = smallHost('host.yaml', ['shared', 'rescan']);
const FITTED = [SMALL, '--machine', HOST, '--steps'];

const ANNOUNCED = 'fitting shared\nfitting rescan\n';

describe('any number of jobs gives the same bytes', () => {
  test('of the report and the machine that is written', async () => {
    // Four walks for two threads.
    const fitted = [SMALL, '--machine', smallHost('alone.yaml', ['shared']), '--steps', '800'];
    const written = async (run: typeof cli, args: readonly string[]) => {
      const file = scratchFile('fitted.yaml', '');
      return [await run(['calibrate', ...fitted, '-o', file, ...args]), readFileSync(file, 'utf8')];
    };
    const expected = await written(cli, []);
    // Walks as short as these leave ranges rough, which is told after them.
    expect(expected[0]).toMatchObject({
      exitCode: 0,
      stderr: expect.stringMatching(/^fitting shared\nwarning: /),
    });
    expect(expected[1]).toContain('plausibleSets: |');
    expect(await written(cliProcess, ['--jobs', '2'])).toEqual(expected);
  });

  test('of predictions of what was left out', async () => {
    const asked = ['calibrate', ...FITTED, '1000', '--leave-out', 'broadcast', '--json'];
    const expected = await cli(asked);
    expect(expected.exitCode).toBe(0);
    expect(await cli([...asked, '--jobs', '2'])).toEqual(expected);
  });
});

test.each(['0', '-1', 'two', '1.5', ''])('--jobs %s is refused', async (jobs) => {
  const { exitCode, stdout, stderr } = await cli(['calibrate', SMALL, '--jobs', jobs]);
  expect([exitCode, stdout]).toEqual([2, '']);
  expect(stderr).toContain('--jobs: expected');
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends it with %i and leaves the machine file as it was', async (signal, exitCode) => {
  const name = `${signal}.yaml`;
  const file = scratchFile(name, 'as it was\n');
  const started = join(SCRATCH, `${signal}-started`);
  const tell = `writeFileSync(${JSON.stringify(started)}, ''); ${waitMs(30_000)}`;
  const running = startCli(
    ['calibrate', SMALL, '--machine', HOST, '--jobs', '2', '-o', name],
    beforeEachTask(`${signal}.mjs`, tell),
  );
  while (!existsSync(started)) await sleep(20);
  running.kill(signal);
  const ended = await running;
  expect(ended).toMatchObject({ exitCode, stdout: '' });
  expect(ended.stderr).toBe(`${ANNOUNCED}interrupted: nothing was written\n`);
  expect(readFileSync(file, 'utf8')).toBe('as it was\n');
});

describe('a thread that ends', () => {
  const ASKED = ['calibrate', ...FITTED, '100', '--json', '-q'];

  test('over one fit again and again is told, and nothing is written', async () => {
    const die = "if (task.hypothesis === 'rescan') process.exit(9)";
    const result = await cliProcess(
      [...ASKED, '--jobs', '2', '-o', 'lost.yaml'],
      beforeEachTask('always.mjs', die),
    );
    expect(result).toEqual({
      exitCode: 1,
      stdout: '',
      stderr:
        'error: a fit of rescan was lost: its thread ended, and so did a second one: exit code 9; nothing was written\n',
    });
    expect(existsSync(join(SCRATCH, 'lost.yaml'))).toBe(false);
  });
});

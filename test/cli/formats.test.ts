import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { cli, SCRATCH, scratchFile, shell } from '../support/cli.js';
import { FEW_SETS } from '../support/few-sets.js';

const SMALL = ['--topology', '1x2x2x2', '--memory', '16GiB', ...FEW_SETS, '--quiet'];

describe('--by', () => {
  test('implies --per-cpu in formats for people', async () => {
    for (const format of ['table', 'markdown', 'lkml']) {
      const { stdout } = await cli(['empty', '--by', 'l3', '--format', format, ...SMALL]);
      expect(stdout).toContain('SIMULATED, CPUs in state empty');
    }
  });

  test('neither adds nor folds rows in formats for programs', async () => {
    for (const format of ['csv', 'ndjson']) {
      const output = async (...args: string[]) =>
        (await cli(['empty', '--format', format, ...args, ...SMALL])).stdout;
      expect(await output('--by', 'node')).toBe(await output());
      expect(await output('--per-cpu', '--by', 'node')).toBe(await output('--per-cpu'));
    }
    const { cpus } = JSON.parse((await cli(['empty', '--json', '--by', 'node', ...SMALL])).stdout);
    expect(cpus).toEqual([]);
  });

  test('folds each CPU into the line of its group, the local one apart', async () => {
    const groups = async (by: string) => {
      const { stdout } = await cli(['empty', '--by', by, '--threads', 'all', ...SMALL]);
      const lines = stdout.split('\n').filter((line) => /^ *\d+ +(\d+ +)?(local|remote) /.test(line));
      return lines.map((line) => /(\d+) .*(local|remote) +(\d+)/.exec(line)?.slice(1).join(' '));
    };
    expect(await groups('node')).toEqual(['0 local 1', '0 remote 7']);
    expect(await groups('l3')).toEqual(['0 local 1', '0 remote 3', '1 remote 4']);
    expect(await groups('core')).toEqual([
      ...['0 local 1', '0 remote 1', '1 remote 2'],
      ...['2 remote 2', '3 remote 2'],
    ]);
  });

  test('of something else is refused with what there is', async () => {
    const { exitCode, stderr } = await cli(['empty', '--by', 'nodes']);
    expect(exitCode).toBe(2);
    expect(stderr).toBe('error: --by: expected cpu, core, l3 or node, found "nodes"\n  Did you mean node?\n');
  });
});

/** The words a shell makes of a shown command, without the program. */
async function wordsOf(command: string): Promise<string[]> {
  const { stdout } = await shell(command.replace('rmpopt-bench', `printf '%s\\0'`));
  return stdout.split('\0').slice(0, -1);
}

describe('a report for a mail', () => {
  const HOST = ['--topology', '1x2x2x2'];
  const COMMANDS = [
    ['full', 'empty', '--per-cpu', '--memory', '16GiB'],
    ['guest-exit', '--hypothesis', 'shared,rescan', '--by', 'core'],
    ['compare', 'full', 'empty', '--ablation'],
    [
      'compare',
      'empty',
      '--vary',
      'memory=16GiB,32GiB',
      '--vary',
      'ipiPerTargetNs=60..120+20',
      '--by',
      'node',
    ],
    ['empty', '--strategy', 'serial', '--set', 'ipiPerTargetNs=90'],
  ];

  test.each(COMMANDS.map((args) => [args.join(' '), args] as const))(
    'of %s is ASCII of at most 72 columns and says how to make it again',
    async (_, args) => {
      const { stdout, exitCode } = await cli([...args, ...HOST, '--quiet', '--format', 'lkml']);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^[\x20-\x7e\n]*$/);
      expect(stdout.split('\n').filter((line) => line.length > 72 || line.endsWith(' '))).toEqual([]);
      const [title, command = ''] = stdout.split('\n\n');
      expect(title).toMatch(/^SIMULATED RMPOPT sweep/);
      expect((await cli(await wordsOf(command))).stdout).toBe(stdout);
    },
  );

  test('is the same whatever terminal and locale', async () => {
    const args = ['empty', ...SMALL, '--format', 'lkml', '--per-cpu'];
    const { stdout } = await cli(args, { LANG: 'C' });
    expect((await cli(args, { LANG: 'C.UTF-8', FORCE_COLOR: '3' })).stdout).toBe(stdout);
  });

  test('has the warnings that are on stderr otherwise', async () => {
    const { stdout, stderr } = await cli(['full', '--format', 'lkml', '--set', 'ipiPerTargetNs=300']);
    const words = (text: string) => text.replace(/\s+/g, ' ');
    expect(words(stdout)).toContain(`Warnings: ${words(stderr).replace('warning: ', '').trim()}.`);
  });

  test('quotes a command that needs it', async () => {
    const file = scratchFile("it's (mine) é.yaml", 'steps: [measure]\n');
    const { stdout } = await cli([file, '--format', 'lkml', ...SMALL]);
    const [, command = ''] = stdout.split('\n\n');
    expect(stdout).toMatch(/^[\x20-\x7e\n]*$/);
    expect((await shell(command.replace('rmpopt-bench', '$BIN'))).stdout).toBe(stdout);
  });
});

test('markdown holds the command in full, and -o takes it as stdout would', async () => {
  const args = ['empty', ...SMALL, '--format', 'markdown', '-o', 'report.md'];
  expect((await cli(args)).stdout).toBe('');
  const written = readFileSync(join(SCRATCH, 'report.md'), 'utf8');
  expect(written).toMatch(
    /^### SIMULATED RMPOPT sweep: 16 regions of 1 GiB, 4 cores; times in ms\n\n```sh\n/,
  );
  expect(written).toContain(`\nrmpopt-bench ${args.join(' ')}\n`);
});

test('logs and differences make mails, too', async () => {
  const run = scratchFile('run.json', (await cli(['empty', ...SMALL, '--json'])).stdout);
  const log = fileURLToPath(new URL('../../docs/logs/stand-in-capture.log', import.meta.url));
  for (const args of [
    ['import', log],
    ['diff', run, run],
  ]) {
    const { stdout, exitCode } = await cli([...args, '--format', 'lkml']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^[\x20-\x7e\n]*$/);
    expect(stdout).toContain(`\n\n  rmpopt-bench ${args[0]} `);
    const words = stdout.split('\n').filter((line) => !line.includes('/'));
    for (const line of words) expect(line.length).toBeLessThanOrEqual(72);
  }
});

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa, execaSync } from 'execa';
import { afterAll, describe, expect, test } from 'vitest';
import type { ImportedDocument } from '../../src/run-document/run-document.js';
import { cli } from '../support/cli.js';
import { isInstalled } from '../support/programs.js';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const SCRIPT = path('../../capture/rmpopt-capture.sh');

test('the capture script is a script of the plain POSIX shell', () => {
  for (const shell of ['dash', 'bash', 'busybox'].filter(isInstalled)) {
    const args = shell === 'busybox' ? ['sh', '-n', SCRIPT] : ['-n', SCRIPT];
    expect(execaSync(shell, args).exitCode, shell).toBe(0);
  }
});

test.skipIf(!isInstalled('shellcheck'))('shellcheck has nothing to say against the scripts', () => {
  const scripts = [SCRIPT, path('guest/init.sh'), path('guest/run.sh')];
  expect(execaSync('shellcheck', ['--shell=sh', ...scripts], { reject: false }).stdout).toBe('');
});

test.each([
  [['--sweeps', '0'], "--sweeps takes a whole number from 1 to 9999999, not '0'"],
  [['--timeout', '1s', '-o', 'x'], "--timeout takes a whole number from 1 to 9999999, not '1s'"],
  [['--match', 'a b', '-o', 'x'], "--match takes parts of functions' names with commas between, not 'a b'"],
  [['--output'], '--output needs a value'],
  [['--sweep', '1'], "unknown option '--sweep'; --help lists them"],
  [[], 'no output: name a new file with -o'],
])('the capture script refuses %j', (args, message) => {
  const { exitCode, stderr } = execaSync('sh', [SCRIPT, ...args], { reject: false });
  expect([exitCode, stderr]).toEqual([2, `rmpopt-capture: ${message}`]);
});

const out = mkdtempSync(join(tmpdir(), 'rmpopt-bench-guest-'));
afterAll(() => rmSync(out, { recursive: true }));

/** Boots a kernel with a stand-in for the sweep and runs the script in it; false, with a notice, where something is missing. */
async function bootGuest(): Promise<boolean> {
  const cache = path('../../node_modules/.cache/kernel-guest');
  const { exitCode, all } = await execa('sh', [path('guest/run.sh'), cache, out], {
    all: true,
    reject: false,
  });
  if (exitCode === 77) process.stderr.write(`${all}: the capture is not tried on a kernel\n`);
  else if (exitCode !== 0) throw new Error(`${all}\n${fileOf('console')}`);
  return exitCode === 0;
}

const fileOf = (name: string) => (existsSync(join(out, name)) ? readFileSync(join(out, name), 'utf8') : '');

/** How a run of the script ended, and what it said after it had begun to wait. */
function ended(name: string) {
  const lines = fileOf(`${name}.stderr`).split('\n').slice(0, -1);
  return {
    status: Number(fileOf(`${name}.status`)),
    says: lines
      .map((line) => line.replace('rmpopt-capture: ', ''))
      .filter((line) => !line.startsWith('waiting for')),
  };
}

/** What the stand-in says of its sweeps: what it made, and when, by its own clock. */
function accountsOf(name: string) {
  const text = fileOf(`${name}.accounts`);
  const nsPerCycle = 1e6 / Number(/^tsc (\d+) kHz/.exec(text)?.[1]);
  return text
    .split(/^(?=sweep )/m)
    .slice(1)
    .map((sweep) => {
      const [regions = 0, targets = 0, sender = 0, local = 0, remote = 0] = [
        ...(sweep.split('\n')[0] ?? '').matchAll(/(?<=: |, |sender |local |remote )\d+/g),
      ].map(Number);
      const cpus = [...sweep.matchAll(/^cpu (\d+): (\d+) calls, (\d+) cycles/gm)].map(
        ([, cpu, calls, cycles]) => ({
          ...{ cpu: Number(cpu), calls: Number(calls), ns: Number(cycles) * nsPerCycle },
        }),
      );
      return { regions, targets, sender, localNs: local * nsPerCycle, remoteNs: remote * nsPerCycle, cpus };
    });
}

async function imported(name: string, ...args: string[]): Promise<ImportedDocument> {
  const { exitCode, stdout, stderr } = await cli(['import', join(out, `${name}.trace`), ...args, '--json']);
  expect([name, exitCode, exitCode === 0 ? '' : stderr]).toEqual([name, 0, '']);
  return JSON.parse(stdout);
}

describe.skipIf(!(await bootGuest()))(
  'on a kernel under QEMU, with 8 CPUs and a stand-in for the sweep',
  () => {
    test('every sweep is captured with the rounds and calls that were made', async () => {
      expect(ended('full')).toEqual({ status: 0, says: [`saved 4 sweeps to ${'/out/full.trace'}`] });
      const accounts = [...accountsOf('first'), ...accountsOf('broadcast')];
      const { results, cpus, rounds, arrivals, warnings, notes } = await imported('full');
      expect(accounts.map(({ regions, targets }) => [regions, targets])).toEqual([
        ...[6, 6, 6].map((regions) => [regions, 3]),
        [4, 8],
      ]);
      expect(notes).toEqual([]);
      expect(warnings.map(({ kind }) => kind)).toEqual(['clock-rate', 'calls-outside']);
      for (const [i, { regions, sender, cpus: called }] of accounts.entries()) {
        const run = i + 1;
        expect(rounds[i]).toMatchObject({
          ...{ run, isComplete: 'yes', senderCpu: sender, rounds: regions, startedRounds: regions },
          ...{ worker: 'stand_in_rmpopt_work', callback: 'stand_in_rmpopt_call' },
          calls: called.length * regions,
        });
        const calls = arrivals.filter((row) => row.run === run);
        expect(calls.map(({ cpu, calls, timedCalls }) => [cpu, calls, timedCalls])).toEqual(
          called.map(({ cpu, calls }) => [cpu, calls, calls]),
        );
        const remote = called.filter(({ cpu }) => cpu !== sender);
        expect(results.find((row) => row.run === run && row.phase === 'remote')).toMatchObject({
          ...{ regions, cpus: 8, ipis: remote.length * regions },
        });
        expect(cpus.filter((row) => row.run === run && row.role === 'remote').map(({ cpu }) => cpu)).toEqual(
          remote.map(({ cpu }) => cpu),
        );
      }
    });

    test('in every round each CPU has one place in the order of arrival', async () => {
      const { rounds, arrivals } = await imported('full');
      for (const { run, rounds: count } of rounds) {
        const cpus = arrivals.filter((row) => row.run === run);
        const sum = (values: readonly (number | null)[]) =>
          values.reduce((total: number, one) => total + (one ?? 0), 0);
        expect(sum(cpus.map(({ firstRounds }) => firstRounds))).toBe(count);
        expect(sum(cpus.map(({ lastRounds }) => lastRounds))).toBe(count);
        // 1 + 2 + ... + n, which rounding to 6 decimals may miss by a little.
        const places = sum(cpus.map(({ positionMean }) => positionMean));
        expect(places).toBeCloseTo((cpus.length * (cpus.length + 1)) / 2, 4);
      }
    });

    test('times enclose those the sweep took itself, which are read inside of the events', async () => {
      const accounts = [...accountsOf('first'), ...accountsOf('broadcast')];
      // With its own rate of the TSC: that of the capture is no better known than the emulation is even.
      const ghz = (Number(/^tsc (\d+) kHz/.exec(fileOf('first.accounts'))?.[1]) / 1e6).toString();
      const { results, cpus } = await imported('full', '--tsc-ghz', ghz);
      for (const [i, account] of accounts.entries()) {
        const elapsed = (phase: string) =>
          results.find((row) => row.run === i + 1 && row.phase === phase)?.elapsedNs ?? 0;
        expect(elapsed('total')).toBeGreaterThanOrEqual(Math.floor(account.localNs + account.remoteNs));
        expect(elapsed('local')).toBeGreaterThanOrEqual(Math.floor(account.localNs));
        for (const { cpu, ns } of account.cpus) {
          const row = cpus.find((row) => row.run === i + 1 && row.cpu === cpu);
          expect(row?.inRmpoptNs).toBeGreaterThanOrEqual(Math.floor(ns));
        }
      }
    });

    test('a capture of totals has rounds and phases, and no calls', async () => {
      expect(ended('totals')).toEqual({ status: 0, says: ['saved 1 sweep to /out/totals.trace'] });
      const { results, cpus, rounds, warnings } = await imported('totals');
      expect(rounds).toMatchObject([{ isComplete: 'yes', rounds: 12, startedRounds: 12, calls: 0 }]);
      expect(results.map(({ phase, elapsedNs }) => [phase, (elapsedNs ?? 0) > 0])).toEqual([
        ...['local', 'remote', 'total'].map((phase) => [phase, true]),
      ]);
      expect(cpus).toEqual([]);
      expect(warnings.map(({ kind }) => kind)).toEqual(['clock-rate', 'calls-outside']);
    });

    test('a buffer that is too small is said by the script and in the file, and no figure is made of the rest', async () => {
      const { status, says } = ended('lost');
      expect([status, says]).toEqual([
        1,
        [
          expect.stringMatching(
            /^\d+ events did not fit: \/out\/lost.trace is incomplete, and says so. Capture again with --buffer-kb 16, or --regions /,
          ),
        ],
      ]);
      const { results, cpus, rounds, warnings } = await imported('lost');
      expect(warnings.map(({ kind }) => kind)).toEqual(
        expect.arrayContaining(['events-lost', 'sweeps-incomplete']),
      );
      expect(rounds).toMatchObject([{ isComplete: 'no' }]);
      expect(results.map(({ elapsedNs, regions, slowestNs }) => [elapsedNs, regions, slowestNs])).toEqual(
        Array(3).fill([null, null, null]),
      );
      expect(cpus).toEqual([]);
    });

    test.each([
      ['no-functions', 1, /^no function of this kernel has rmpopt in its name/],
      ['second', 1, /^another capture runs: wait for it, or stop it$/],
      ['full-disk', 1, /^cannot write \/small\/disk.trace: 0 KiB are free there; the trace is lost$/],
      ['no-sweep', 3, /^no sweep in 1 second, nothing saved. A sweep comes after/],
      ['interrupted', 130, /^no sweep in \d+ seconds?, nothing saved. A sweep comes after/],
      ['no-memory', 1, /^the kernel refused so many KiB of trace buffer for each of the CPUs 0-7: 9999999$/],
      ['existing', 1, /^\/out\/full.trace exists: name a new file$/],
      [
        'no-worker',
        3,
        /^no sweep in 1 second, nothing saved. \d+ events, but no worker among stand_in_rmpopt_call/,
      ],
      ['no-folder', 1, /^cannot write \/nowhere\/trace: its folder is missing, full or read-only$/],
      ['hidden', 1, /^the kernel hides the addresses of its functions: sysctl kernel.kptr_restrict=1$/],
      ['no-events', 1, /^kernel 6\.12\..* has no csd events, which came with 6.5/],
      ['locked-down', 1, /^the kernel is locked down \(confidentiality\), which forbids tracing/],
    ])('%s: a message, and no file', (name, status, message) => {
      expect(ended(name)).toEqual({ status, says: [expect.stringMatching(message)] });
      expect(existsSync(join(out, `${name}.trace`))).toBe(false);
    });

    test('what SIGKILL leaves, the next capture removes', () => {
      expect([ended('killed').status, fileOf('killed.left')]).toEqual([
        137,
        'rmpopt-capture\nrmpopt-capture.clock\n',
      ]);
      expect(ended('stopped').says[0]).toMatch(
        /^removed .*rmpopt-capture, left by a capture that was killed$/,
      );
    });

    test('a capture that is stopped keeps the sweeps that are complete', async () => {
      const { status, says } = ended('stopped');
      const said = /^1 of 9 sweeps came in \d+ seconds?: saved to \/out\/stopped.trace$/;
      expect([status, says[1]]).toEqual([130, expect.stringMatching(said)]);
      expect((await imported('stopped')).rounds).toMatchObject([{ isComplete: 'yes', rounds: 6 }]);
    });

    test('the host is as before', () => {
      expect(fileOf('before.host')).toContain('[local]');
      // SIGKILL leaves the empty file it was about to fill.
      expect(fileOf('after.host').replace(/^.*\/killed\.trace\.partial\.\d+\n/m, '')).toBe(
        fileOf('before.host'),
      );
      expect(fileOf('full-disk.left')).toBe('');
    });
  },
);

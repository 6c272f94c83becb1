import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa, execaSync } from 'execa';
import { afterAll, describe, expect, test } from 'vitest';
import type { ProbeDocument } from '../../src/run-document/probe-document.js';
import type { ImportedDocument } from '../../src/run-document/run-document.js';
import { cli } from '../support/cli.js';
import { isInstalled } from '../support/programs.js';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const SCRIPT = path('../../capture/rmpopt-capture.sh');
const CAMPAIGN = path('../../kernel/rmpopt-campaign.sh');

test.each([SCRIPT, CAMPAIGN])('%s is a script of the plain POSIX shell', (script) => {
  for (const shell of ['dash', 'bash', 'busybox'].filter(isInstalled)) {
    const args = shell === 'busybox' ? ['sh', '-n', script] : ['-n', script];
    expect(execaSync(shell, args).exitCode, shell).toBe(0);
  }
});

test.skipIf(!isInstalled('shellcheck'))('shellcheck has nothing to say against the scripts', () => {
  const scripts = [SCRIPT, CAMPAIGN, path('guest/init.sh'), path('guest/run.sh')];
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

test.each([
  [['--reps', '0', '-o', 'x'], "--reps takes a whole number from 1 to 100, not '0'"],
  [['--sender', '01', '-o', 'x'], "--sender takes a whole number from 0 to 9999, not '01'"],
  [['--native', '-o', 'x'], '--native needs --regions: the GiB of memory to sweep'],
  [['--output'], '--output needs a value'],
  [['--op', 'rmpopt'], "unknown option '--op'; --help lists them"],
  [[], 'no output: name a new file with -o'],
])('the campaign script refuses %j', (args, message) => {
  const { exitCode, stderr } = execaSync('sh', [CAMPAIGN, ...args], { reject: false });
  expect([exitCode, stderr]).toEqual([2, `rmpopt-campaign: ${message}`]);
});

const out = mkdtempSync(join(tmpdir(), 'rmpopt-bench-guest-'));
afterAll(() => rmSync(out, { recursive: true }));

/** Boots a kernel and runs the scripts and the probe in it; false, with a notice, where something is missing. */
async function bootGuest(): Promise<boolean> {
  const cache = path('../../node_modules/.cache/kernels');
  const { exitCode, all } = await execa('sh', [path('guest/run.sh'), cache, out], {
    all: true,
    reject: false,
  });
  if (exitCode === 77) process.stderr.write(`${all}: nothing is tried on a kernel\n`);
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

/** What the probe has printed into a file, as import reads it. */
async function probed(file: string): Promise<ProbeDocument> {
  const { exitCode, stdout, stderr } = await cli(['import', join(out, file), '--json']);
  expect([file, exitCode, exitCode === 0 ? '' : stderr]).toEqual([file, 0, '']);
  const document: ProbeDocument = JSON.parse(stdout);
  expect(document.warnings.map(({ kind }) => kind)).toEqual(['virtual-host']);
  return document;
}

/** What the probe says of the sweeps that a trace is of, one after another. */
async function accountsOf(...names: readonly string[]) {
  const documents = await Promise.all(names.map((name) => probed(`${name}.probe`)));
  return documents.flatMap(({ results, cpus, calls }) =>
    results.map((row) => {
      const isOfSweep = ({ run, sweep }: { run: number; sweep: number }) =>
        run === row.run && sweep === row.sweep;
      return { ...row, cpus: cpus.filter(isOfSweep), calls: calls.filter(isOfSweep) };
    }),
  );
}

/** The rate of the TSC as the probe's kernel has it. */
async function ghzOf(name: string): Promise<string> {
  const { hosts } = await probed(`${name}.probe`);
  return (Number(hosts[0]?.tscKhz) / 1e6).toString();
}

/** The calls that a trace has of each CPU, in their order, by the TSC. */
function tracedCalls(name: string): Map<number, { entry: number; exit: number }[]> {
  const events = [
    ...fileOf(`${name}.trace`).matchAll(
      /\[(\d+)\].* (\d+): csd_function_(entry|exit): func=rmpopt_probe_call /g,
    ),
  ];
  const calls = new Map<number, { entry: number; exit: number }[]>();
  for (const [, cpu, stamp, kind] of events) {
    const own = calls.get(Number(cpu)) ?? [];
    calls.set(Number(cpu), own);
    const last = own.at(-1);
    if (kind === 'entry') own.push({ entry: Number(stamp), exit: Number.NaN });
    else if (last !== undefined) last.exit = Number(stamp);
  }
  return calls;
}

/** Each call of the probe with what the trace has of it, sweep by sweep and round by round. */
async function bothAccounts(trace: string, names: readonly string[]) {
  const traced = tracedCalls(trace);
  const rounds = (await accountsOf(...names)).flatMap(({ calls, regions }) =>
    Array.from({ length: regions }, (_, region) => calls.filter((call) => call.region === region)),
  );
  const paired = rounds.map((calls) =>
    calls.map((call) => {
      const own = traced.get(call.cpu)?.shift();
      return { ...call, traceEntry: own?.entry ?? Number.NaN, traceExit: own?.exit ?? Number.NaN };
    }),
  );
  return { rounds: paired, left: [...traced.values()].flat().length };
}

async function imported(name: string, ...args: string[]): Promise<ImportedDocument> {
  const { exitCode, stdout, stderr } = await cli(['import', join(out, `${name}.trace`), ...args, '--json']);
  expect([name, exitCode, exitCode === 0 ? '' : stderr]).toEqual([name, 0, '']);
  return JSON.parse(stdout);
}

describe.skipIf(!(await bootGuest()))('on a kernel under QEMU, with 8 CPUs', () => {
  test('every sweep is captured with the rounds and calls that were made', async () => {
    expect(ended('full')).toEqual({ status: 0, says: [`saved 4 sweeps to ${'/out/full.trace'}`] });
    const accounts = await accountsOf('first', 'broadcast');
    const { results, cpus, rounds, arrivals, warnings, notes } = await imported('full');
    expect(accounts.map(({ regions, targets }) => [regions, targets])).toEqual([
      ...[6, 6, 6].map((regions) => [regions, 3]),
      [4, 7],
    ]);
    expect(notes).toEqual([]);
    expect(warnings.map(({ kind }) => kind)).toEqual(['clock-rate']);
    for (const [i, { regions, senderCpu, cpus: called }] of accounts.entries()) {
      const run = i + 1;
      expect(rounds[i]).toMatchObject({
        ...{ run, isComplete: 'yes', senderCpu, rounds: regions, startedRounds: regions },
        ...{ worker: 'rmpopt_probe_sweep', callback: 'rmpopt_probe_call' },
        calls: called.length * regions,
      });
      const calls = arrivals.filter((row) => row.run === run);
      expect(calls.map(({ cpu, calls, timedCalls }) => [cpu, calls, timedCalls])).toEqual(
        called.map(({ cpu, calls }) => [cpu, calls, calls]),
      );
      const remote = called.filter(({ cpu }) => cpu !== senderCpu);
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

  test('times enclose those the probe took itself, which are read inside of the events', async () => {
    const accounts = await accountsOf('first', 'broadcast');
    // With its own rate of the TSC: that of the capture is no better known than the emulation is even.
    const { results, cpus } = await imported('full', '--tsc-ghz', await ghzOf('first'));
    for (const [i, account] of accounts.entries()) {
      const elapsed = (phase: string) =>
        results.find((row) => row.run === i + 1 && row.phase === phase)?.elapsedNs ?? 0;
      // The clock of the kernel, by which the phases are, may run as much faster than its TSC.
      const atLeast = (ns: number) => Math.floor(ns * (1 - 1e-4));
      expect(elapsed('total')).toBeGreaterThanOrEqual(atLeast(account.localNs + account.remoteNs));
      expect(elapsed('local')).toBeGreaterThanOrEqual(atLeast(account.localNs));
      for (const { cpu, inCallsNs } of account.cpus) {
        const row = cpus.find((row) => row.run === i + 1 && row.cpu === cpu);
        expect(row?.inRmpoptNs).toBeGreaterThanOrEqual(inCallsNs - 1);
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
    expect(warnings.map(({ kind }) => kind)).toEqual(['clock-rate']);
  });

  test.each([
    ['full', ['first', 'broadcast']],
    ['emulated', ['emulated']],
  ])('probe and trace of the same sweeps agree on every call and its order: %s', async (trace, names) => {
    const { rounds, left } = await bothAccounts(trace, names);
    expect(left).toBe(0);
    const calls = rounds.flat();
    for (const { traceEntry, entryCycles, exitCycles, traceExit } of calls) {
      const stamps = [traceEntry, entryCycles, exitCycles, traceExit];
      expect(stamps).toEqual([...stamps].sort((a, b) => a - b));
    }
    for (const round of rounds) {
      // Where one CPU's stamp by the trace and by the probe lie around those of another, either order is right.
      const isBefore = (a: (typeof round)[number], b: (typeof round)[number]) => a.entryCycles < b.traceEntry;
      const byTrace = [...round].sort((a, b) => a.traceEntry - b.traceEntry);
      for (const [i, later] of byTrace.entries()) {
        for (const earlier of byTrace.slice(0, i)) expect(isBefore(later, earlier)).toBe(false);
      }
    }
  });

  test('probe and trace differ by the cost of tracing that the docs state', async () => {
    const { rounds } = await bothAccounts('full', ['first', 'broadcast']);
    const us = rounds
      .flat()
      .map((call) => call.entryCycles - call.traceEntry + call.traceExit - call.exitCycles)
      .map((cycles) => cycles / 2 / 2500)
      .sort((a, b) => a - b);
    const [, stated] =
      /under QEMU, at most (\d+) us/.exec(readFileSync(path('../../docs/hardware.md'), 'utf8')) ?? [];
    expect(us[Math.floor(us.length / 2)]).toBeLessThan(Number(stated));
  });

  test('optimized counts are those of the planted regions, on every CPU', async () => {
    const counts = async (file: string) => {
      const { results, cpus } = await probed(file);
      return {
        local: results.map(({ optimized }) => optimized),
        remote: [...new Set(cpus.map(({ optimized }) => optimized))],
      };
    };
    expect(await counts('emulated.probe')).toEqual({ local: [12], remote: [12] });
    expect(await counts('again.probe')).toEqual({ local: [48, 48], remote: [48] });
    expect(await counts('full.probe')).toEqual({ local: [0], remote: [0] });
    expect(fileOf('full.probe')).not.toContain('RMPOPT');
  });

  test('every op and strategy of the probe is measured', async () => {
    const { hosts, results, notes } = await probed('ops.log');
    expect(hosts).toMatchObject([{ sockets: 2, l3Groups: 2, cores: 4, cpus: 8, virtual: 'yes' }]);
    expect(notes).toEqual([]);
    expect(
      results.map((row) => [row.op, row.strategy, row.threads, row.targets, row.nearTargets, row.isComplete]),
    ).toEqual([
      ['none', 'local-first', 'primary', 3, 1, 'yes'],
      ['none', 'local-first', 'primary', 3, 1, 'yes'],
      ['none', 'local-first', 'all', 2, 2, 'yes'],
      ['none', 'local-first', 'all', 2, 0, 'yes'],
      ['atomic', 'broadcast', 'all', 7, 3, 'yes'],
      ['clock', 'local-first', 'primary', 1, 1, 'yes'],
      ['none', 'serial', 'primary', 3, 1, 'yes'],
    ]);
    expect(results[5]).toMatchObject({ guests: 'yes', noidle: 'yes', emulated: 'no' });
  });

  test.each([
    ['native', /^CPU 0 lacks RMPOPT \(CPUID Fn8000_0025 EDX bit 0\)$/],
    ['bad-op', /^op: unknown value scan$/],
    ['bad-number', /^regions: expected a number from 1 to 2048, found 2049$/],
    ['bad-text', /^reps: expected a number from 1 to 100, found x$/],
    ['bad-key', /^unknown key colour$/],
    ['bad-word', /^expected key=value, found verbose$/],
    ['no-cpu', /^sender: there is no CPU 99$/],
    ['too-long', /^the result is longer than 4194304 bytes: fewer reps, list=no or calls=no$/],
    ['offline', /^CPU 7, the sender, is offline$/],
    ['too-slow', /^a callback on CPU \d took over 1 us$/],
    ['lacking', /^CPU 3 lacks RMPOPT$/],
    ['shut-down', /^CPU \d has RMPOPT disabled$/],
    ['moved', /^RMPOPT_BASE is 0x1 on CPU 0 and 0x10000000001 on CPU 2$/],
  ])('the probe refuses %s with the reason, and says nothing of a sweep', (name, reason) => {
    const [, said = ''] = /^probe error: (.*)\n$/m.exec(fileOf(`${name}.probe`)) ?? [];
    expect([fileOf(`${name}.status`), said]).toEqual(['1\n', expect.stringMatching(reason)]);
    expect(fileOf(`${name}.probe`)).not.toMatch(/phases|cpu \d+:/);
  });

  test('a CPU that is offline is not called', async () => {
    expect((await probed('fewer.probe')).results).toMatchObject([{ targets: 6, isComplete: 'yes' }]);
  });

  test('a run that is interrupted ends between two regions', () => {
    expect(fileOf('interrupted.probe')).toMatch(/^probe error: interrupted\n$/m);
    expect(fileOf('interrupted.probe')).not.toContain('probe end');
  });

  test('the build with emulation does not load without it', () => {
    expect(fileOf('alone.stderr')).toContain('unknown symbol in module');
  });

  test('the campaign leaves a file that import reads', async () => {
    expect(fileOf('campaign.status')).toBe('0\n');
    const { results, notes } = await probed('campaign.log');
    expect(notes).toEqual([]);
    const kinds = new Set(results.map((row) => `${row.op} ${row.strategy} ${row.targets} ${row.order}`));
    expect([...kinds]).toEqual([
      ...['none local-first 3 compact', 'none local-first 1 compact', 'none local-first 1 spread'],
      ...['none local-first 2 compact', 'none local-first 2 spread', 'none local-first 3 spread'],
      ...['atomic local-first 3 compact', 'clock local-first 1 compact', 'none serial 3 compact'],
    ]);
    expect(results).toHaveLength(kinds.size * 2 * 2);
  });

  test.each([
    ['campaign-existing', 1, /^rmpopt-campaign: campaign-existing.log exists: name a new file$/],
    ['campaign-native', 1, /^rmpopt-campaign: refused: CPU 0 lacks RMPOPT \(CPUID Fn8000_0025 EDX bit 0\)$/],
    ['campaign-locked', 1, /^rmpopt-campaign: the kernel refused the module, dmesg says why: /],
    ['campaign-stopped', 130, /^rmpopt-campaign: interrupted: nothing saved$/],
  ])('a campaign that fails says why, and saves nothing: %s', (name, status, message) => {
    const says = fileOf(`${name}.stderr`)
      .split('\n')
      .filter((line) => line !== '' && !line.includes(': pass '));
    expect([fileOf(`${name}.status`), says]).toEqual([`${status}\n`, [expect.stringMatching(message)]]);
    expect(fileOf(`${name}.log`)).toBe(name === 'campaign-existing' ? fileOf('campaign.log') : '');
  });

  test('uninstall leaves the sources, and nothing else', () => {
    expect(fileOf('uninstalled')).toBe(fileOf('sources'));
  });

  test('nothing of the modules is left, and the kernel has nothing to complain of', () => {
    expect([fileOf('modules.left'), fileOf('unloaded.left')]).toEqual([
      '',
      expect.stringContaining('No such file'),
    ]);
    expect(fileOf('dmesg.txt')).not.toMatch(/BUG|WARNING|Call Trace|Oops|lockup|stall/);
  });

  test('the probe compiles on old and new kernels, warnings as errors', () => {
    const series = fileOf('builds')
      .trim()
      .split('\n')
      .map((version) => Number.parseFloat(version));
    expect(series).toEqual([6.1, 6.12, expect.any(Number)]);
    expect(Math.max(...series.map((one) => (one >= 7 ? one : 0)))).toBeGreaterThanOrEqual(7);
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
      /^no sweep in 1 second, nothing saved. \d+ events, but no worker among rmpopt_probe_call/,
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
    expect(ended('stopped').says[0]).toMatch(/^removed .*rmpopt-capture, left by a capture that was killed$/);
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
});

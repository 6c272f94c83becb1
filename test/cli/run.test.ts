import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CPU_COLUMNS, RESULT_COLUMNS } from '../../src/run-document/columns.js';
import type { RunDocument } from '../../src/run-document/run-document.js';
import { cli, runDocument, SCRATCH, scratchFile, shell } from '../support/cli.js';
import { FEW_SETS } from '../support/few-sets.js';
import { faultsOf } from '../support/schemas.js';

const MIXTURE = scratchFile(
  'mixture.yaml',
  `private:
  - {each: region, pages: 3, at: random, mapping: 2m}
  - {each: region, pages: 5, at: last}
steps: [sweep, measure, {free: all}, {measure: freed}]
`,
);

const COMMANDS: string[][] = [
  [
    'full',
    'empty',
    'again',
    'first-page',
    'last-page',
    'three-states',
    '--hypothesis',
    'shared,rescan,per-core',
    '--topology',
    '2x2x4x2',
    '--memory',
    '256GiB',
    ...FEW_SETS,
  ],
  ['empty'],
  ['full', 'empty', '--mapping', '4k,2m,1g', '--topology', '2x2x3x2', ...FEW_SETS],
  ['three-states', '--strategy', 'broadcast', '--topology', '2x2x3x2'],
  ['three-states', '--strategy', 'serial', '--topology', '1x2x3x2', '--memory', '40GiB'],
  ['empty', 'full', '--topology', '1x1x1x1'],
  ['empty', '--topology', '1x1x1x1', '--strategy', 'broadcast'],
  ['empty', 'full', '--memory', '1GiB'],
  ['empty', '--memory', '2049GiB', '--threads', 'all'],
  ['empty', '--topology', '2x16x128x1', '--memory', '3GiB'],
  [
    'empty',
    '--topology',
    '1x1x3x1',
    '--memory',
    '3GiB',
    '--set',
    'clockReadNs=0,condReschedNs=0,rmpoptFixedNs=0.5,ipiBaseNs=0.3,ipiPerTargetNs=0,resultHitNs=0,resultServiceNs=0.5,entryScanLocalNs=0',
  ],
  ['empty', '--set', 'arrivalOrder=rotate,ipiBurstNs=3', '--memory', '60GiB', '--topology', '2x2x8x2'],
  [
    'empty',
    'full',
    '--set',
    'rmpoptFixedNs=0,clockReadNs=0,condReschedNs=0,ipiBaseNs=0,ipiPerTargetNs=0',
    '--memory',
    '20GiB',
  ],
  ['guest-exit', 'guest-exit-1g', '--topology', '2x2x3x2', '--hypothesis', 'shared,rescan'],
  [MIXTURE, '--memory', '200GiB', '--topology', '2x2x3x2', ...FEW_SETS],
];

describe.each(COMMANDS.map((args) => [args.join(' '), args] as const))('the rows of %s', (_, args) => {
  test('balance', async () => {
    const document = await runDocument([...args, '--per-cpu']);
    expectBalance(document);
    // NaN and Infinity would have become null on their way through JSON, which the schema forbids.
    expect(faultsOf(document)).toBe('');
    const orders = [...document.results, ...document.cpus].map((row) => Object.keys(row).join());
    const known = new Set([RESULT_COLUMNS, CPU_COLUMNS].map((columns) => Object.keys(columns).join()));
    expect(new Set(orders)).toEqual(known);
  });
});

const idOf = ({
  scenario,
  state,
  mapping,
  hypothesis,
  machine,
  phase,
}: RunDocument['results'][number] | RunDocument['cpus'][number]) =>
  [scenario, state, mapping, hypothesis, machine, phase].join();

function expectBalance({ results, cpus, breakdowns }: RunDocument) {
  const inRmpoptNs = new Map<string, number>();
  for (const row of cpus) inRmpoptNs.set(idOf(row), (inRmpoptNs.get(idOf(row)) ?? 0) + row.inRmpoptNs);
  for (const row of results) {
    expect(row.optimized + row.failed).toBe(row.issued);
    expect(inRmpoptNs.get(idOf(row)), idOf(row)).toBe(row.cpuTimeNs);
    expect(row.inRmpoptLowNs).toBeLessThanOrEqual(row.inRmpoptMeanNs);
    expect(row.inRmpoptMeanNs).toBeLessThanOrEqual(row.inRmpoptHighNs ?? 0);
  }
  for (let i = 0; i < results.length; i += 3) {
    const [local, remote, total] = results.slice(i, i + 3);
    expect([local?.phase, remote?.phase, total?.phase]).toEqual(['local', 'remote', 'total']);
    for (const column of ['elapsedNs', 'issued', 'optimized', 'ipis', 'cpuTimeNs'] as const) {
      expect((local?.[column] ?? 0) + (remote?.[column] ?? 0), column).toBe(total?.[column]);
    }
  }
  for (const [i, row] of breakdowns.entries()) {
    const { sendingNs, executingNs, queuedNs, loopNs } = row;
    const result = results[Math.floor(i / 2) * 3 + (i % 2)];
    expect(sendingNs + executingNs + queuedNs + loopNs).toBe(result?.elapsedNs);
    for (const part of [sendingNs, executingNs, queuedNs, loopNs]) expect(part).toBeGreaterThanOrEqual(0);
  }
}

test('two runs with the same input are the same to the byte, in every format', async () => {
  for (const format of ['table', 'json', 'ndjson', 'csv']) {
    const host = ['--topology', '1x1x4x2', '--memory', '64GiB', ...FEW_SETS];
    const args = [MIXTURE, 'empty', ...host, '--format', format, '--seed', '7'];
    expect((await cli(args)).stdout).toBe((await cli(args)).stdout);
  }
});

test('the seed moves random placements and is recorded', async () => {
  const args = [MIXTURE, '--memory', '64GiB', ...FEW_SETS];
  const [one, other] = [
    await runDocument([...args, '--seed', '1']),
    await runDocument([...args, '--seed', '2']),
  ];
  expect(other.seed).toBe(2);
  expect(other.results[0]?.elapsedNs).not.toBe(one.results[0]?.elapsedNs);
  expect((await runDocument(args)).results).toEqual(one.results);
});

test('each hypothesis is a machine of its own, and those not asked for appear as alternatives', async () => {
  const { machines, alternatives } = await runDocument(['empty', '--hypothesis', 'rescan']);
  expect(machines.map(({ id, hypothesis }) => [id, hypothesis])).toEqual([
    ['posted-2p', 'rescan'],
    ['posted-2p~2', 'shared'],
    ['posted-2p~3', 'per-core'],
  ]);
  expect(alternatives.map(({ hypothesis }) => hypothesis)).toEqual(['shared', 'per-core']);
});

test('what --set and --scan change is named in variation and in the parameters', async () => {
  const { results, machines } = await runDocument(['full', '--scan', '4k', '--set', 'ipiPerTargetNs=90']);
  expect(results[0]?.variation).toBe('ipiPerTargetNs=90;scan=4k');
  const parameter = machines[0]?.parameters.find(({ name }) => name === 'ipiPerTargetNs');
  expect(parameter).toMatchObject({
    value: 90,
    low: 3,
    high: 125,
    provenance: 'assumed',
    source: 'set on the command line',
  });
});

test('memory above the window and implausible or idle parameters are warned of, in data and on stderr', async () => {
  const args = ['empty', '--memory', '2049GiB', '--set', 'ipiPerTargetNs=1000,jitterSigma=0.1', '--json'];
  const { stdout, stderr } = await cli(args);
  const { warnings }: RunDocument = JSON.parse(stdout);
  expect(warnings.map(({ kind }) => kind)).toEqual([
    'memory-above-window',
    'outside-plausible-range',
    'without-effect',
  ]);
  for (const { message } of warnings) expect(stderr).toContain(`warning: ${message}\n`);
  expect((await cli([...args, '--quiet'])).stderr).toBe('');
});

test('a state in which nothing could be optimized is warned of, unless that is what the scenario is', async () => {
  expect((await runDocument(['full', 'empty', 'first-page'])).warnings).toEqual([]);
  const yaml = 'memory: 4GiB\nprivate: [{guest: a, size: 2GiB, placement: scattered}]\nsteps: [measure]\n';
  const { warnings } = await runDocument([scratchFile('everywhere.yaml', yaml)]);
  expect(warnings).toEqual([
    {
      kind: 'nothing-optimized',
      message: 'no region could be optimized in everywhere: each holds private memory',
    },
  ]);
});

test('guests are on record with what they pin and what they cost, apart from the sweeps', async () => {
  const { changes } = await runDocument(['guest-exit', 'guest-exit-1g']);
  const facts = changes.map(({ scenario, event, guest, regionsReached, rmpUpdates, rmpUpdateNs }) =>
    [scenario, event, guest, regionsReached, rmpUpdates, rmpUpdateNs].join(' '),
  );
  expect(facts).toEqual([
    'guest-exit launch a 101 26214400 39321600000',
    'guest-exit launch b 101 26214400 39321600000',
    'guest-exit terminate a 101 26214400 39321600000',
    'guest-exit-1g launch a 100 51200 76800000',
    'guest-exit-1g launch b 100 51200 76800000',
    'guest-exit-1g terminate a 100 51200 76800000',
  ]);
});

test('a mechanism switched off is not called implausible', async () => {
  expect((await cli(['empty', '--set', 'resultServiceNs=0'])).stderr).toBe('');
});

test('CSV has the columns of the rows, plain integers and LF', async () => {
  const { stdout } = await cli(['full', 'empty', '--csv']);
  const lines = stdout.split('\n');
  expect(lines[0]).toBe(Object.keys(RESULT_COLUMNS).join());
  expect(lines).toHaveLength(1 + 6 + 1);
  expect(stdout).not.toContain('\r');
  const { stdout: perCpu } = await cli(['full', '--csv', '--per-cpu', '--topology', '1x1x4x1']);
  expect(perCpu.split('\n')[0]).toBe(Object.keys(CPU_COLUMNS).join());
  expect(perCpu.trimEnd().split('\n')).toHaveLength(1 + 4 * 3);
});

test('-o takes what stdout would have had, whole, and leaves nothing else behind', async () => {
  const { stdout } = await cli(['full', '--csv', '--memory', '4GiB']);
  const before = readdirSync(SCRATCH);
  const run = await cli(['full', '--csv', '--memory', '4GiB', '-o', 'out.csv']);
  expect(run).toMatchObject({ exitCode: 0, stdout: '' });
  expect(readFileSync(join(SCRATCH, 'out.csv'), 'utf8')).toBe(stdout);
  expect(readdirSync(SCRATCH)).toHaveLength(before.length + 1);
});

test('several random entries fall independently', async () => {
  const localNs = async (entries: number) => {
    const entry = '  - {each: region, pages: 1, at: random}\n';
    const file = scratchFile(
      `random-${entries}.yaml`,
      `private:\n${entry.repeat(entries)}steps: [measure]\n`,
    );
    return (await runDocument([file, '--topology', '1x1x2x1', ...FEW_SETS])).results[0]?.elapsedNs ?? 0;
  };
  const [one, three] = [await localNs(1), await localNs(3)];
  // The first of three uniform places lies at a quarter on average, a single one at half.
  expect(three / one).toBeGreaterThan(0.45);
  expect(three / one).toBeLessThan(0.55);
});

test('CSV marks texts that a spreadsheet would turn into something else', async () => {
  for (const name of ['1-2', '2024-01-02', 'MARCH1', '1e5', '12:30', 'true', '-x', '007']) {
    const { stdout } = await cli([
      scratchFile(`${name}.yaml`, 'steps: [measure]\n'),
      '--csv',
      ...['--memory', '4GiB', '--topology', '1x1x2x1'],
    ]);
    expect(stdout.split('\n')[1]?.split(',')[0]).toBe(`'${name}`);
  }
  const { stdout } = await cli(['guest-exit', '--csv', '--threads', 'all']);
  expect(stdout).not.toContain("'");
});

test('a reader that goes away ends the program quietly', async () => {
  const { stdout, stderr, exitCode } = await shell('$BIN empty --per-cpu --json | head -c 100');
  expect([stdout.length, stderr, exitCode]).toEqual([100, '', 0]);
});

test.skipIf(!existsSync('/dev/full'))('a full disk is said in a line and is exit code 1', async () => {
  const { stderr, exitCode } = await shell('$BIN empty -o /dev/full');
  expect(stderr).toMatch(/^error: could not write .*ENOSPC/);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(exitCode).toBe(1);
});

test('colour follows the flags, then FORCE_COLOR, then NO_COLOR, and stays out of pipes and machine formats', async () => {
  const coloured = async (args: string[], env = {}) =>
    (await cli(['full', '--memory', '4GiB', ...args], env)).stdout.includes('\u001b[');
  expect(await coloured([])).toBe(false);
  expect(await coloured(['--color'])).toBe(true);
  expect(await coloured(['--color'], { NO_COLOR: '1' })).toBe(true);
  expect(await coloured([], { FORCE_COLOR: '1' })).toBe(true);
  expect(await coloured(['--no-color'], { FORCE_COLOR: '1' })).toBe(false);
  expect(await coloured(['--json', '--color'])).toBe(false);
});

test('run is the default command and may be written out', async () => {
  expect((await cli(['run', 'full', '--csv', '--memory', '4GiB'])).stdout).toBe(
    (await cli(['full', '--csv', '--memory', '4GiB'])).stdout,
  );
});

test('--help and --version go to stdout and are exit code 0', async () => {
  const help = await cli(['--help']);
  expect(help).toMatchObject({ exitCode: 0, stderr: '' });
  expect(help.stdout).toMatch(/--hypothesis/);
  expect((await cli(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

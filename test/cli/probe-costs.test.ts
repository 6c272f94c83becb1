import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { CostsDocument } from '../../src/run-document/costs-document.js';
import type { ProbeDocument } from '../../src/run-document/probe-document.js';
import type { RecordedParameter, RunDocument } from '../../src/run-document/run-document.js';
import { cli, SCRATCH, scratchFile } from '../support/cli.js';
import { type MadeCampaign, madeCampaign, PLANTED } from '../support/probes.js';
import { smallHost } from '../support/small-fit.js';

const SAMPLE = fileURLToPath(new URL('../../docs/logs/probe-campaign.log', import.meta.url));
const HOST_LINE = `${readFileSync(SAMPLE, 'utf8').split('\n')[0]}\n`;
const CORES = 8;
const SMALL: MadeCampaign = { coresPerSocket: CORES / 2, passes: 2 };

/** A probe document of a made campaign. */
async function probeFile(name: string, made: MadeCampaign): Promise<string> {
  const { stdout } = await cli([
    'import',
    scratchFile(`${name}.log`, madeCampaign({ ...SMALL, ...made })),
    '--json',
    '-q',
  ]);
  return scratchFile(`${name}.json`, stdout);
}

const MEASURED = await probeFile('measured', { hasGuests: true });
const NEGATIVE = await probeFile('negative', { costs: { ipiBaseNs: -20 } });
const BENT = await probeFile('bent', { bend: 0.7, coresPerSocket: 16 });
const VIRTUAL = await probeFile('virtual', { isVirtual: true });

/** What programs get of a machine that was made of a campaign. */
async function machineOf(name: string, made: MadeCampaign): Promise<string> {
  const file = join(SCRATCH, `${name}-machine.yaml`);
  const args = ['calibrate', '--costs', await probeFile(name, made), '--memory', '64GiB', '-o', file];
  expect(await cli(args)).toMatchObject({ exitCode: 0, stderr: '' });
  return file;
}

async function run(machine: string): Promise<RunDocument['results']> {
  const { stdout } = await cli(['full', 'empty', '--machine', machine, '--json', '-q']);
  return JSON.parse(stdout).results;
}

/** What a run says of the parameters of a machine. */
async function parametersOf(machine: string): Promise<readonly RecordedParameter[]> {
  const { stdout } = await cli(['full', '--machine', machine, '--json', '-q']);
  const { machines }: RunDocument = JSON.parse(stdout);
  return machines[0]?.parameters ?? [];
}

const elapsed = (rows: RunDocument['results'], scenario: string, phase: string) =>
  rows.find((row) => row.scenario === scenario && row.phase === phase)?.elapsedNs ?? Number.NaN;

describe('lines of the probe become a document of their own', () => {
  test('with every sweep of the sample, and the warning that it is of a virtual machine', async () => {
    const { stdout, stderr } = await cli(['import', SAMPLE, '--json']);
    const { schema, results, cpus, notes }: ProbeDocument = JSON.parse(stdout);
    expect([schema, results.length, notes]).toEqual(['rmpopt-bench/probe/2', 36, []]);
    expect(cpus.length).toBeGreaterThan(results.length);
    expect(stderr).toBe('warning: measured in a virtual machine: its hypervisor takes part in every IPI\n');
  });

  test('which is in no command among sweeps', async () => {
    for (const args of [
      ['diff', MEASURED, MEASURED],
      ['report', MEASURED, '-o', join(SCRATCH, 'page.html')],
    ]) {
      const { exitCode, stderr } = await cli(args);
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining('found "rmpopt-bench/probe/2"')]);
    }
    expect((await cli(['calibrate', MEASURED])).exitCode).toBe(2);
  });

  test('and labels of sweeps, and a workbook of them, are refused', async () => {
    const labels = ['--scenario', 'empty', '--strategy', 'serial', '--memory', '1TiB'];
    const { exitCode, stderr } = await cli(['import', SAMPLE, ...labels]);
    expect([exitCode, stderr.match(/found a log of the probe, which has none/g)?.length]).toEqual([2, 3]);
    const out = join(SCRATCH, 'probe.xlsx');
    expect((await cli(['import', SAMPLE, '--format', 'xlsx', '-o', out])).stderr).toContain('found xlsx');
    expect(existsSync(out)).toBe(false);
  });

  test('and a log with sweeps beside them is refused, since one document cannot hold both', async () => {
    const sweep = 'RMPOPT phases: local 100 ns, remote 900 ns, 8 regions, 1 remote cpus\n';
    const { exitCode, stderr } = await cli([
      'import',
      scratchFile('both.log', readFileSync(SAMPLE, 'utf8') + sweep),
    ]);
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringContaining('found 1 of the former and 36 of the latter'),
    ]);
  });

  test('and sweeps of RMPOPT that the probe made stay sweeps, with what it said beside them', async () => {
    const log = [
      HOST_LINE,
      'RMPOPT phases: local 100 ns, remote 900 ns, 8 regions, 1 remote cpus, 6 optimized locally\n',
      'RMPOPT cpu 1: busy 800 ns, 8 calls, longest 110 ns, 6 optimized, entry median 40 ns, near\n',
      'probe error: interrupted\n',
    ];
    const { stdout, stderr } = await cli(['import', scratchFile('native.log', log.join('')), '--json']);
    const { schema, results }: RunDocument = JSON.parse(stdout);
    expect([schema, results.map(({ optimized }) => optimized)]).toEqual(['rmpopt-bench/run/2', [6, 6, 12]]);
    expect(stderr).toBe('warning: the probe refused or ended a run: interrupted\n');
  });

  test('and what others say of a probe makes no log one of it', async () => {
    const log =
      '[    1.5] mmc0: probe error: -5\nRMPOPT phases: local 1 ns, remote 9 ns, 8 regions, 1 remote cpus\n';
    const { exitCode, stderr } = await cli(['import', scratchFile('mmc.log', log)]);
    expect([exitCode, stderr]).toEqual([0, '']);
    const { stderr: nothing } = await cli(['import', scratchFile('nothing.log', log.split('\n')[0] ?? '')]);
    expect(nothing).toContain('expected a log with lines about RMPOPT');
  });

  test('and a probe that measured nothing says why', async () => {
    const refusal = `${HOST_LINE}probe error: CPU 0 lacks RMPOPT (CPUID Fn8000_0025 EDX bit 0)\n`;
    const { exitCode, stderr } = await cli(['import', scratchFile('refused.log', refusal)]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('found CPU 0 lacks RMPOPT')]);
  });
});

describe('calibrate --costs', () => {
  test('makes a machine of the measured topology and costs, and says what they are', async () => {
    const file = join(SCRATCH, 'mine.yaml');
    const args = ['calibrate', '--costs', MEASURED, '--memory', '64GiB', '-o', file, '--json'];
    const { stdout, stderr } = await cli(args);
    expect(stderr).toBe('');
    const { schema, topology, results }: CostsDocument = JSON.parse(stdout);
    expect([schema, topology]).toEqual(['rmpopt-bench/costs/2', '2x1x4x2']);
    expect(results.map(({ name }) => name).sort()).toEqual(
      Object.keys(PLANTED)
        .filter((name) => name !== 'farNs')
        .sort(),
    );
    const yaml = readFileSync(file, 'utf8');
    expect(yaml).toContain('They are a lower bound');
    expect(yaml).not.toContain('may be wrong');
    const measured = (await parametersOf(file)).filter(({ name }) =>
      results.some((row) => row.name === name),
    );
    expect(measured.map(({ provenance }) => provenance)).toEqual(results.map(() => 'measured'));
  });

  test('full and empty move by what a measured cost is more, for each target of each round', async () => {
    const [cheap, dear] = await Promise.all(
      [0, 100].map(async (more) => {
        return run(
          await machineOf(`per-target-${more}`, { costs: { ipiPerTargetNs: PLANTED.ipiPerTargetNs + more } }),
        );
      }),
    );
    for (const scenario of ['full', 'empty']) {
      const moved = elapsed(dear ?? [], scenario, 'remote') - elapsed(cheap ?? [], scenario, 'remote');
      expect(moved / (64 * (CORES - 1) * 100)).toBeCloseTo(1, 1);
      expect(elapsed(dear ?? [], scenario, 'local')).toBe(elapsed(cheap ?? [], scenario, 'local'));
    }
  });

  test('a round of full on the machine takes what the planted one took', async () => {
    const rows = await run(await machineOf('round', {}));
    const { ipiBaseNs, ipiPerTargetNs, ipiBurstNs, condReschedNs, clockReadNs } = PLANTED;
    const targets = CORES - 1;
    const round = ipiBaseNs + targets * ipiPerTargetNs + (targets - 1) * ipiBurstNs;
    // Beside the round: RMPOPT that meets an assigned page, which was not measured, and the loop.
    const predicted = 64 * (round + 30 + condReschedNs) + clockReadNs;
    expect(elapsed(rows, 'full', 'remote') / predicted).toBeCloseTo(1, 2);
  });

  test('ranges are as wide as the measurement', async () => {
    let state = 1;
    const normal = () => {
      state = (Math.imul(state, 69_069) + 1) >>> 0;
      return (state / 2 ** 32 - 0.5) * Math.sqrt(12);
    };
    const widths = await Promise.all(
      [0.001, 0.05].map(async (runSigma) => {
        const rows = await run(await machineOf(`noise-${runSigma}`, { runSigma, normal }));
        const total = rows.find(({ scenario, phase }) => scenario === 'full' && phase === 'total');
        return (total?.elapsedHighNs ?? 0) / (total?.elapsedLowNs ?? 1);
      }),
    );
    expect(widths[1] ?? 0).toBeGreaterThan(widths[0] ?? 0);
  });

  test('keeps measured costs as they are where figures are fitted beside them', async () => {
    const log = 'RMPOPT phases: local 800000 ns, remote 900000 ns, 64 regions, 7 remote cpus\n';
    const labels = [
      '--scenario',
      'empty',
      '--strategy',
      'local-first',
      '--threads',
      'primary',
      '--memory',
      '64GiB',
    ];
    const { stdout } = await cli(['import', scratchFile('own.log', log), ...labels, '--json']);
    const out = join(SCRATCH, 'both.yaml');
    const args = [
      ...['calibrate', scratchFile('own.json', stdout), '--costs', MEASURED, '--memory', '64GiB'],
      ...['--machine', smallHost('few-costs.yaml', ['shared']), '--steps', '1500'],
    ];
    expect((await cli([...args, '-o', out, '-q', '--jobs', '1'])).exitCode).toBe(0);
    const cost = (await parametersOf(out)).find(({ name }) => name === 'ipiBaseNs');
    expect([cost?.provenance, Math.round(Number(cost?.value) / PLANTED.ipiBaseNs)]).toEqual(['measured', 1]);
  });

  test.each([
    ['of a virtual machine', VIRTUAL, [], /virtual machine/],
    ['below 0', NEGATIVE, ['--force'], /ipiBaseNs comes to -/],
    ['off a line', BENT, [], /not linear/],
    [
      'of no probe',
      scratchFile('no-probe.json', '{"schema": "rmpopt-bench/run/2"}'),
      [],
      /"schema": "rmpopt-bench\/probe\/2"/,
    ],
    ['of lines that are not imported', SAMPLE, [], /found a log of the probe/],
  ])('costs %s are refused, and nothing is written', async (_, costs, more, reason) => {
    const out = join(SCRATCH, 'refused-costs.yaml');
    const { exitCode, stdout, stderr } = await cli([
      ...['calibrate', '--costs', costs, '--memory', '64GiB', '-o', out, ...more],
    ]);
    expect([exitCode, stdout, stderr]).toEqual([2, '', expect.stringMatching(reason)]);
    expect(existsSync(out)).toBe(false);
  });

  test('--force takes those of a virtual machine, and the file says so', async () => {
    const out = join(SCRATCH, 'forced-costs.yaml');
    const { exitCode, stderr } = await cli([
      'calibrate',
      '--costs',
      VIRTUAL,
      '--memory',
      '64GiB',
      '--force',
      '-o',
      out,
    ]);
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('the costs may be wrong')]);
    expect(readFileSync(out, 'utf8')).toMatch(/^# The costs may be wrong: a virtual machine/m);
  });

  test.each([
    [['--costs', MEASURED], '--memory: expected the span of physical addresses'],
    [['--memory', '1TiB'], '--memory: expected --costs beside it, found none'],
    [['--force'], '--force: expected --costs beside it, found none'],
    [
      ['--costs', MEASURED, '--memory', '64GiB', '--cross-validate'],
      '--cross-validate: expected figures to fit to',
    ],
  ])('%j is refused', async (args, message) => {
    expect(await cli(['calibrate', ...args])).toMatchObject({
      ...{ exitCode: 2, stdout: '', stderr: expect.stringContaining(message) },
    });
  });
});

import { describe, expect, test } from 'vitest';
import { cli, runDocument, scratchFile } from '../support/cli.js';

const OWN = 'base: posted-2p\ntopology: 1x2x4x2\nmemory: 16GiB\n';
const COST = '{value: 90, provenance: measured, source: a probe of mine}';

const machineOf = async (file: string, ...args: string[]) =>
  (await runDocument(['empty', '--machine', file, ...args])).machines[0];
const refusal = async (name: string, text: string) => {
  const { exitCode, stdout, stderr } = await cli(['empty', '--machine', scratchFile(name, text)]);
  expect([exitCode, stdout]).toEqual([2, '']);
  return stderr;
};

describe('a machine file with a base', () => {
  test('is three lines: what it does not say is as in its base, and it is called as its file', async () => {
    const machine = await machineOf(scratchFile('own.yaml', OWN));
    expect(machine).toMatchObject({ name: 'own', topology: '1x2x4x2', cpus: 16, memoryBytes: 2 ** 34 });
    const base = await machineOf('posted-2p', '--topology', '1x2x4x2', '--memory', '16GiB');
    expect(machine?.parameters).toEqual(base?.parameters);
  });

  test('gives the times and ranges of the base on a host of that size', async () => {
    const of = async (...args: string[]) => {
      const { results } = await runDocument(['full', 'empty', ...args]);
      return results.map(({ machine: _, ...row }) => row);
    };
    expect(await of('--machine', scratchFile('own.yaml', OWN))).toEqual(
      await of('--topology', '1x2x4x2', '--memory', '16GiB'),
    );
  });

  test('has its costs under every hypothesis and in every plausible set', async () => {
    const file = scratchFile('costs.yaml', `name: mine\n${OWN}parameters:\n  ipiPerTargetNs: ${COST}\n`);
    for (const hypothesis of ['shared', 'rescan']) {
      const { machines, results } = await runDocument([
        'empty',
        '--machine',
        file,
        '--hypothesis',
        hypothesis,
      ]);
      const cost = machines[0]?.parameters.find(({ name }) => name === 'ipiPerTargetNs');
      expect(cost).toMatchObject({ value: 90, low: 60, high: 125, provenance: 'measured' });
      const set = ['--set', 'ipiPerTargetNs=90', '--topology', '1x2x4x2', '--memory', '16GiB'];
      const byHand = await runDocument(['empty', '--hypothesis', hypothesis, ...set]);
      const figures = ({ elapsedNs, elapsedLowNs, elapsedHighNs }: (typeof results)[number]) => {
        return [elapsedNs, elapsedLowNs, elapsedHighNs];
      };
      expect(results.map(figures)).toEqual(byHand.results.map(figures));
    }
  });

  test('may have a base that has one, by a path from its own folder', async () => {
    scratchFile('own.yaml', OWN);
    const file = scratchFile('larger.yaml', 'base: ./own.yaml\nmemory: 32GiB\n');
    expect(await machineOf(file)).toMatchObject({ topology: '1x2x4x2', memoryBytes: 2 ** 35 });
  });

  test('is printed whole by show --yaml, and gives the same as a file', async () => {
    const { stdout } = await cli(['show', scratchFile('own.yaml', OWN), '--yaml']);
    expect(stdout).not.toContain('base:');
    const whole = scratchFile('whole.yaml', stdout);
    expect(await machineOf(whole)).toEqual(await machineOf(scratchFile('own.yaml', OWN)));
  });

  test.each([
    [
      'unknown',
      'base: posted-3p\n',
      /base: expected .*posted-2p.*, found "posted-3p"\n[\s\S]*Did you mean posted-2p\?/,
    ],
    ['itself', 'base: ./itself.yaml\n', /base: expected a machine that is not based on this one/],
    ['nameless', `${OWN}parameters:\n  ipiPerTargetNs: ${COST}\n`, /name: expected a name, since its costs/],
    [
      'sourceless',
      `name: a\n${OWN}parameters:\n  ipiPerTargetNs: {value: 90}\n`,
      /ipiPerTargetNs\.source: expected/,
    ],
    [
      'implausible',
      `name: a\n${OWN}parameters:\n  ipiPerTargetNs: ${COST.replace('90', '900')}\n`,
      /ipiPerTargetNs: expected low and high of its own, since 60 to 125 is what is plausible for posted-2p, found 900/,
    ],
    ['hypothesis', `${OWN}hypothesis: shred\n`, /hypothesis: expected .*shared.*found "shred"/],
  ])('is refused where the base or a cost is amiss: %s', async (name, text, message) => {
    expect(await refusal(`${name}.yaml`, text)).toMatch(message);
  });
});

test.each(['milan-1p', 'genoa-2p', 'turin-1p'])('%s says that its costs are assumed', async (name) => {
  const { stdout } = await cli(['show', name]);
  expect(stdout).toContain('costs of posted-2p, assumed');
});

describe('show', () => {
  test('tells of a parameter what it is under each hypothesis, and from where', async () => {
    const { stdout } = await cli(['show', 'ipiPerTargetNs']);
    expect(stdout).toContain('plausible: 60 to 125 ns\n');
    expect(stdout).toMatch(/^shared: 85\.07 ns; inferred: fitted to list-2026-03$/m);
    const { values } = JSON.parse((await cli(['show', 'earlyExit', '--json'])).stdout);
    expect(values.map(({ hypothesis, value }: Record<string, unknown>) => [hypothesis, value])).toEqual([
      ['shared', true],
      ['rescan', true],
      ['per-core', true],
    ]);
  });

  test('prints files with --yaml, and refuses to for what is none', async () => {
    expect((await cli(['show', 'guest-exit', '--yaml'])).stdout).toBe(
      (await cli(['show', 'guest-exit'])).stdout,
    );
    for (const name of ['serial', 'shared', 'ipiPerTargetNs']) {
      expect((await cli(['show', name, '--yaml'])).exitCode).toBe(2);
    }
  });

  test('prints nothing that passes for a file: who reads it is told what does', async () => {
    for (const args of [
      ['show', 'posted-2p'],
      ['show', 'posted-2p', '--json'],
    ]) {
      const stderr = await refusal('shown.yaml', (await cli(args)).stdout);
      expect(stderr).toContain('rmpopt-bench show ');
      expect(stderr).toContain('--yaml');
      expect(stderr.match(/^error/gm)).toHaveLength(1);
    }
  });
});

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
      expect(cost).toMatchObject({ value: 90, low: 3, high: 125, provenance: 'measured' });
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
      /ipiPerTargetNs: expected low and high of its own, since 3 to 125 is what is plausible for posted-2p, found 900/,
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

test('a host of another shape than its file is called so, and sentences name the file', async () => {
  const args = ['empty', '--topology', '1x2x2x2', '--memory', '16GiB'];
  const { machines, results } = await runDocument(args);
  expect(machines[0]).toMatchObject({ name: 'posted-2p-1x2x2x2-16GiB', file: 'posted-2p' });
  expect(results[0]?.machine).toBe('posted-2p-1x2x2x2-16GiB');
  const { stdout } = await cli([...args, '-v']);
  expect(stdout).toContain('machine posted-2p-1x2x2x2-16GiB, local-first');
  expect(stdout.replaceAll('\n', ' ')).toContain('rmpopt-bench show posted-2p lists them');
});

describe('hosts side by side', () => {
  const small = scratchFile('small.yaml', 'base: posted-2p\ntopology: 1x1x3x1\nmemory: 4GiB\n');
  const large = scratchFile('large.yaml', 'base: posted-2p\ntopology: 1x2x3x1\nmemory: 8GiB\n');
  const COMPARED = ['compare', 'full', 'empty', '--machine', `${small},${large}`];

  test('are as each is on its own, and have ratios over the sets they share', async () => {
    const { results, comparisons, bands, machines } = await runDocument(COMPARED);
    expect(machines.map(({ file }) => file)).toEqual(['small', 'large']);
    for (const file of [small, large]) {
      const alone = await runDocument(['full', 'empty', '--machine', file]);
      const name = alone.machines[0]?.name;
      expect(results.filter(({ machine }) => machine === name)).toEqual(alone.results);
      expect(bands.filter(({ machineFile }) => machineFile === name)).toEqual(alone.bands);
    }
    const ratios = comparisons.filter(({ phase }) => phase === 'total');
    expect(ratios.map(({ machine }) => machine)).toEqual(['small', 'large', 'small', 'large']);
    for (const { ratioLow, ratioHigh } of ratios) expect([ratioLow, ratioHigh]).not.toContain(null);
  });

  test('are the same whether listed or varied, and any may be the baseline', async () => {
    const varied = ['compare', 'full', 'empty', '--vary', `machine=${small},${large}`];
    const listed = await runDocument(COMPARED);
    expect({ ...(await runDocument(varied)), command: [] }).toEqual({ ...listed, command: [] });
    const { comparisons } = await runDocument([...COMPARED, '--baseline', 'machine=large']);
    const baseline = comparisons.find(({ isBaseline }) => isBaseline === 'yes');
    expect(baseline).toMatchObject({ scenario: 'full', machine: 'large' });
  });

  test('are told apart in a table by their names', async () => {
    const { stdout } = await cli(COMPARED);
    expect(stdout).toMatch(/^state +machine +topology +memory /m);
    expect(stdout).toMatch(/^machine small: .*\nmachine large: /m);
    expect(stdout).toContain('The baseline is full small');
  });

  test('share no range where their sets are different, though of one name and number', async () => {
    const whole = (await cli(['show', small, '--yaml'])).stdout;
    const other = scratchFile(
      'other.yaml',
      whole.replace('name: small', 'name: other').replaceAll(/^( +[\d.]+ )/gm, '$11'),
    );
    const { comparisons } = await runDocument([
      'compare',
      'empty',
      '--machine',
      `${small},${other}`,
      '--hypothesis',
      'shared',
    ]);
    expect(comparisons.at(-1)).toMatchObject({ machine: 'other', ratioLow: null, ratioHigh: null });
  });

  test('that cannot be told apart, or lack a hypothesis, are refused or named', async () => {
    const twin = scratchFile('twin.yaml', 'base: posted-2p\nname: small\n');
    const { exitCode, stderr } = await cli(['compare', 'full', '--machine', `${small},${twin}`]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('found two called small')]);
    const own = (await cli(['show', small, '--yaml'])).stdout;
    const lacking = scratchFile(
      'lacking.yaml',
      own.replace('name: small', 'name: lacking').replace('  rescan:', '  again:'),
    );
    const args = ['compare', 'full', '--machine', `${small},${lacking}`, '--hypothesis', 'rescan'];
    const { missing } = await runDocument(args);
    expect(missing).toMatchObject([
      { cell: 'machine=lacking', reason: expect.stringContaining('found "rescan"') },
    ]);
  });

  test('are for compare: run says so', async () => {
    const { exitCode, stderr } = await cli(['full', '--machine', 'posted-2p,milan-1p']);
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringContaining('compare puts several machines side by side'),
    ]);
  });

  test('are compared by diff where that is asked for, and what differs is told either way', async () => {
    const [a, b] = await Promise.all(
      [small, large].map(async (file, i) => {
        const { stdout } = await cli(['full', 'empty', '--machine', file, '--json']);
        return scratchFile(`host-${i}.json`, stdout);
      }),
    );
    const refused = await cli(['diff', a, b]);
    expect(refused.exitCode).toBe(4);
    expect(refused.stderr).toContain('topology (1x1x3x1 against 1x2x3x1), memory (4 GiB against 8 GiB)');
    expect(refused.stderr).toContain('--across-hosts compares cells of different hosts');
    const { exitCode, stdout } = await cli(['diff', a, b, '--across-hosts', '--json']);
    expect(exitCode).toBe(0);
    const { results, differences, unmatched } = JSON.parse(stdout);
    expect(unmatched).toEqual([]);
    expect(results[0]).toMatchObject({ topology: '', memoryBytes: null });
    expect(differences.map(({ what }: { what: string }) => what)).toContain('topology');
    // Nothing is left of the host that could tell sweeps of two hosts in one document apart.
    const both = scratchFile('both.json', (await cli([...COMPARED, '--json'])).stdout);
    expect((await cli(['diff', both, b, '--across-hosts'])).exitCode).toBe(4);
  });
});

describe('show', () => {
  test('tells of a parameter what it is under each hypothesis, and from where', async () => {
    const { stdout } = await cli(['show', 'ipiPerTargetNs']);
    expect(stdout).toContain('plausible: 3 to 125 ns\n');
    expect(stdout).toMatch(/^shared: 66\.51 ns; inferred: fitted to list-2026-03$/m);
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

import { chmodSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { cli, runDocument, SCRATCH, scratchFile, shell } from '../support/cli.js';
import { faultsOf } from '../support/schemas.js';

const sample = (name: string) => fileURLToPath(new URL(`../../docs/logs/${name}`, import.meta.url));

async function importJson(args: readonly string[]) {
  const { stdout, exitCode, stderr } = await cli(['import', ...args, '--json', '-q']);
  if (exitCode !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

describe('import', () => {
  test('makes documents that the schema knows, and marks them imported', async () => {
    for (const name of ['published-2026-03.log', 'made-phases.log', 'made-table.log']) {
      const document = await importJson([sample(name)]);
      expect(faultsOf(document)).toBe('');
      expect(document.origin).toBe('imported');
    }
    const { stdout } = await cli(['import', sample('made-phases.log'), '-q']);
    expect(stdout).toMatch(/^IMPORTED from made-phases/);
    expect(stdout).not.toContain('SIMULATED');
    expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });

  test('reads stdin', async () => {
    const { stdout } = await shell(`$BIN import - --csv -q < ${sample('published-2026-03.log')}`);
    expect(stdout.split('\n')).toHaveLength(1 + 7 * 3 + 1);
  });

  test('gives back what a simulated run says, printed as a kernel prints it', async () => {
    const args = ['guest-exit', '--topology', '2x2x4x2', '--memory', '256GiB', '--per-cpu'];
    const { results, cpus } = await runDocument(args);
    const [local, remote, total] = results;
    const lines = [
      `SEV-SNP: RMPOPT execution time ${total?.elapsedNs} ns for physical address range 0x0000000000000000 - 0x0000004000000000 on all cpus`,
      `RMPOPT phases: local ${local?.elapsedNs} ns, remote ${remote?.elapsedNs} ns, ${total?.regions} regions, 15 remote cpus`,
      ...cpus
        .filter(({ phase, role }) => phase === 'remote' && role === 'remote')
        .map(
          (one) =>
            `RMPOPT cpu ${one.cpu}: busy ${one.inRmpoptNs} ns, ${one.interrupts} calls, longest ${one.longestNs} ns`,
        ),
    ];
    const log = scratchFile(
      'round-trip.log',
      `${lines.map((line, i) => `[${i}.000000] ${line}`).join('\n')}\n`,
    );
    const document = await importJson([log, '--scenario', 'guest-exit', '--state', 'after-exit']);
    for (const [i, phase] of [local, remote, total].entries()) {
      expect(document.results[i].elapsedNs).toBe(phase?.elapsedNs);
      expect(document.results[i].regions).toBe(phase?.regions);
    }
    const { inRmpoptMeanNs, longestInterruptNs } = remote ?? {};
    expect(document.results[1]).toMatchObject({ inRmpoptMeanNs, longestInterruptNs });
    const simulated = scratchFile('round-trip.json', JSON.stringify(await runDocument(args)));
    const back = scratchFile('round-trip-imported.json', JSON.stringify(document));
    const { stdout, exitCode } = await cli(['diff', simulated, back, '--fail-on', 'elapsedNs>0%', '--json']);
    expect(exitCode).toBe(0);
    const rows = JSON.parse(stdout).results.filter(
      ({ figure }: { figure: string }) => figure === 'elapsedNs',
    );
    expect(rows.map(({ verdict }: { verdict: string }) => verdict)).toEqual(['same', 'same', 'same']);
  });

  const unreadable = scratchFile('unreadable.log', 'RMPOPT');
  chmodSync(unreadable, 0);
  test.each([
    ['an empty log', [scratchFile('empty.log', '')], 'found an empty one'],
    ['a log without RMPOPT', [scratchFile('other.log', '[0.0] Linux version 6\n')], 'found none in 1 lines'],
    ['a binary file', [scratchFile('binary', '\x7fELF\0\0')], 'found a binary file'],
    ['a directory', [SCRATCH], 'found a directory'],
    ['no file', ['nowhere.log'], 'found no such file'],
    [
      'an unknown list of CPUs',
      [scratchFile('list.log', 'Memory @  0GB: CPU(s): 0-3\nMemory @  1GB: CPU(s): 3-0\n'.slice(27))],
      'no list of CPUs',
    ],
    ['a bad rate', [sample('made-phases.log'), '--tsc-ghz', '2GHz'], 'gigahertz from 0.1 to 20'],
    ['a bad strategy', [sample('made-phases.log'), '--strategy', 'x'], 'local-first'],
    ['a bad name', [sample('made-phases.log'), '--scenario', 'a b'], 'a name of letters'],
  ])('%s: one message, exit 2', async (_, args, words) => {
    const { exitCode, stdout, stderr } = await cli(['import', ...args]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test.runIf(process.getuid?.() !== 0)('a file that may not be read: one message, exit 2', async () => {
    expect(await cli(['import', unreadable])).toMatchObject({ exitCode: 2, stdout: '' });
  });
});

describe('diff', () => {
  const files = (async () => {
    const args = ['full', 'empty', '--topology', '2x2x3x2', '--memory', '32GiB', '-q'];
    const a = scratchFile('diff-a.json', (await cli([...args, '--json'])).stdout);
    const b = scratchFile('diff-b.json', (await cli([...args, '--json', '--set', 'ipiBaseNs=20000'])).stdout);
    const other = scratchFile('diff-other.json', (await cli(['again', '--json', '-q'])).stdout);
    return { a, b, other };
  })();

  test('exits with 0, with 3 where a condition is met, with 4 where runs cannot be compared', async () => {
    const { a, b, other } = await files;
    expect((await cli(['diff', a, b])).exitCode).toBe(0);
    expect((await cli(['diff', a, b, '--fail-on', 'remote.elapsedNs>+500%'])).exitCode).toBe(0);
    const failed = await cli([
      'diff',
      a,
      b,
      '--fail-on',
      'local.elapsedNs>0%',
      '--fail-on',
      'remote.elapsedNs>+5%',
    ]);
    expect(failed.exitCode).toBe(3);
    expect(failed.stdout).toContain('worse');
    expect(failed.stderr).toMatch(
      /^failed: remote.elapsedNs>\+5%: full 4k local-first remote: elapsedNs \d+ became \d+/,
    );
    const apart = await cli(['diff', a, other]);
    expect([apart.exitCode, apart.stdout]).toEqual([4, '']);
    expect(apart.stderr).toContain('cannot be compared');
  });

  test('exits with 4 where a cell of the baseline is gone and conditions were to hold', async () => {
    const { a } = await files;
    const args = ['empty', '--topology', '2x2x3x2', '--memory', '32GiB', '-q', '--json'];
    const fewer = scratchFile('diff-fewer.json', (await cli(args)).stdout);
    expect((await cli(['diff', a, fewer])).exitCode).toBe(0);
    const { exitCode, stdout, stderr } = await cli(['diff', a, fewer, '--fail-on', 'elapsedNs>5%']);
    expect(exitCode).toBe(4);
    expect(stdout).toContain('Not compared: full');
    expect(stderr).toContain('full 4k');
  });

  test.each([[[null]], [[{ id: 'x' }]], [[{ id: 'x', parameters: [null] }]], [[1]]])(
    'machines that are none are refused: %j',
    async (machines) => {
      const { a } = await files;
      const text = (await cli(['full', '--topology', '1x1x2x1', '--memory', '2GiB', '--json', '-q'])).stdout;
      const broken = scratchFile('machines.json', JSON.stringify({ ...JSON.parse(text), machines }));
      const { exitCode, stderr } = await cli(['diff', a, broken]);
      expect(exitCode).toBe(2);
      expect(stderr).toContain('machines[0]');
    },
  );

  test('says first what differs between hosts and costs', async () => {
    const { a, b } = await files;
    const { stdout } = await cli(['diff', a, b]);
    expect(stdout).toMatch(/ipiBaseNs: \d+(\.\d+)? in a, 20,?000 in b/);
    expect(stdout.indexOf('ipiBaseNs')).toBeLessThan(stdout.indexOf('verdict'));
    expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });

  test.each([
    ['no JSON', scratchFile('no.json', 'x'), 'a run document in JSON'],
    ['another JSON', scratchFile('other.json', '{"schema": "x"}'), '"schema": "rmpopt-bench/run/2"'],
    ['a list', scratchFile('list.json', '[]'), 'a JSON object'],
    ['nothing', scratchFile('nothing.json', ''), 'found nothing'],
    ['no file', 'nowhere.json', 'no such file'],
  ])('%s is refused', async (_, file, words) => {
    const { a } = await files;
    const { exitCode, stdout, stderr } = await cli(['diff', a, file]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
  });

  test('a document with a broken row is refused with its place', async () => {
    const { a } = await files;
    const { stdout } = await cli(['full', '--topology', '1x1x2x1', '--memory', '2GiB', '--json', '-q']);
    const document = JSON.parse(stdout);
    document.results[1].elapsedNs = '12';
    const broken = scratchFile('broken.json', JSON.stringify(document));
    const { exitCode, stderr } = await cli(['diff', a, broken]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      'results[1].elapsedNs: expected a whole number from 0 to 9007199254740991, found "12"',
    );
  });
});

test('calibrate refuses an imported log that does not say what it is of, or contradicts itself', async () => {
  const log = scratchFile(
    'boot.log',
    'RMPOPT execution time 311135734 ns for physical address range 0x0000000000000000 - 0x0000020000000000 on all cpus\n',
  );
  const labels = [
    '--scenario',
    'empty',
    '--strategy',
    'local-first',
    '--threads',
    'primary',
    '--memory',
    '2TiB',
  ];
  const labelled = scratchFile('boot.json', JSON.stringify(await importJson([log, ...labels])));
  const document = JSON.parse(readFileSync(labelled, 'utf8'));
  const rows = document.results.map((row: object) => ({ ...row, memoryBytes: 2 ** 40 }));
  const wrong = scratchFile('wrong.json', JSON.stringify({ ...document, results: rows }));
  const contradicted = await cli(['calibrate', wrong]);
  expect(contradicted.exitCode).toBe(2);
  expect(contradicted.stderr).toContain(
    'expected 1024 regions, as --memory 1TiB says, found 2048 in the log',
  );
  expect((await cli(['calibrate', labelled, labelled])).stderr).toContain('each file once');
  const silent = scratchFile('silent.json', JSON.stringify(await importJson([log])));
  const refused = await cli(['calibrate', silent]);
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain('found none of --scenario, --strategy, --threads, --memory');
});

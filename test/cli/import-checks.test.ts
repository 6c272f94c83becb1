import { describe, expect, test } from 'vitest';
import { cli, scratchFile } from '../support/cli.js';
import { smallHost } from '../support/small-fit.js';

const FEW_COSTS = ['--machine', smallHost('few-costs.yaml', ['shared']), '--steps', '1500'];

const total = (ns: number, regions: number) =>
  `SEV-SNP: RMPOPT execution time ${ns} ns for physical address range 0x0000000000000000 - 0x${(regions * 2 ** 30).toString(16).padStart(16, '0')} on all cpus\n`;
const phases = (cpus: number, regions = 64) =>
  `RMPOPT phases: local 34300000 ns, remote 277000000 ns, ${regions} regions, ${cpus} remote cpus\n`;

async function importAs(name: string, text: string, ...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await cli([
    'import',
    scratchFile(`${name}.log`, text),
    ...args,
    '--json',
    '-q',
  ]);
  if (exitCode !== 0) throw new Error(stderr);
  return scratchFile(`${name}.json`, stdout);
}

describe('the sweeps of one log', () => {
  const three = scratchFile(
    'three.log',
    total(95_000_000, 64) + total(311_000_000, 64) + total(310_000_000, 64),
  );

  test('get their states in their order', async () => {
    const { stdout } = await cli(['import', three, '--sweeps', 'full,empty,again', '--csv', '-q']);
    const [head = '', ...rows] = stdout
      .trim()
      .split('\n')
      .map((row) => row.split(','));
    const [state, phase, elapsed] = ['state', 'phase', 'elapsedNs'].map((name) => head.indexOf(name));
    const totals = rows
      .filter((row) => row[phase ?? 0] === 'total')
      .map((row) => [row[state ?? 0], row[elapsed ?? 0]]);
    expect(totals).toEqual([
      ['full', '95000000'],
      ['empty', '311000000'],
      ['again', '310000000'],
    ]);
  });

  test.each([
    [['--sweeps', 'full,empty'], '3 states, one for each sweep'],
    [['--sweeps', 'full,empty,again,again'], 'sweep 2: 311 ms'],
    [['--sweeps', 'full,,again'], 'a name of letters'],
    [['--sweeps', 'full,empty,again', '--state', 'x'], 'found both'],
  ])('%j is refused', async (args, words) => {
    const { exitCode, stdout, stderr } = await cli(['import', three, ...args]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
  });

  test('are compared state by state with a run, and never averaged where they have none', async () => {
    const run = await cli([
      'full',
      'empty',
      'again',
      '--topology',
      '1x1x4x2',
      '--memory',
      '64GiB',
      '--json',
      '-q',
    ]);
    const simulated = scratchFile('simulated.json', run.stdout);
    const text = total(95_000_000, 64) + total(311_000_000, 64) + total(310_000_000, 64);
    const labelled = await importAs('labelled', text, '--sweeps', 'full,empty,again');
    const { stdout } = await cli(['diff', labelled, simulated, '--csv']);
    expect(stdout.split('\n').filter((row) => row.includes(',total,elapsedNs,'))).toHaveLength(3);
    const silent = await importAs('silent', text);
    const refused = await cli(['diff', silent, simulated]);
    expect(refused.exitCode).toBe(4);
    expect(refused.stderr).toContain('it may be any of');
    expect(refused.stderr).toContain('import --sweeps full,empty,again');
  });

  test('are calibrated each by its own state', async () => {
    const text = total(9_513_573, 64) + total(9_000_000, 64);
    const labels = ['--strategy', 'local-first', '--threads', 'primary', '--memory', '64GiB'];
    const labelled = await importAs('states', text, '--sweeps', 'empty,again', ...labels);
    const { exitCode, stdout } = await cli(['calibrate', labelled, ...FEW_COSTS, '--csv', '-q']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('empty-local-first-primary-64GiB,total,fitted,9513573,');
    expect(stdout).toContain('again-local-first-primary-64GiB,total,fitted,9000000,');
    const mixed = await importAs('mixed', text, '--scenario', 'empty', '--sweeps', 'empty,again', ...labels);
    expect((await cli(['calibrate', mixed])).stderr).toContain(
      'sweeps of one state of empty, found empty, again',
    );
  });
});

describe('memory', () => {
  test.each([
    [2048, '1TiB', 'expected 1024 regions, as --memory 1TiB says, found 2048', 'type --memory 2TiB or more'],
    [1038, '1TiB', 'found 1038 in the log', '12 GiB reserved below 1 TiB (inferred); type --memory 1038GiB'],
    [64, '128GiB', 'expected 128 regions', 'type --memory 64GiB'],
  ])('of %i regions is not %s', async (regions, memory, words, hint) => {
    const log = scratchFile(`memory-${regions}.log`, total(311_135_734, regions));
    const { exitCode, stdout, stderr } = await cli(['import', log, '--memory', memory]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
    expect(stderr).toContain('Memory is the span of physical addresses that is swept');
    expect(stderr).toContain(hint);
    const { stdout: taken } = await cli(['import', log, '--memory', `${regions}GiB`, '-q']);
    expect(taken).toContain('311 ms');
  });

  test('beyond what RMPOPT covers fits a log of all it covers', async () => {
    const log = scratchFile('large.log', total(311_135_734, 2048));
    expect((await cli(['import', log, '--memory', '4TiB'])).exitCode).toBe(0);
  });
});

test.each([
  ['SEV-SNP: Memory for the RMP table has not been reserved by BIOS\n', 'SNP is off'],
  ['SEV-SNP: RMPOPT optimizations not enabled, segmented RMP required\n', 'no sweep: segmented RMP required'],
  ['SEV-SNP: Segmented RMP using 128GB segments\n', 'lines about the RMP, and none about RMPOPT'],
  ['tsc: Detected 2000.000 MHz processor\n', 'found none in 1 lines'],
  [`${Buffer.from(total(1, 64).repeat(9)).toString('base64').replace(/.{76}/g, '$&\n')}\n`, 'text in base64'],
])('a log without a sweep is refused, and the reason is said: %s', async (text, reason) => {
  const { exitCode, stdout, stderr } = await cli(['import', scratchFile('without.log', text)]);
  expect([exitCode, stdout]).toEqual([2, '']);
  expect(stderr).toContain(reason);
});

test.each([
  [[0x1f, 0x8b, 8, 0], 'a gzip file', 'zcat'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'a zstd file', 'zstdcat'],
  [[...Buffer.from('LPKSHHRH')], 'a journal of systemd', 'journalctl -k --file=FILE'],
  [[0xff, 0xfe, 0, 0, 0x41, 0, 0, 0], 'text in UTF-32', 'iconv'],
])('bytes that are no text are refused by name: %j', async (bytes, name, hint) => {
  const { exitCode, stderr } = await cli(['import', scratchFile('binary.log', Buffer.from(bytes))]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`found ${name}`);
  expect(stderr).toContain(hint);
});

describe('a log of other CPUs or regions than the host', () => {
  const labels = ['--scenario', 'empty', '--strategy', 'local-first', '--threads', 'primary'];

  test('is not compared with it, and what differs is named', async () => {
    const run = await cli(['empty', '--topology', '1x1x4x2', '--memory', '64GiB', '--json', '-q']);
    const simulated = scratchFile('host.json', run.stdout);
    const same = await importAs('same', phases(3), ...labels);
    expect((await cli(['diff', same, simulated])).exitCode).toBe(0);
    const other = await importAs('other', phases(511), ...labels);
    const refused = await cli(['diff', other, simulated]);
    expect(refused.exitCode).toBe(4);
    expect(refused.stderr).toContain('differs in remote CPUs (511 against 3)');
    const larger = await importAs('larger', phases(3, 128), ...labels, '--memory', '128GiB');
    const { stderr } = await cli(['diff', larger, simulated]);
    expect(stderr).toContain('memory (128 GiB against 64 GiB)');
    expect(stderr).toContain('regions (128 against 64)');
  });

  test('is not what a machine is fitted to', async () => {
    const other = await importAs('fitted', phases(3, 2048), ...labels, '--memory', '2TiB');
    const { exitCode, stderr } = await cli(['calibrate', other]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      'expected 511 remote CPUs, of a machine of 512 cores and 1024 CPUs (2x8x32x2), found 3',
    );
    expect(stderr).toContain('--machine');
  });
});

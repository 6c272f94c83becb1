import { describe, expect, test } from 'vitest';
import { cli, runDocument, scratchFile } from '../support/cli.js';

const HOST = 'base: posted-2p\ntopology: 2x2x4x1\nmemory: 64GiB\n';
const LOW = '{at: 0x8800000, covers: [0, 32GiB]}, {at: 1371MiB, covers: [32GiB, 64GiB]}';

async function freeRegions(...args: string[]) {
  const { results } = await runDocument(['empty', ...args]);
  return results.find(({ phase }) => phase === 'local')?.optimized;
}

describe('the segments of the RMP', () => {
  test('lie where a machine file says, and are on record', async () => {
    const file = scratchFile('low.yaml', `${HOST}rmpSegments: [${LOW}]\n`);
    const { machines, results } = await runDocument(['empty', '--machine', file]);
    expect(machines[0]?.rmpSegments).toEqual([
      { atBytes: 0x8800000, coversFromBytes: 0, coversToBytes: 32 * 2 ** 30 },
      { atBytes: 1371 * 2 ** 20, coversFromBytes: 32 * 2 ** 30, coversToBytes: 64 * 2 ** 30 },
    ]);
    expect(results[0]?.optimized).toBe(62);
    // All entries lie on socket 0, so that CPU 0 reads none from afar.
    const near = await runDocument(['empty', '--machine', file, '--set', 'entryScanRemoteNs=50']);
    expect(near.results[0]?.elapsedNs).toBe(results[0]?.elapsedNs);
  });

  test('are assumed where none are listed, and on a host of another size', async () => {
    expect(await freeRegions('--topology', '2x2x4x1', '--memory', '64GiB')).toBe(61);
    const file = scratchFile('low.yaml', `${HOST}rmpSegments: [${LOW}]\n`);
    expect(await freeRegions('--machine', file, '--memory', '32GiB')).toBe(29);
    const { machines } = await runDocument(['empty', '--machine', file, '--memory', '32GiB']);
    expect(machines[0]?.rmpSegments).toEqual([]);
  });

  test('may be one piece at the top of memory instead', async () => {
    const set = ['--set', 'rmpLayout=contiguous'];
    expect(await freeRegions('--topology', '2x2x4x1', '--memory', '64GiB', ...set)).toBe(62);
  });

  test('stand in what show prints of a machine, to be edited', async () => {
    const file = scratchFile('low.yaml', `${HOST}rmpSegments: [${LOW}]\n`);
    const { stdout } = await cli(['show', file, '--yaml']);
    const copy = scratchFile('copy.yaml', stdout);
    const [one, other] = await Promise.all(
      [file, copy].map(async (machine) => (await runDocument(['empty', '--machine', machine])).machines[0]),
    );
    expect(other?.rmpSegments).toEqual(one?.rmpSegments);
  });

  test.each([
    [
      '{at: x, covers: [0, 1GiB]}',
      /rmpSegments\[0\]\.at: expected an address such as 0x8800000 or 136MiB, found "x"/,
    ],
    [
      '{at: 64GiB, covers: [0, 1GiB]}',
      /rmpSegments\[0\]\.at: expected an address in the memory of 64GiB, found 0x1000000000/,
    ],
    [
      '{at: 0, covers: [3, 1]}',
      /rmpSegments\[0\]\.covers: expected covers \[from, to\] with from below to, found \[3, 1\]/,
    ],
    ['{at: 0, covers: 3}', /rmpSegments\[0\]\.covers: expected two addresses: \[from, to\]/],
    ['{at: 0}', /rmpSegments\[0\]\.covers: expected two addresses/],
    ['', /rmpSegments: expected a list of at least one segment/],
  ])('that are no segments are refused: %s', async (segment, message) => {
    const file = scratchFile('bad.yaml', `${HOST}rmpSegments: [${segment}]\n`);
    const { exitCode, stdout, stderr } = await cli(['empty', '--machine', file]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });

  const LOG = `SEV-SNP: Segmented RMP using 128GB segments
SEV-SNP: RMP segment 0 physical address [0x8800000 - 0x10ffffff] covering [0x0 - 0x87fffffff]
SEV-SNP: RMP segment 8 physical address [0x55b00000 - 0x75afffff] covering [0x10000000000 - 0x11fffffffff]
`;
  const LINE =
    'rmpSegments: [{at: 0x8800000, covers: [0x0, 0x880000000]}, {at: 0x55b00000, covers: [0x10000000000, 0x12000000000]}]';

  test('are printed from a log as a line of a machine file', async () => {
    const alone = await cli(['import', scratchFile('boot.log', LOG)]);
    expect(alone.exitCode).toBe(2);
    expect(alone.stderr).toContain(LINE);
    const sweep =
      'RMPOPT execution time 311000000 ns for physical address range 0x0 - 0x11fffffffff on all cpus\n';
    const file = scratchFile('swept.log', LOG + sweep);
    expect((await cli(['import', file])).stdout.replace(/\s+/g, ' ')).toContain(LINE);
    const { stdout } = await cli(['import', file, '--json']);
    expect(JSON.parse(stdout).rmpSegments).toEqual([
      { atBytes: 0x8800000, coversFromBytes: 0, coversToBytes: 0x880000000 },
      { atBytes: 0x55b00000, coversFromBytes: 2 ** 40, coversToBytes: 2 ** 40 + 128 * 2 ** 30 },
    ]);
  });
});

test('a sweep of dirty regions alone says how many those are', async () => {
  const { results } = await runDocument([
    'again',
    '--strategy',
    'dirty-only',
    '--topology',
    '1x1x2x1',
    '--memory',
    '8GiB',
  ]);
  expect(results.map(({ regions }) => regions)).toEqual([0, 0, 0]);
  const exit = await runDocument([
    'guest-exit',
    '--strategy',
    'dirty-only',
    '--topology',
    '1x1x2x1',
    '--memory',
    '256GiB',
  ]);
  expect(exit.results[0]).toMatchObject({ regions: 101, issued: 101 });
});

test('the total of a local phase that is shared has the RMPOPTs of all who share it', async () => {
  const { results } = await runDocument([
    ...['empty', '--strategy', 'split-local', '--topology', '1x2x2x1', '--memory', '8GiB'],
    ...['--set', 'resultHitNs=100,resultServiceNs=0'],
  ]);
  const [local, remote, total] = results;
  // Who scans is in the local phase; the others read what has been left.
  expect(total?.instructionMaxNs).toBe(local?.instructionMaxNs);
  expect(total?.instructionMaxNs).toBeGreaterThan(remote?.instructionMaxNs ?? 0);
});

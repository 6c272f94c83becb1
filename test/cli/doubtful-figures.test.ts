import { describe, expect, test } from 'vitest';
import { cli, scratchFile } from '../support/cli.js';
import { FEW_SETS } from '../support/few-sets.js';
import { smallHost } from '../support/small-fit.js';

const FEW_COSTS = ['--machine', smallHost('few-costs.yaml', ['shared']), '--steps', '1500'];

const RANGE = '0x0000000000000000 - 0x0000001000000000';
const sweep = (seconds: number, ns: number) =>
  `[  ${seconds}.000000] SEV-SNP: RMPOPT execution time ${ns} ns for physical address range ${RANGE} on all cpus\n`;
const LABELS = [
  '--scenario',
  'empty',
  '--strategy',
  'local-first',
  '--threads',
  'primary',
  '--memory',
  '64GiB',
];
const LOCKUP = '[  500.100000] watchdog: BUG: soft lockup - CPU#17 stuck for 26s!\n';

async function imported(name: string, log: string): Promise<string> {
  const { stdout } = await cli(['import', scratchFile(`${name}.log`, log), ...LABELS, '--json', '-q']);
  return scratchFile(`${name}.json`, stdout);
}

describe('figures that import marks as doubtful', () => {
  test('are left out of a fit, with a warning that says which and why', async () => {
    const file = await imported('one', sweep(100, 9_513_573) + sweep(500, 911_000_000) + LOCKUP);
    const { exitCode, stdout, stderr } = await cli(['calibrate', file, ...FEW_COSTS, '--csv']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('empty-local-first-primary-64GiB,total,fitted,9513573,');
    expect(stdout).not.toContain('911000000');
    expect(stderr).toContain(
      `warning: ${file}: doubtful figures are left out: total of sweep 2 (the host was disturbed`,
    );
    expect(stderr).toContain('a CPU was locked up');
  });

  test('are left out of what reproduce compares', async () => {
    const file = await imported('reproduced', sweep(100, 9_513_573) + sweep(500, 911_000_000) + LOCKUP);
    const { stdout, stderr } = await cli(['reproduce', file, ...FEW_SETS, '--csv']);
    expect(stdout).not.toContain('911000000');
    expect(stderr).toContain('doubtful figures are left out');
  });

  test('are refused where there are no others', async () => {
    const file = await imported('all', sweep(500, 911_000_000) + LOCKUP);
    const { exitCode, stdout, stderr } = await cli(['calibrate', file]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('expected a figure that is not doubtful, found');
    expect(stderr).toContain('total of sweep 1');
  });
});

test('a log that only says that a sweep was to run is refused, with what to do', async () => {
  const text = `[    9.1] SEV-SNP: Attempt RMP optimizations on physical address range @1GB alignment [${RANGE}]\n`;
  const { exitCode, stdout, stderr } = await cli(['import', scratchFile('attempt.log', text)]);
  expect([exitCode, stdout]).toEqual([2, '']);
  expect(stderr).toContain('line 1: expected a log with the time of a sweep, found a sweep that was to run');
  expect(stderr).toContain('docs/hardware.md');
});

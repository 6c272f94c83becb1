import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { GIB_BYTES } from '../../src/units.js';
import { madeSweep, madeTrace } from '../kernel-trace/made-trace.js';
import { cli, SCRATCH, scratchFile } from '../support/cli.js';
import { faultsOf } from '../support/schemas.js';
import { smallHost } from '../support/small-fit.js';

const SAMPLE = fileURLToPath(new URL('../../docs/logs/stand-in-capture.log', import.meta.url));

/** Imports a trace as what it is said to be of. */
async function importAs(name: string, trace: string, ...labels: string[]) {
  const file = join(SCRATCH, `${name}.json`);
  const labelled = ['--scenario', 'empty', '--strategy', 'local-first', '--threads', 'primary', ...labels];
  const { exitCode, stderr } = await cli(['import', trace, ...labelled, '--json', '-q', '-o', file]);
  expect([exitCode, stderr]).toEqual([0, '']);
  return { file, document: JSON.parse(readFileSync(file, 'utf8')) };
}

describe('import of a trace', () => {
  test('makes a document that the schema knows, with the rounds of every sweep and the CPUs called in them', async () => {
    const { document } = await importAs('sample', SAMPLE);
    expect(faultsOf(document)).toBe('');
    expect(document.origin).toBe('imported');
    expect(document.rounds.map((row: { run: number; rounds: number }) => [row.run, row.rounds])).toEqual([
      ...[1, 2, 3].map((run) => [run, 6]),
      [4, 4],
    ]);
    expect(document.arrivals).toHaveLength(3 * 3 + 8);
  });

  test('shows phases, the steps of rounds and who comes first, in lines of 100 columns', async () => {
    const { stdout, stderr } = await cli(['import', SAMPLE]);
    expect(stdout).toMatch(/^IMPORTED from stand-in-capture: a trace of a kernel/);
    expect(stdout).toMatch(
      /sweep {2}rounds {2}calls +round {2}first entry {2}last entry {2}last exit {2}next round/,
    );
    expect(stdout).toMatch(
      /Sweep 1: CPU \d is the first to enter in \d of 6 rounds, CPU\s\d\sthe\slast\sin\s\d\./,
    );
    expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
    expect(stderr).toContain(
      'warning: calls outside of sweeps are in no figure: 36 of stand_in_rmpopt_enable',
    );
  });

  test('says why there is no sweep in a trace, and writes nothing', async () => {
    const other = madeTrace(madeSweep(2)).replaceAll('rmpopt', 'some');
    const { exitCode, stdout, stderr } = await cli(['import', scratchFile('other.trace', other)]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('expected a trace with a sweep');
    expect(stderr).toContain('found events of other functions (some_work_handler, some_smp)');
  });

  test('diff compares what it made, report draws it, and calibrate takes its figures', async () => {
    const trace = scratchFile('made.trace', madeTrace(madeSweep(4)));
    const { file } = await importAs('made', trace, '--memory', '4GiB', '--tsc-ghz', '1');
    const diff = await cli(['diff', file, file, '--csv']);
    expect([diff.exitCode, diff.stderr]).toEqual([0, '']);
    expect(diff.stdout).toMatch(/,remote,slowestNs,/);
    const page = join(SCRATCH, 'trace.html');
    expect((await cli(['report', file, '-o', page])).exitCode).toBe(0);
    expect(readFileSync(page, 'utf8')).toContain('Sweep 1: from the start of a round to each CPU');
    const host = smallHost('own.yaml', ['shared'], { topology: '1x1x4x2', memoryBytes: 4 * GIB_BYTES });
    const fit = await cli(['calibrate', file, '--machine', host, '--csv', '-q', '--steps', '3000']);
    expect([fit.exitCode, fit.stderr]).toEqual([0, '']);
    expect(fit.stdout).toContain(',70001,');
    const other = await cli(['calibrate', file]);
    expect([other.exitCode, other.stderr.includes('found 3 in the log')]).toEqual([2, true]);
  });
});

import { Chalk } from 'chalk';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PLAIN_CSV } from '../../src/report/csv-style.js';
import { drawHeatStrip } from '../../src/report/heat-strip.js';
import { drawHistogram } from '../../src/report/histogram.js';
import type { Layout } from '../../src/report/layout.js';
import { loadRenderer } from '../../src/report/render.js';
import type { CpuRow } from '../../src/run-document/columns.js';
import { runDocument } from '../support/cli.js';

const layout = (columns: number): Layout => ({ chalk: new Chalk({ level: 0 }), columns, unicode: true });
const widest = (text: string) => Math.max(...text.split('\n').map((line) => [...line].length));
const totalsOf = (cpus: readonly CpuRow[]) => cpus.filter(({ phase }) => phase === 'total');

const WORLDS = [
  ['1x1x1x1', 'local-first', 1],
  ['1x1x1x2', 'broadcast', 2],
  ['1x1x300x2', 'broadcast', 600],
  ['2x12x16x2', 'local-first', 384],
  ['4x16x32x2', 'local-first', 2048],
  ['4x16x32x2', 'broadcast', 4096],
  ['2x2x3x2', 'serial', 12 * 2],
  ['2x2x3x2', 'single-ipi', 12],
] as const;

describe.each(WORLDS)('the strip of %s by %s', (topology, strategy, count) => {
  test('has every CPU that takes part once, whatever the width', async () => {
    const args = ['empty', '--memory', '16GiB', '--topology', topology, '--strategy', strategy, '--per-cpu'];
    const rows = totalsOf((await runDocument(args)).cpus);
    expect(rows).toHaveLength(count);
    const slowestNs = Math.max(...rows.map(({ role, busyNs }) => (role === 'remote' ? busyNs : 0)));
    for (const columns of [72, 80, 100, 200]) {
      const strip = drawHeatStrip(rows, slowestNs, layout(columns));
      expect(strip.match(/[▁▂▃▄▅▆▇█·L]/g)).toHaveLength(count);
      expect(widest(strip)).toBeLessThanOrEqual(columns);
    }
  });
});

test('a strip marks CPUs that were sent nothing, and names the slowest of a line', async () => {
  const world = ['--topology', '1x2x4x1', '--memory', '16GiB', '--per-cpu'];
  const idle = totalsOf((await runDocument(['full', '--strategy', 'skip-failed', ...world])).cpus);
  expect(drawHeatStrip(idle, 0, layout(80))).toBe('node 0, CPUs 0-7\n0 L··· ···· 1 0');
  const busy = totalsOf((await runDocument(['empty', ...world])).cpus);
  const slowest = busy.reduce(
    (most, row) => (row.role === 'remote' && row.busyNs > most.busyNs ? row : most),
    {
      ...busy[1],
      busyNs: 0,
    } as CpuRow,
  );
  const [, line = ''] = drawHeatStrip(busy, slowest.busyNs, layout(80)).split('\n');
  expect(line).toMatch(new RegExp(` ${slowest.cpu} [\\d.]+$`));
  expect([...line][2 + 'L··· '.length + slowest.cpu - 4]).toBe('█');
});

test('a histogram counts every CPU once, in at most 11 bins, within its columns', () => {
  const times = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 10 ** 12 }));
  fc.assert(
    fc.property(fc.array(times, { minLength: 1, maxLength: 200 }), (busyNs) => {
      const drawn = drawHistogram(busyNs, layout(80));
      const counts = drawn
        .split('\n')
        .slice(2)
        .map((line) => Number(/^\s*\S+\s+(\d+)/.exec(line)?.[1]));
      expect(counts.reduce((sum, count) => sum + count)).toBe(busyNs.length);
      expect(counts.length).toBeLessThanOrEqual(11);
      expect(widest(drawn)).toBeLessThanOrEqual(80);
    }),
  );
});

describe('phase bars', () => {
  const bars = async (args: readonly string[], columns: number) => {
    const text = (await loadRenderer('table', { csv: PLAIN_CSV, isWide: false }))(
      await runDocument(args),
      'cpu',
      layout(columns),
    );
    return text.split('\n').filter((line) => /(local|remote) +[<>\d]+ % .*[█▒░·▏]/.test(line));
  };

  test.each([80, 100, 200])('are as long as their times, on one scale, in %i columns', async (columns) => {
    const args = ['full', 'empty', 'again', '--memory', '200GiB'];
    const { results } = await runDocument(args);
    const elapsedNs = results.filter(({ phase }) => phase !== 'total').map((row) => row.elapsedNs);
    const lines = await bars(args, columns);
    const lengths = lines.map((line) => line.match(/[█▒░·]/g)?.length ?? 0);
    expect(lengths).toHaveLength(elapsedNs.length);
    const [most, width] = [Math.max(...elapsedNs), Math.max(...lengths)];
    expect(lengths).toEqual(elapsedNs.map((ns) => Math.round((ns / most) * width)));
    expect(Math.max(...lines.map((line) => line.length))).toBe(columns);
  });

  test('have no line for a phase that did not take place', async () => {
    expect(await bars(['empty', '--strategy', 'broadcast', '--memory', '16GiB'], 80)).toHaveLength(1);
  });

  test('show the loop where it takes time', async () => {
    const [local = ''] = await bars(['empty', '--memory', '16GiB', '--set', 'condReschedNs=9000'], 80);
    expect(local).toMatch(/▒·+$/);
  });
});

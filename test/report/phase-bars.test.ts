import { describe, expect, test } from 'vitest';
import type { RunDocument } from '../../src/run-document/run-document.js';
import { cliOnce } from '../support/cli.js';
import { plainLayout, rendered } from '../support/rendered.js';

describe('phase bars', () => {
  const runOnce = async (args: readonly string[]): Promise<RunDocument> =>
    JSON.parse((await cliOnce([...args, '--json'])).stdout);
  const bars = async (args: readonly string[], columns: number) => {
    const text = await rendered(await runOnce(args), plainLayout(columns));
    return text.split('\n').filter((line) => /(local|remote) +[<>\d]+ % .*[█▒░·▏]/.test(line));
  };

  test.each([80, 100, 200])('are as long as their times, on one scale, in %i columns', async (columns) => {
    const args = ['full', 'empty', 'again', '--memory', '200GiB'];
    const { results } = await runOnce(args);
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

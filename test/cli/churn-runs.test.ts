import { expect, test } from 'vitest';
import type { ChurnDocument } from '../../src/run-document/churn-document.js';
import { cli } from '../support/cli.js';

const SHORT = ['--topology', '2x2x2x1', '--duration', '5min', '--delays', '5s', '--hypothesis', 'shared'];

async function busyHour(...args: string[]): Promise<ChurnDocument> {
  const { stdout } = await cli(['churn', 'busy-hour', ...SHORT, ...args, '--json']);
  return JSON.parse(stdout);
}

test('several histories are those of as many seeds, and their spread is that of the rows', async () => {
  const alone = await Promise.all(['7', '8', '9'].map((seed) => busyHour('--seed', seed)));
  const { seeds: spreads, ...together } = await busyHour('--seed', '7', '--runs', '3');
  const { seeds: none, ...first } = alone[0] ?? {};
  expect(none).toEqual([]);
  expect({ ...together, command: null }).toEqual({ ...first, command: null });
  for (const { delayNs, figure, runs, low, median, high } of spreads) {
    const values = alone.map(({ results }) => {
      const row = results.find((one) => one.delayNs === delayNs);
      return Number(row?.[figure as 'sweeps']);
    });
    values.sort((a, b) => a - b);
    expect([runs, low, median, high]).toEqual([3, ...values]);
  }
  expect(new Set(spreads.map(({ figure }) => figure)).size).toBe(8);
});

test('a scenario in which nothing is random has one history', async () => {
  const { exitCode, stderr } = await cli(['churn', 'mass-exit', '--runs', '2']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('--runs: expected 1, since nothing in this scenario is random, found 2');
});

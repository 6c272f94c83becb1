import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { commandTree } from '../../src/cli/command-docs.js';
import { FORMAT_NAMES, isForPeople } from '../../src/report/formats.js';
import { cli, runDocument, SCRATCH, scratchFile } from '../support/cli.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SMALL = ['--topology', '2x2x4x2', '--memory', '24GiB', '-q'];
const JITTER = ['--jitter', '--runs', '3', '--set', 'tailProbability=0.01'];
const CHURN = ['mass-exit', ...SMALL.slice(0, 2), '-q'];

/** What puts CPUs in an order, or draws one. */
const RANKING = /fastest|slowest|busiest|\bp99\b|99th|rank|heat|[▂▃▅▆▇]/i;

const RUNS: Readonly<Record<string, readonly string[]>> = {
  'three states': ['full', 'empty', 'again', ...SMALL],
  'each CPU': ['empty', '--per-cpu', ...SMALL],
  'each L3 group': ['empty', '--by', 'l3', ...SMALL],
  'each node, other hypotheses': ['again', '--by', 'node', '--hypothesis', 'shared,rescan', ...SMALL],
  'random costs': ['empty', ...SMALL, ...JITTER],
  'random costs of each CPU': ['empty', '--per-cpu', ...SMALL, ...JITTER],
  'the other order': ['empty', '--per-cpu', ...SMALL, '--set', 'arrivalOrder=rotate'],
  'a grid': ['compare', 'full', 'empty', '--vary', 'strategy=local-first,broadcast', ...SMALL],
  'a grid with random costs': [
    ...['compare', 'empty', '--vary', 'threads=primary,all', '--per-cpu', ...SMALL, ...JITTER],
  ],
};
const TEXTS = FORMAT_NAMES.filter(isForPeople);

describe('no text for people ranks simulated CPUs:', () => {
  test.each(Object.entries(RUNS))('%s', async (name, args) => {
    for (const format of TEXTS) {
      const { stdout, stderr, exitCode } = await cli([...args, '--format', format]);
      expect(exitCode, stderr).toBe(0);
      expect(`${stdout}${stderr}`, format).not.toMatch(RANKING);
    }
    const saved = scratchFile(`${name}.json`, (await cli([...args, '--json'])).stdout);
    const page = join(SCRATCH, `${name}.html`);
    expect((await cli(['report', saved, '-o', page])).stderr).toBe('');
    // Beside its words a page has the program that sorts its tables, and the document itself.
    const words = readFileSync(page, 'utf8').replaceAll(/<(script|style)\b[\s\S]*?<\/\1>/g, '');
    expect(words).not.toMatch(RANKING);
  });

  test('what other commands print of simulated sweeps', async () => {
    const saved = async (file: string, args: readonly string[]) =>
      scratchFile(file, (await cli([...args, '--json'])).stdout);
    const grid = ['compare', 'empty', '--vary', 'threads=primary,all', ...SMALL];
    const [before, after, ...shards] = [
      await saved('before.json', ['empty', ...SMALL]),
      await saved('after.json', ['empty', ...SMALL, '--set', 'resultServiceNs=300']),
      await saved('shard-1.json', [...grid, '--shard', '1/2']),
      await saved('shard-2.json', [...grid, '--shard', '2/2']),
    ];
    const texts = [
      ['diff', before, after],
      ['reproduce'],
      ['list'],
      ['show', 'posted-2p'],
      ['show', 'arrivalOrder'],
      ...TEXTS.map((format) => ['merge', ...shards, '--format', format]),
      ...TEXTS.map((format) => ['churn', ...CHURN, '--format', format]),
    ];
    for (const args of texts) {
      const { stdout, stderr } = await cli(args);
      expect(stdout, args.join(' ')).not.toBe('');
      expect(`${stdout}${stderr}`, args.join(' ')).not.toMatch(RANKING);
    }
  });

  test('every command has its texts here, or prints none of simulated sweeps', async () => {
    const told = ['run', 'compare', 'merge', 'churn', 'list', 'show', 'reproduce', 'diff', 'report'];
    const silent = ['machine', 'calibrate', 'import', 'schema', 'completion'];
    const { commands } = await commandTree(ROOT);
    const names = commands.map(({ name }) => name);
    expect(names.toSorted()).toEqual(['help', ...told, ...silent].toSorted());
    for (const name of names) expect((await cli([name, '--help'])).stdout, name).not.toMatch(RANKING);
  });
});

describe('what each CPU spends in RMPOPT', () => {
  const timesOf = async (...args: string[]) => {
    const { results, cpus, disturbances } = await runDocument(['empty', '--per-cpu', ...SMALL, ...args]);
    return { results, cpus, disturbances };
  };

  test('has the same extremes whichever order the user has set', async () => {
    for (const args of [[], ['--hypothesis', 'rescan'], ['--threads', 'all'], ['--strategy', 'batched']]) {
      const [cpu, rotate] = [await timesOf(...args), await timesOf(...args, '--set', 'arrivalOrder=rotate')];
      const extremes = ({ results, cpus }: typeof cpu) => [
        results.map((row) => [row.phase, row.inRmpoptLowNs, row.inRmpoptHighNs]),
        cpus.map((row) => [
          row.cpu,
          row.inRmpoptLowNs,
          row.inRmpoptHighNs,
          row.longestLowNs,
          row.longestHighNs,
        ]),
      ];
      expect(extremes(cpu), args.join(' ')).toEqual(extremes(rotate));
      for (const [i, row] of cpu.cpus.entries()) {
        const own = [row.inRmpoptNs, rotate.cpus[i]?.inRmpoptNs ?? 0];
        expect([row.inRmpoptLowNs, row.inRmpoptHighNs]).toEqual([Math.min(...own), Math.max(...own)]);
      }
    }
  });

  test('is the same without rows per CPU, and the other order is left out where random costs make it as dear as the first', async () => {
    const { results } = await timesOf();
    expect((await runDocument(['empty', ...SMALL])).results).toEqual(results);
    const drawn = await timesOf('--jitter');
    expect(drawn.results.every(({ inRmpoptLowNs }) => inRmpoptLowNs !== null)).toBe(true);
    const alone = await runDocument(['empty', ...SMALL, '--jitter']);
    expect(alone.results).toEqual(
      drawn.results.map((row) => ({ ...row, inRmpoptLowNs: null, inRmpoptHighNs: null })),
    );
    expect(alone.disturbances.map((row) => [row.takenLowShare, row.longestInterruptHighNs])).toEqual([
      [null, null],
    ]);
  });
});

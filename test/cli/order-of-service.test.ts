import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { commandTree } from '../../src/cli/command-docs.js';
import { renderPage } from '../../src/page/page.js';
import { CPU_GROUPING_NAMES, type CpuGrouping } from '../../src/report/cpu-groups.js';
import { isForPeople, TEXT_FORMAT_NAMES } from '../../src/report/formats.js';
import { readSavedDocument } from '../../src/run-document/read-document.js';
import { cli, cliOnce, runDocument, scratchFile } from '../support/cli.js';
import { FEW_SETS } from '../support/few-sets.js';
import { SMALL_FIGURES } from '../support/figures.js';
import { plainLayout, rendered } from '../support/rendered.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SMALL = ['--topology', '2x2x2x2', '--memory', '16GiB', ...FEW_SETS, '-q'];
const JITTER = ['--jitter', '--runs', '3', '--set', 'tailProbability=0.01'];

/** What puts CPUs in an order, or draws one; a state may be the slowest. */
const RANKING = /fastest|(?<!\bis )slowest|busiest|\bp99\b|99th|rank|heat|[▂▃▅▆▇]/i;

const RUNS: Readonly<Record<string, readonly string[]>> = {
  'three states': ['full', 'empty', 'again', ...SMALL],
  'each CPU': ['empty', '--per-cpu', ...SMALL],
  'random costs': ['empty', ...SMALL, ...JITTER],
  'random costs of each CPU': ['empty', '--per-cpu', ...SMALL, ...JITTER],
  'the other order': ['empty', '--per-cpu', ...SMALL, '--set', 'arrivalOrder=rotate'],
  'a grid': ['compare', 'full', 'empty', '--vary', 'strategy=local-first,broadcast', ...SMALL],
  'a grid with random costs': [
    ...['compare', 'empty', '--vary', 'threads=primary,all', '--per-cpu', ...SMALL, ...JITTER],
  ],
};
const FORMATS = TEXT_FORMAT_NAMES.filter(isForPeople);
const LAYOUTS = [true, false].map((unicode) => plainLayout(100, unicode));

/** All that people can be shown of a saved document. */
async function textsOf(name: string, text: string, by: CpuGrouping): Promise<string[]> {
  const saved = readSavedDocument(name, text);
  if (saved.kind !== 'run' && saved.kind !== 'churn') throw new Error(`${name} is ${saved.kind}`);
  const texts: string[] = [];
  for (const format of FORMATS) {
    for (const layout of LAYOUTS) texts.push(await rendered(saved.document, layout, { format, by }));
  }
  const page = renderPage([{ name, bytes: Buffer.from(text), saved }], {
    name: 'rmpopt-bench',
    version: '0',
  });
  // Beside its words a page has the program that sorts its tables, and the document itself.
  return [...texts, page.replaceAll(/<(script|style)\b[\s\S]*?<\/\1>/g, '')];
}

async function expectNoRanking(args: readonly string[], by: CpuGrouping = 'cpu'): Promise<void> {
  const { stdout, stderr } = await cliOnce([...args, '--json']);
  const texts = await textsOf(args.join(' '), stdout, by);
  expect(texts).toHaveLength(2 * 3 + 1);
  for (const text of [...texts, stderr]) expect(text, args.join(' ')).not.toMatch(RANKING);
}

describe('no text for people ranks simulated CPUs:', () => {
  test.each(Object.entries(RUNS))('%s', async (_, args) => expectNoRanking(args));

  test('groups of CPUs', async () => {
    const args = ['again', '--per-cpu', '--hypothesis', 'shared,rescan', ...SMALL];
    for (const by of CPU_GROUPING_NAMES) await expectNoRanking(args, by);
  });

  test('a host on which guests come and go', async () => {
    await expectNoRanking(['churn', 'mass-exit', ...SMALL.slice(0, 2), '-q', '--policy', 'last-exit']);
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
    const figures = scratchFile('figures.yaml', SMALL_FIGURES);
    for (const args of [
      ['diff', before, after],
      ['reproduce', figures, ...FEW_SETS],
      ['merge', ...shards],
      ['list'],
      ['show', 'posted-2p'],
      ['show', 'arrivalOrder'],
    ]) {
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

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { ChurnDocument } from '../src/run-document/churn-document.js';
import { cli, scratchFile } from './support/cli.js';
import { FEW_SETS } from './support/few-sets.js';

const DELAYS_S = [0, 1, 2, 5, 10, 20, 30, 60];
const document = readFileSync(fileURLToPath(new URL('../docs/exits.md', import.meta.url)), 'utf8');
const prose = document.replaceAll(/\s+/g, ' ');

async function exitOf(sizeGib: number, mapping: string) {
  const file = scratchFile(
    `exit-${sizeGib}-${mapping}.yaml`,
    `private: [{guest: a, size: ${sizeGib}GiB, mapping: ${mapping}}]
duration: 10min
timeline: [{at: 10s, terminate: a}]
`,
  );
  const small = ['--topology', '2x2x2x1', '--hypothesis', 'shared', ...FEW_SETS, '--json'];
  const { stdout } = await cli(['churn', file, ...small, '--delays', DELAYS_S.map((s) => `${s}s`).join(',')]);
  const { results, events }: ChurnDocument = JSON.parse(stdout);
  const missed = DELAYS_S.map((s) => results.find(({ delayNs }) => delayNs === s * 1e9)?.missedRegions);
  return { missed, conversionS: (events.find(({ event }) => event === 'exit')?.conversionNs ?? 0) / 1e9 };
}

test('the table of guest sizes in docs/exits.md is what the program computes', async () => {
  const lines = [
    `| guest | entries | conversion | ${DELAYS_S.map((s) => `${s} s`).join(' | ')} |`,
    `|---|---|---|${DELAYS_S.map(() => '---').join('|')}|`,
  ];
  for (const sizeGib of [4, 16, 64, 256]) {
    for (const mapping of ['4k', '2m']) {
      const { missed, conversionS } = await exitOf(sizeGib, mapping);
      lines.push(`| ${sizeGib} GiB | ${mapping} | ${conversionS.toFixed(2)} s | ${missed.join(' | ')} |`);
    }
  }
  expect(document).toContain(`<!-- computed -->\n${lines.join('\n')}\n<!-- end -->`);
});

test('the advice in docs/exits.md has the numbers of the program', async () => {
  const [small, large] = [await exitOf(1, '4k'), await exitOf(1, '2m')];
  expect(prose).toContain(
    `${small.conversionS.toFixed(2)} s for each GiB of 4K entries, ${large.conversionS.toFixed(2)} s for each GiB of 2M entries`,
  );
  // What ten seconds are enough for is in the table, the rest in the outputs.
  expect(document).toMatch(/\| 16 GiB \| 4k \|[^\n]*\| 0 \| 0 \| 0 \| 0 \|\n/);
  expect(document).toMatch(/\| 64 GiB \| 2m \|[^\n]*\| 0 \| 0 \| 0 \| 0 \|\n/);
  expect(document).toMatch(/\nlast-exit +2 +81 [^\n]* 10\d /);
  const cpuTimes = [
    ...document.matchAll(/\nafter-conversion +2 +0 (?: +[\d.-]+)*? +([\d.]+) +[\d.]+ +[\d.]+ +\d+ +0\n/g),
  ];
  const [all, dirty] = cpuTimes.map(([, cpuTime]) => cpuTime);
  expect(prose).toContain(`the CPU time of two sweeps from ${all} s to ${dirty} s`);
});

import { expect, test } from 'vitest';
import { PARAMETER_NAMES } from '../../src/machine/parameters.js';
import { FORMAT_NAMES } from '../../src/report/formats.js';
import { MAPPING_NAMES } from '../../src/scenario/scenario.js';
import { STRATEGY_NAMES } from '../../src/sweep/strategies.js';
import { cli } from '../support/cli.js';

/** What the program answers a shell, a line each. */
async function answer(shell: string, ...words: string[]): Promise<string[]> {
  const { stdout, stderr, exitCode } = await cli(['complete', '--', shell, ...words]);
  expect([exitCode, stderr]).toEqual([0, '']);
  return stdout.split('\n').filter((line) => line !== '');
}

test.each<[line: string, offers: readonly string[]]>([
  ['--mapping ', [...MAPPING_NAMES]],
  ['empty --mapping 4k,', MAPPING_NAMES.map((name) => `4k,${name}`)],
  ['empty --mapping 4k,2', ['4k,2m']],
  ['empty --mapping=4k,1', ['--mapping=4k,1g']],
  ['run empty --strategy ', [...STRATEGY_NAMES]],
  ['import --strategy s', ['serial', 'skip-failed', 'single-ipi', 'split-local']],
  ['full -q --format ', [...FORMAT_NAMES]],
  ['full --threads=p', ['--threads=primary']],
  ['full --hypothesis shared,r', ['shared,rescan']],
  ['full --scan ', ['2m', '4k']],
  ['full --set ', [...PARAMETER_NAMES]],
  ['full --set earlyExit=', ['earlyExit=true', 'earlyExit=false']],
  ['full --set ipiBaseNs=9,arr', ['ipiBaseNs=9,arrivalOrder']],
  ['full --set ipiBaseNs=9,scan=4', ['ipiBaseNs=9,scan=4k']],
  ['full --set ipiBaseNs=', []],
  ['full --seed ', []],
  ['compare full --vary ma', ['machine', 'mapping']],
  ['compare full --vary mapping=4k,2', ['mapping=4k,2m']],
  ['compare full --vary=threads=', ['--vary=threads=primary', '--vary=threads=all']],
  ['compare full --baseline scenario=fu', ['scenario=full']],
  ['th', ['three-states']],
  ['compare th', ['three-states']],
  ['compare full empty th', ['three-states']],
  ['--machine p', ['posted-2p']],
  ['show post', ['posted-2p']],
  ['show --machine posted-2p per', ['per-core']],
  ['schema ', ['scenario', 'churn', 'machine', 'figures', 'run']],
  ['completion ', ['bash', 'zsh', 'fish']],
  ['reproduce l', ['list-2026-03']],
  ['churn never', ['never-pausing']],
  ['churn busy-hour --policy immediate,l', ['immediate,last-exit']],
  ['calibrate --leave-out f', ['first-page']],
  ['help com', ['compare', 'completion']],
  ['com', ['compare', 'completion']],
  ['--vers', ['--version']],
  ['full --per', ['--per-cpu']],
  ['diff --fail', ['--fail-on']],
  ['list --json --ma', ['--machine']],
  ['full -- full th', ['three-states']],
])('for "%s" just what fits is offered', async (line, offers) => {
  const offered = (await answer('bash', ...line.split(' '))).filter((word) => !word.startsWith(':files'));
  expect(offered.map((word) => word.replace(/=$/, '')).sort()).toEqual([...offers].sort());
});

test('bash, which cuts at =, gets what follows it', async () => {
  expect(await answer('bash', 'empty', '--mapping', '=', '4k,2')).toEqual(['4k,2m']);
  expect(await answer('bash', 'empty', '--format', '=')).toEqual([...FORMAT_NAMES]);
  expect(await answer('bash', 'compare', 'empty', '--vary', '=', 'mapping', '=', '1')).toEqual(['1g']);
  expect(await answer('bash', 'empty', '--set', 'ipiBaseNs', '=', '9', '--threads', '')).toEqual([
    'primary',
    'all',
  ]);
});

test('the other shells get everything with what it means, and choose by themselves', async () => {
  expect(await answer('zsh', 'completion', 'x')).toEqual(['bash', 'zsh', 'fish']);
  expect(await answer('fish', 'show', 'x')).toContain('full\tEvery page of the host is private');
});

test('of files their extensions are told', async () => {
  expect(await answer('fish', 'run', '')).toContain(':files yaml yml json');
  expect(await answer('bash', 'diff', '')).toEqual([':files json']);
  expect(await answer('zsh', 'full', '--output=x')).toEqual([':files']);
});

test('a line that makes no sense is answered with nothing', async () => {
  expect(await answer('bash', 'full', '--nonsense=')).toEqual([]);
  expect(await answer('bash', 'diff', 'a', 'b', '')).toEqual([]);
  expect(await answer('bash', 'list', '')).toEqual([]);
});

test('what shells ask is no command of users', async () => {
  expect((await cli(['--help'])).stdout).not.toMatch(/^ *complete /m);
  expect((await cli(['complet'])).stderr).not.toContain('complete,');
});

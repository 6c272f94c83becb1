import { execFileSync } from 'node:child_process';
import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { FORMAT_NAMES } from '../../src/report/formats.js';
import { MAPPING_NAMES } from '../../src/scenario/scenario.js';
import { cli, SCRATCH } from '../support/cli.js';
import { isInstalled } from '../support/programs.js';

/** A folder without the files of other tests, which would be offered, too. */
const FOLDER = mkdtempSync(join(SCRATCH, 'completion-'));

/** A folder for PATH with the program, which shells ask. */
const PROGRAMS = mkdtempSync(join(SCRATCH, 'programs-'));
symlinkSync(
  fileURLToPath(new URL('../../bin/rmpopt-bench.js', import.meta.url)),
  join(PROGRAMS, 'rmpopt-bench'),
);

/** Writes a file there and returns its path. */
function ownFile(name: string, content: string): string {
  const path = join(FOLDER, name);
  writeFileSync(path, content);
  return path;
}

const support = (file: string) => fileURLToPath(new URL(`completion/${file}`, import.meta.url));

/** Where readline cuts words unless told otherwise, and where it leaves them whole. */
const WORD_BREAKS = { usual: '"\'><=;|&(:', spaces: '"\'><;|&(' };

/** What a shell offers for lines, in its own machinery. */
const OFFERS: Readonly<Record<string, (script: string, lines: readonly string[]) => string[][]>> = {
  bash: (script, lines) =>
    lines.map((line) => words(execute('bash', [support('bash.sh'), script, WORD_BREAKS.spaces, line]))),
  zsh: (script, lines) =>
    execute('zsh', ['-f', support('zsh.zsh'), script, ...lines])
      .split(/^\.\n/m)
      .slice(0, -1)
      .map(words),
  fish: (script, lines) =>
    lines.map((line) =>
      words(
        execute('fish', ['--no-config', '-c', 'source $argv[1]; complete -C $argv[2]', script, line]),
      ).map((offer) => offer.split('\t')[0] ?? ''),
    ),
};

function execute(shell: string, args: readonly string[]): string {
  const env = { ...process.env, PATH: `${PROGRAMS}:${process.env.PATH}` };
  return execFileSync(shell, args, { cwd: FOLDER, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function words(text: string): string[] {
  return text.split('\n').filter((word) => word !== '');
}

/** Lines with all that has to be offered for them. A name that takes a value may come with or without its `=`. */
const EXACTLY: readonly (readonly [line: string, offers: readonly string[]])[] = [
  ['rmpopt-bench --mapping ', [...MAPPING_NAMES]],
  ['rmpopt-bench empty --mapping 4k,2', ['4k,2m']],
  ['rmpopt-bench empty --mapping=4k,1', ['--mapping=4k,1g']],
  ['rmpopt-bench full --set earlyExit=', ['earlyExit=true', 'earlyExit=false']],
  ['rmpopt-bench full --set ipiBaseNs=9,arr', ['ipiBaseNs=9,arrivalOrder']],
  ['rmpopt-bench full --seed ', []],
  ['rmpopt-bench compare full --vary ma', ['machine', 'mapping']],
  ['rmpopt-bench compare full --vary mapping=4k,2', ['mapping=4k,2m']],
  ['rmpopt-bench compare full --vary=threads=', ['--vary=threads=primary', '--vary=threads=all']],
  ['rmpopt-bench th', ['three-states']],
  ['rmpopt-bench show --machine posted-2p per', ['per-core']],
  ['rmpopt-bench --vers', ['--version']],
  ['rmpopt-bench full --per', ['--per-cpu']],
  ['rmpopt-bench mi', ['mine.yaml']],
  ['rmpopt-bench diff before.j', ['before.json']],
  ['rmpopt-bench import dmesg', ['dmesg.log']],
  ['rmpopt-bench full -o dmesg', ['dmesg.log']],
  ['rmpopt-bench full --output=dmesg', ['--output=dmesg.log']],
  ['rmpopt-bench full --machine=mi', ['--machine=milan-1p', '--machine=mine.yaml']],
  ['rmpopt-bench full -- full th', ['three-states']],
];

beforeAll(() => {
  for (const file of ['mine.yaml', 'before.json', 'dmesg.log']) ownFile(file, '');
});

describe.each(Object.keys(OFFERS).map((shell) => [shell]))('%s', (shell) => {
  test.skipIf(!isInstalled(shell))('offers what fits, and nothing else', async () => {
    const { stdout } = await cli(['completion', shell]);
    const script = ownFile(`tab.${shell}`, stdout);
    const lines = EXACTLY.map(([line]) => line);
    const offered = OFFERS[shell]?.(script, lines) ?? [];
    const found = lines.map((line, i) => [
      line,
      [...new Set(offered[i]?.map((word) => word.replace(/=$/, '')))].sort(),
    ]);
    expect(found).toEqual(EXACTLY.map(([line, offers]) => [line, [...offers].sort()]));
  });

  test.skipIf(!isInstalled(shell))('offers commands, scenarios and files for the first word', async () => {
    const { stdout } = await cli(['completion', shell]);
    const script = ownFile(`tab.${shell}`, stdout);
    const [first = [], second = []] = OFFERS[shell]?.(script, ['rmpopt-bench ', 'rmpopt-bench full ']) ?? [];
    expect(first).toEqual(
      expect.arrayContaining(['run', 'compare', 'completion', 'full', 'empty', 'mine.yaml']),
    );
    expect(second).toEqual(expect.arrayContaining(['full', 'empty', 'mine.yaml']));
    expect(second).not.toContain('compare');
  });
});

test.skipIf(!isInstalled('bash'))('bash gets only what follows an = where it cuts words there', async () => {
  const { stdout } = await cli(['completion', 'bash']);
  const script = ownFile('tab.bash', stdout);
  const offer = (line: string) =>
    words(execute('bash', [support('bash.sh'), script, WORD_BREAKS.usual, `rmpopt-bench ${line}`]));
  expect(offer('empty --mapping=4k,2')).toEqual(['4k,2m']);
  expect(offer('empty --format=')).toEqual([...FORMAT_NAMES]);
  expect(offer('compare empty --vary mapping=4k,')).toEqual(MAPPING_NAMES.map((name) => `4k,${name}`));
  expect(offer('compare empty --vary=mapping=1')).toEqual(['1g']);
  expect(offer('empty --set ipiBaseNs=9,earlyExit=t')).toEqual(['true']);
  expect(offer('empty --set ipiBaseNs=9 --threads ')).toEqual(['primary', 'all']);
});

test.skipIf(!isInstalled('bash'))('bash offers file names with spaces whole', async () => {
  ownFile('two words.yaml', '');
  const { stdout } = await cli(['completion', 'bash']);
  const script = ownFile('tab.bash', stdout);
  const offers = execute('bash', [support('bash.sh'), script, WORD_BREAKS.usual, 'rmpopt-bench two']);
  expect(words(offers)).toEqual(['two words.yaml']);
});

test('another shell is answered with those there are', async () => {
  const { exitCode, stdout, stderr } = await cli(['completion', 'tcsh']);
  expect([exitCode, stdout]).toEqual([2, '']);
  expect(stderr).toBe('error: completion: expected bash, zsh or fish, found "tcsh"\n');
});

test('a script is the same each time', async () => {
  for (const shell of Object.keys(OFFERS)) {
    expect((await cli(['completion', shell])).stdout).toBe((await cli(['completion', shell])).stdout);
  }
});

import {
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { commandTree } from '../../src/cli/command-docs.js';
import type { DescribedCommand, Takes } from '../../src/command-tree/command-tree.js';
import { cli, SCRATCH } from '../support/cli.js';
import { fewSets } from '../support/few-sets.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Options that name what is written; all others that take files name what is read. */
const OUTPUTS = ['--output', '--trace'];

const SMALL = ['full', '--topology', '1x1x2x1', '--json'];
const { stdout: RUN } = await cli(SMALL);
const { stdout: SHARD } = await cli(['compare', ...SMALL, '--vary', 'mapping=4k,2m', '--shard', '1/2']);
const { stdout: PROBE } = await cli(['import', join(ROOT, 'docs/logs/probe-campaign.log'), '--json']);
const shipped = (file: string) => readFileSync(join(ROOT, file), 'utf8');

/** A file that each argument and option takes, by its name. What a new command or option takes needs a line here. */
const INPUTS = new Map([
  ['scenario', { name: 'mine.yaml', content: shipped('scenarios/full.yaml') }],
  ['churn-scenario', { name: 'hour.yaml', content: shipped('scenarios/churn/busy-hour.yaml') }],
  ['figures', { name: 'figures.yaml', content: shipped('scenarios/published/list-2026-03.yaml') }],
  ['log', { name: 'dmesg.log', content: shipped('docs/logs/published-2026-03.log') }],
  ['shard.json', { name: 'part.json', content: SHARD }],
  ['run.json', { name: 'run.json', content: RUN }],
  ['a.json', { name: 'a.json', content: RUN }],
  ['b.json', { name: 'b.json', content: RUN }],
  ['--costs', { name: 'probe.json', content: PROBE }],
  ['--lsmem', { name: 'lsmem.json', content: '{"memory": []}' }],
  ['--machine', { name: 'host.yaml', content: readFileSync(fewSets('few.yaml'), 'utf8') }],
]);

type Spell = (file: string) => string;

/** Ways to call a file. */
const SPELLINGS: Readonly<Record<string, Spell>> = {
  'the same path': (file) => file,
  'a path from here': (file) => `./${basename(dirname(file))}/${basename(file)}`,
  'a symbolic link': (file) => linked(file, symlinkSync),
  'a hard link': (file) => linked(file, linkSync),
};

const FURTHER_SPELLINGS: Readonly<Record<string, Spell>> = {
  'a roundabout path': (file) => `${dirname(file)}/../${basename(dirname(file))}/./${basename(file)}`,
  'a link to its folder': (file) => join(linked(dirname(file), symlinkSync), basename(file)),
  'a link to a link': (file) => linked(linked(file, symlinkSync), symlinkSync),
  'a path by the folder of the process': (file) =>
    `/proc/self/cwd/${basename(dirname(file))}/${basename(file)}`,
  'something the process has open': (file) => `/proc/self/fd/${openSync(file, 'a')}`,
};

let links = 0;

function linked(target: string, link: (target: string, path: string) => void): string {
  const path = join(SCRATCH, `link-${links++}`);
  link(target, path);
  return path;
}

function isFile(takes: Takes | null): boolean {
  return takes?.kind === 'files' || (takes?.kind === 'words' && takes.extensions.length > 0);
}

/** What a command reads and writes, by the names of its arguments and options. */
function filesOf(command: DescribedCommand) {
  const options = command.options.filter(({ takes }) => isFile(takes)).map(({ flags: [flag = ''] }) => flag);
  const named = command.arguments.filter(({ takes }) => isFile(takes)).map(({ name }) => name);
  return {
    read: [...named, ...options.filter((flag) => !OUTPUTS.includes(flag))],
    written: options.filter((flag) => OUTPUTS.includes(flag)),
  };
}

/** A command line in which a command reads a file by one name and is to write it by another. */
function commandLine(
  command: DescribedCommand,
  input: string,
  file: string,
  output: string,
  spelled: string,
): string[] {
  const args = command.arguments.map(({ name, takes }) => {
    if (name === input) return file;
    return takes.kind === 'words' && !isFile(takes) ? (takes.words[0]?.word ?? '') : sampleFile(name);
  });
  return [command.name, ...args, ...(input.startsWith('--') ? [input, file] : []), output, spelled];
}

/** A file that an argument or an option takes, in a folder of its own. */
function sampleFile(input: string): string {
  const sample = INPUTS.get(input);
  if (sample === undefined) throw new Error(`there is no file for ${input} among those of this test`);
  const folder = join(SCRATCH, `folder-${links++}`);
  mkdirSync(folder);
  writeFileSync(join(folder, sample.name), sample.content);
  return join(folder, sample.name);
}

const { commands } = await commandTree(ROOT);
const CASES = commands.flatMap((command) => {
  const { read, written } = filesOf(command);
  return written.flatMap((output) => read.map((input) => ({ name: command.name, command, input, output })));
});

describe('what is read is not written', () => {
  test('by each command that writes a file', () => {
    const names = ['run', 'compare', 'merge', 'churn', 'reproduce', 'calibrate', 'import', 'diff', 'report'];
    expect([...new Set(CASES.map(({ name }) => name))]).toEqual(expect.arrayContaining(names));
  });

  test.each(CASES)('by $name: $input with $output', async ({ command, input, output }) => {
    for (const [way, spell] of Object.entries(SPELLINGS))
      await expectRefused(command, { input, output }, way, spell);
  });

  test.each(Object.entries(FURTHER_SPELLINGS))('by %s', async (way, spell) => {
    const diff = commands.find(({ name }) => name === 'diff');
    if (diff === undefined) throw new Error('there is no diff');
    await expectRefused(diff, { input: 'a.json', output: '--output' }, way, spell);
  });
});

async function expectRefused(
  command: DescribedCommand,
  { input, output }: { readonly input: string; readonly output: string },
  way: string,
  spell: Spell,
): Promise<void> {
  const file = sampleFile(input);
  const { exitCode, stdout, stderr } = await cli(commandLine(command, input, file, output, spell(file)));
  expect([exitCode, stdout], `${way}: ${stderr}`).toEqual([2, '']);
  expect(stderr, way).toContain(`${output}: expected another file than those read, found ${file}\n`);
  expect(readFileSync(file, 'utf8'), way).toBe(INPUTS.get(input)?.content);
  expect(readdirSync(dirname(file)), way).toEqual([basename(file)]);
}

import { expect, test } from 'vitest';
import { FORMAT_NAMES } from '../../src/report/formats.js';
import { listChoices } from '../../src/scenario/suggest.js';
import { cli, SCRATCH, scratchFile } from '../support/cli.js';

async function expectBadInput(args: readonly string[], ...messages: (string | RegExp)[]) {
  const { exitCode, stdout, stderr } = await cli(args);
  for (const message of messages) expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stdout).toBe('');
  expect(exitCode).toBe(2);
}

test.each<[string, string[], string | RegExp]>([
  ['an unknown scenario', ['ful'], /scenario: expected .*first-page.*, found "ful"\n\s+Did you mean full\?/],
  [
    'help for no command',
    ['help', 'compar'],
    /help: expected run, .*, found "compar"\n\s+Did you mean compare\?/,
  ],
  ['help for two commands', ['help', 'run', 'compare'], 'help: expected one command, found "compare", too'],
  ['no scenario', [], "missing required argument 'scenario'"],
  ['an unknown option', ['full', '--jsn'], "unknown option '--jsn'\n(Did you mean --json?)"],
  ['decimal memory', ['full', '--memory', '2TB'], /--memory: .*found "2TB"\n.*2TiB/],
  ['memory without a unit', ['full', '--memory', '2048'], /found "2048"\n.*2048GiB/],
  [
    'fractional GiB',
    ['full', '--memory', '1.5GiB'],
    '--memory: expected a whole number of GiB, found "1.5GiB"',
  ],
  ['negative memory', ['full', '--memory=-1GiB'], 'found "-1GiB"'],
  ['no memory', ['full', '--memory', '0GiB'], 'found "0GiB"'],
  ['absurd memory', ['full', '--memory', '9000TiB'], 'expected at most 256TiB, found "9000TiB"'],
  ['a topology of zero', ['full', '--topology', '2x0x32x2'], /--topology: .*at least 1.*found "2x0x32x2"/],
  ['an absurd topology', ['full', '--topology', '9999x9999x1x1'], 'expected at most 65536 CPUs'],
  ['a topology with a dimension missing', ['full', '--topology', '2x8x32'], 'found "2x8x32"'],
  [
    'an unknown parameter',
    ['full', '--set', 'ipiPerTarget=9'],
    /found "ipiPerTarget"\n\s+Did you mean ipiPerTargetNs\?/,
  ],
  ['a parameter without a value', ['full', '--set', 'ipiPerTargetNs'], 'expected parameter=value'],
  [
    'a negative cost',
    ['full', '--set', 'ipiBaseNs=-1'],
    '--set ipiBaseNs: expected nanoseconds from 0 to 1000000, found "-1"',
  ],
  ['a cost over 1 ms', ['full', '--set', 'ipiBaseNs=1000001'], 'found "1000001"'],
  ['a cost that is not finite', ['full', '--set', 'ipiBaseNs=Infinity'], 'found "Infinity"'],
  ['a cost that is no number', ['full', '--set', 'ipiBaseNs='], 'found ""'],
  [
    'a multiplier below 1',
    ['full', '--set', 'disturbance=0.9'],
    '--set disturbance: expected a factor from 1',
  ],
  ['a probability over 1', ['full', '--set', 'tailProbability=1.1'], 'a probability from 0 to 1'],
  [
    'an unknown value of a switch',
    ['full', '--set', 'resultShared=core'],
    '--set resultShared: expected machine or l3 or none',
  ],
  [
    '--scan against --set scan',
    ['full', '--scan', '4k', '--set', 'scan=2m'],
    '--scan: expected what --set scan says',
  ],
  [
    'an unknown strategy',
    ['full', '--strategy', 'local'],
    /--strategy: expected local-first, .*, found "local"/,
  ],
  ['an unknown machine', ['full', '--machine', 'posted'], /--machine: .*found "posted"/],
  [
    'an unknown hypothesis',
    ['full', '--hypothesis', 'shared,rescann'],
    /found "rescann"\n\s+Did you mean rescan\?/,
  ],
  ['unknown threads', ['full', '--threads', 'some'], '--threads: expected primary or all'],
  ['an unknown mapping', ['full', '--mapping', '4k,3m'], '--mapping: expected 4k, 2m or 1g, found "3m"'],
  ['no runs', ['full', '--runs', '0'], '--runs: expected 1'],
  ['runs that would all be alike', ['full', '--runs', '2'], '--runs: expected 1'],
  [
    'a seed that is no number',
    ['full', '--seed', 'x'],
    '--seed: expected a whole number from 0 to 4294967295, found "x"',
  ],
  ['a negative seed', ['full', '--seed=-1'], 'found "-1"'],
  ['two formats', ['full', '--json', '--csv'], '--format: expected one format, found json and csv'],
  ['an unknown format', ['full', '--format', 'xml'], `--format: expected ${listChoices(FORMAT_NAMES)}`],
  [
    'an output folder that does not exist',
    ['full', '-o', '/nowhere/out.json'],
    '--output: expected a file that can be written, found /nowhere/out.json (ENOENT',
  ],
  ['a folder as output', ['full', '-o', SCRATCH], /--output: .*EISDIR/],
  ['the same scenario twice', ['full', 'full'], 'two called "full"'],
  [
    'a sweep too long to count',
    ['empty', '--scan', '4k', '--set', 'entryScanLocalNs=1000000'],
    'up to 9007 s',
  ],
])('%s is refused', async (_, args, message) => {
  await expectBadInput(args, message);
});

test('every problem of a command line is named at once', async () => {
  await expectBadInput(['ful', '--memory', '2TB', '--seed', 'x'], /scenario:/, /--memory:/, /--seed:/);
});

const FILES: [string, string | Buffer, (string | RegExp)[]][] = [
  ['broken.yaml', 'steps: [measure\n', [/broken\.yaml:2:1: syntax: expected YAML/]],
  ['twice.yaml', 'steps: [measure]\nsteps: [measure]\n', ['twice.yaml:2:1: syntax: expected each key once']],
  ['binary.yaml', Buffer.from([0, 1, 2]), ['expected a YAML text file in UTF-8, found a binary file']],
  ['latin1.yaml', Buffer.from([0x74, 0xe9]), ['found bytes that are not UTF-8']],
  ['nothing.yaml', '', ['nothing.yaml:1:1: the file: expected a scenario', 'found nothing']],
  ['comment.yaml', '// a comment\nsteps: [measure]\n', ['comment.yaml:1:1']],
  ['no-measure.yaml', 'steps: [sweep]\n', ['no-measure.yaml:1:8: steps: expected at least one measure']],
  [
    'no-steps.yaml',
    'title: x\n',
    ['steps: expected a list of steps with at least one measure, found nothing'],
  ],
  [
    'two-labels.yaml',
    'steps: [measure, measure]\n',
    ['two-labels.yaml:1:18: steps[1]: expected a name that no other measure has'],
  ],
  [
    'many.yaml',
    'titel: x\nmemory: 1.5GiB\nprivate:\n  - {each: region, pages: -3, mapping: 3m}\n  - {eahc: region}\nsteps: [measur, {measure: 5}]\n',
    [
      'many.yaml:1:1: titel: expected one of the keys $schema, title, memory, private or steps, found "titel"\n  titel: x\n  ^\n  Did you mean title?',
      'many.yaml:2:9: memory: expected a whole number of GiB, found "1.5GiB"\n  memory: 1.5GiB\n          ^',
      'many.yaml:4:27: private[0].pages: expected all or a number of pages, at least 1, found -3',
      'many.yaml:4:40: private[0].mapping: expected 4k, 2m or 1g, found "3m"',
      /many\.yaml:5:\d+: private\[1\].*found/,
      'many.yaml:6:9: steps[0]: expected sweep, measure',
      'many.yaml:6:27: steps[1].measure: expected a name (a number in quotes), found 5',
    ],
  ],
  ['decimal.yaml', 'memory: 2TB\nsteps: [measure]\n', ['decimal.yaml:1:9: memory:', 'did you mean 2TiB?']],
  [
    'number.yaml',
    'memory: 2048\nsteps: [measure]\n',
    ['memory: expected a size with its unit, such as 2TiB, found 2048'],
  ],
  [
    'pages.yaml',
    'private: [{each: region, pages: 513, mapping: 2m}]\nsteps: [measure]\n',
    ['expected at most 512 pages of 2m in a region, found 513'],
  ],
];

test.each(FILES)('%s is refused with every problem at its place', async (name, content, messages) => {
  scratchFile(name, content);
  await expectBadInput([`./${name}`], ...messages);
});

test('a missing file, a folder and a file of a bare name are told apart', async () => {
  scratchFile('mine', 'steps: [measure]\n');
  await expectBadInput(['./none.yaml'], './none.yaml: expected a file that can be read, found no such file');
  await expectBadInput(['./'], 'found a directory');
  await expectBadInput(['mine'], 'For the file of that name type ./mine.');
});

test('a machine file is held against its schema too, and names every problem', async () => {
  scratchFile(
    'machine.yaml',
    'name: mine\ntopology: 1x1x1\nhypothesis: x\nhypotheses: {a: {says: s, parameters: {}}}\n',
  );
  await expectBadInput(
    ['full', '--machine', './machine.yaml'],
    /machine\.yaml:2:11: topology: /,
    'hypothesis: expected a, found "x"',
    /parameters: expected/,
  );
});

test('a number of pages that no longer fits under --mapping is refused', async () => {
  scratchFile('many-pages.yaml', 'private: [{each: region, pages: 1000}]\nsteps: [measure]\n');
  await expectBadInput(
    ['./many-pages.yaml', '--mapping', '2m'],
    'expected at most 512 pages of 2m in a region, found 1000',
  );
});

test('control characters in what the user typed do not reach the terminal', async () => {
  const { stderr } = await cli(['\u001b[31mred']);
  expect(stderr).not.toContain('\u001b');
});

test('every problem with guests is named at its place, beside all others', async () => {
  scratchFile(
    'guests.yaml',
    `memory: 64GiB
private:
  - {guest: a, size: 100GiB, mapping: 4k}
  - {guest: a, size: 3MiB, mapping: 2m}
  - {guest: c, siz: 3GB, placement: scatterd}
steps:
  - terminate: zoe
  - terminate: c
  - terminate: c
  - launch: {guest: c, size: 1GiB}
  - lunch: {guest: e, size: 1GiB}
`,
  );
  await expectBadInput(
    ['./guests.yaml'],
    'guests.yaml:3:22: private[0].size: expected at most the memory of the host, 64 GiB, found 100 GiB',
    'guests.yaml:4:13: private[1].guest: expected a name that no other guest has, found "a" again',
    'guests.yaml:4:22: private[1].size: expected a multiple of 2 MiB for mapping 2m, found 3 MiB',
    /guests\.yaml:5:16: private\[2\]\.siz: .*\n.*\n.*\n {2}Did you mean size\?/,
    /guests\.yaml:5:37: private\[2\]\.placement: expected contiguous, scattered or fragmented/,
    'guests.yaml:7:3: steps: expected at least one measure among the steps, found none',
    'guests.yaml:7:16: steps[0].terminate: expected a or c, found "zoe", which was never launched',
    'guests.yaml:9:16: steps[2].terminate: expected a, found "c", which is gone already',
    'guests.yaml:10:21: steps[3].launch.guest: expected a name that no other guest has, found "c" again',
    /guests\.yaml:11:5: steps\[4\]: .*\n.*\n.*\n {2}Did you mean launch\?/,
  );
});

test.each([
  [
    'too-big.yaml',
    'private: [{guest: a, size: 65GiB}]\nsteps: [measure]\n',
    'too-big.yaml:1:11: private[0]: expected guest a within the memory of the host, 64 GiB, found 65 GiB',
  ],
  [
    'together.yaml',
    'private:\n  - {guest: a, size: 40GiB}\n  - {guest: b, size: 40GiB, mapping: 1g}\nsteps: [measure]\n',
    'together.yaml:3:5: private[1]: expected room for guest b, 40 GiB in one piece aligned to 1g, found 22 GiB at most',
  ],
  [
    'later.yaml',
    'private: [{each: region, pages: 1, at: last}]\nsteps:\n  - measure\n  - launch: {guest: a, size: 1GiB}\n',
    'later.yaml:4:13: steps[1].launch: expected room for guest a, 1 GiB in one piece aligned to 4k, found 0.9 GiB at most',
  ],
])('%s has a guest without room, and nothing is printed', async (name, content, message) => {
  scratchFile(name, content);
  await expectBadInput([`./${name}`, '--memory', '64GiB', '-o', 'never.json'], message);
});

test('a label that is the name of the scenario counts as taken by an unlabelled measure', async () => {
  scratchFile('same.yaml', 'steps: [measure, {measure: same}]\n');
  await expectBadInput(
    ['./same.yaml'],
    'steps[1].measure: expected a name that no other measure has, found "same" again',
  );
});

test('what an unusual YAML file would make the parser print or guess is refused instead', async () => {
  scratchFile('tagged.yaml', 'steps: !!foo [measure]\n');
  await expectBadInput(
    ['./tagged.yaml'],
    'tagged.yaml:1:8: syntax: expected YAML: no tag here, found "!!foo',
  );
  scratchFile('complex.yaml', '? [a, b]\n: 1\nsteps: [measure]\n');
  const { stderr } = await cli(['./complex.yaml']);
  expect(stderr).not.toContain('Warning');
});

test('a device that never ends is not read to its end', async () => {
  await expectBadInput(['/dev/zero'], '/dev/zero: expected a YAML text file in UTF-8');
});

test('every mapping that does not suit is named', async () => {
  scratchFile('suits.yaml', 'private: [{guest: a, size: 3MiB}]\nsteps: [measure]\n');
  await expectBadInput(['./suits.yaml', '--mapping', '2m,1g'], /multiple of 2 MiB/, /multiple of 1 GiB/);
});

test('names of files and keys cannot rewrite the terminal', async () => {
  scratchFile('key.yaml', '"k\\e[31mey": 1\nsteps: [measure]\n');
  for (const args of [['./key.yaml'], ['./\u001b[2J.yaml'], ['full', '-o', '/nowhere/\u001b[31m']]) {
    const { stderr, exitCode } = await cli(args);
    expect(stderr).not.toContain('\u001b');
    expect(exitCode).toBe(2);
  }
});

test('guests without room are named together, whichever scenario and step they belong to', async () => {
  scratchFile(
    'first-host.yaml',
    'private:\n  - {guest: a, size: 70GiB}\n  - {guest: b, size: 1GiB}\n  - {guest: c, size: 63GiB}\nsteps: [measure]\n',
  );
  scratchFile(
    'second-host.yaml',
    'steps:\n  - measure\n  - launch: {guest: d, size: 80GiB}\n  - terminate: d\n',
  );
  await expectBadInput(
    ['./first-host.yaml', './second-host.yaml', '--memory', '64GiB'],
    'first-host.yaml:2:5: private[0]: expected guest a within',
    'first-host.yaml:4:5: private[2]: expected room for guest c, 63 GiB',
    'second-host.yaml:3:13: steps[1].launch: expected guest d within',
  );
});

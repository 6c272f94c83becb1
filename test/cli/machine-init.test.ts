import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { cli, SCRATCH, scratchFile } from '../support/cli.js';
import { lsmemText, sysfsFiles } from '../support/sysfs.js';

/** Writes a copy of sysfs, as somebody has taken it along from another host. */
function copyOfSysfs(name: string, files: ReadonlyMap<string, string>): string {
  const root = join(SCRATCH, name);
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const SMALL = sysfsFiles([1, 2, 2, 2], { offline: [7], hasL3: true, smt: 'on' });

test('machine init writes a machine file that runs take, and says what it could not see', async () => {
  const sysfs = copyOfSysfs('sysfs', SMALL);
  const lsmem = scratchFile(
    'lsmem.json',
    lsmemText([
      [0, 2],
      [4, 6],
    ]),
  );
  const args = ['machine', 'init', '--sysfs', sysfs, '--lsmem', lsmem, '-o', 'own-host.yaml'];
  const { exitCode, stdout, stderr } = await cli(args);
  expect([exitCode, stdout]).toEqual([0, '']);
  expect(stderr).toContain('warning: 1 of 8 CPUs is offline: their place in the topology is not visible\n');
  expect(readFileSync(join(SCRATCH, 'own-host.yaml'), 'utf8')).toMatch(
    /^(#.*\n)*base: posted-2p\ntopology: 1x2x2x2\nmemory: 6GiB\n$/,
  );
  const run = await cli(['full', '--machine', './own-host.yaml', '--json', '-q']);
  expect(JSON.parse(run.stdout).machines[0]).toMatchObject({
    name: 'own-host',
    topology: '1x2x2x2',
    regions: 6,
  });
});

test('the memory of this host is not taken for that of another', async () => {
  const { stdout, stderr } = await cli(['machine', 'init', '--sysfs', copyOfSysfs('bare', SMALL)]);
  expect(stdout).not.toMatch(/^memory:/m);
  expect(stderr).toContain('lsmem -J -b tells of no memory here');
});

test.each([
  ['another word than init', ['start'], 'machine: expected init, found "start"'],
  [
    'a host without sysfs',
    ['init', '--sysfs', '/nowhere', '-o', 'never.yaml'],
    'A machine file is three lines',
  ],
])('%s ends with exit code 2 and writes nothing', async (_, args, message) => {
  const { exitCode, stdout, stderr } = await cli(['machine', ...args]);
  expect([exitCode, stdout]).toEqual([2, '']);
  expect(stderr).toContain(message);
  expect(() => readFileSync(join(SCRATCH, 'never.yaml'))).toThrow('ENOENT');
});

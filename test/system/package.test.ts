import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { publint } from 'publint';
import { expect, test } from 'vitest';
import { cli, SCRATCH } from '../support/cli.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

test('the package installs globally from its tarball, without a network, and runs without the repository', async () => {
  // The build is there already, and other tests are running it: pack must not start another.
  const { stdout: tarball } = await execa(
    'npm',
    ['pack', '--ignore-scripts', '--silent', '--pack-destination', SCRATCH],
    {
      cwd: ROOT,
    },
  );
  const prefix = join(SCRATCH, 'installed');
  const cache = join(SCRATCH, 'npm-cache');
  const flags = ['--offline', '--prefix', prefix, '--cache', cache, '--no-audit', '--no-fund'];
  await execa('npm', ['install', '--global', ...flags, join(SCRATCH, tarball.trim())], { cwd: SCRATCH });
  const bin = join(prefix, 'bin', 'rmpopt-bench');
  const run = async (...args: string[]) =>
    (await execa(bin, args, { cwd: SCRATCH, stripFinalNewline: false })).stdout;
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(await run('--version')).toBe(`${version}\n`);
  for (const args of [['list'], ['full', 'empty', 'again', '--csv', '-q'], ['schema', 'scenario']]) {
    expect(await run(...args)).toBe((await cli(args)).stdout);
  }
});

test('the package has nothing to object to', async () => {
  const { messages } = await publint({ pkgDir: ROOT, strict: true });
  expect(messages).toEqual([]);
});

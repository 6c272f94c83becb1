import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { SCRATCH } from '../support/cli.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Some that load little and some that load much, in threads too, and one that is a mistake. */
const COMMANDS = [
  ['--help'],
  ['full', 'empty'],
  ['compare', 'full', 'empty', '--jobs', '2', '--quiet'],
  ['show', 'fool'],
];

/** The program of the repository in a folder of its own, where its caches can be tampered with. */
function copyOfProgram(name: string): string {
  const folder = join(SCRATCH, name);
  for (const part of ['bin', 'dist', 'scenarios', 'package.json']) {
    cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  }
  return folder;
}

function cachesOf(program: string): string[] {
  const folder = join(program, 'dist', 'code-caches');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.cache')).map((file) => join(folder, file));
}

function outcomes(program: string) {
  return Promise.all(
    COMMANDS.map(async (command) => {
      const { exitCode, stdout, stderr } = await execa(
        process.execPath,
        [join(program, 'bin', 'rmpopt-bench.js'), ...command],
        { cwd: SCRATCH, reject: false, stdin: 'ignore' },
      );
      return { exitCode, stdout, stderr };
    }),
  );
}

/** Two words changed alike, so that the checksum does not tell: the version of V8 and one that V8 does not look at. */
function ofAnotherV8(bytes: Buffer): Buffer {
  for (const at of [4, bytes.length - 8]) bytes.writeInt32LE(bytes.readInt32LE(at) ^ 1, at);
  return bytes;
}

function withOneBitFlipped(bytes: Buffer): Buffer {
  const at = bytes.length >> 1;
  bytes.writeUInt8(bytes.readUInt8(at) ^ 16, at);
  return bytes;
}

const TAMPERED: [string, (bytes: Buffer) => Buffer][] = [
  ['of another V8', ofAnotherV8],
  ['with one bit flipped', withOneBitFlipped],
  ['half of zeros', (bytes) => bytes.fill(0, bytes.length >> 1)],
  ['cut short', (bytes) => bytes.subarray(0, bytes.length >> 1)],
  ['that are empty', () => Buffer.alloc(0)],
];

const expected = await outcomes(ROOT);

test.each(TAMPERED)('code caches %s change no output', async (name, tamper) => {
  const program = copyOfProgram(name);
  for (const file of cachesOf(program)) writeFileSync(file, tamper(readFileSync(file)));
  expect(await outcomes(program)).toEqual(expected);
});

test('the program runs the same without code caches', async () => {
  const program = copyOfProgram('without caches');
  rmSync(join(program, 'dist', 'code-caches'), { recursive: true });
  expect(await outcomes(program)).toEqual(expected);
});

test('and with settings of V8 for which they were not made', async () => {
  const [expectedRun] = expected.slice(1);
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    ['--no-lazy-feedback-allocation', join(ROOT, 'bin', 'rmpopt-bench.js'), 'full', 'empty'],
    { cwd: SCRATCH, reject: false, stdin: 'ignore' },
  );
  expect({ exitCode, stdout, stderr }).toEqual(expectedRun);
});

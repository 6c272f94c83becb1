// Makes the code caches of the built program (src/loader.ts): runs commands, so that V8 has compiled the functions that such commands
// need and no others, and writes down what it compiled. A process of its own, since it runs the program in itself.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';

const scratch = mkdtempSync(join(tmpdir(), 'rmpopt-bench-'));
const run = join(scratch, 'run.json');

/** One of each kind, so that each finds code in the caches; a cache is not much larger for what others need of its file. */
const COMMANDS = [
  ['--version'],
  ['--help'],
  ['full'],
  ['full', '--format', 'json', '--output', run],
  ['full', '--format', 'csv'],
  ['full', '--format', 'lkml'],
  ['full', '--format', 'markdown'],
  ['compare', 'full', 'empty', 'again', '--vary', 'mapping=4k,2m,1g'],
  ['churn', 'mass-exit'],
  ['list'],
  ['show', 'full'],
  ['show', 'posted-2p'],
  ['diff', run, run],
  ['report', run, '--output', join(scratch, 'run.html')],
  ['schema', 'scenario'],
  ['completion', 'bash'],
];

const { CHECKSUM_BYTES, cacheFile, checksum, load, loaded } = createRequire(import.meta.url)(
  '../dist/loader.cjs',
);
// What has not run for some time would be forgotten.
setFlagsFromString('--no-flush-bytecode');
for (const command of COMMANDS) {
  await load('./main.cjs').main(command);
  if (process.exitCode !== 0) throw new Error(`${command.join(' ')} ended with ${process.exitCode}`);
}
rmSync(scratch, { recursive: true });
// V8 takes a cache only where its settings are those the cache was made with.
setFlagsFromString('--flush-bytecode');
for (const [name, { script }] of loaded) write(cacheFile(name), script.createCachedData());

function write(file, code) {
  const sum = Buffer.alloc(CHECKSUM_BYTES);
  sum.writeInt32LE(checksum(code));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, Buffer.concat([code, sum]));
}

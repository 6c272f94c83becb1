// Makes the code caches of the built program (src/loader.ts): runs commands, so that V8 has compiled the functions that such commands
// need and no others, and writes down what it compiled. A process of its own, since it runs the program in itself.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { setFlagsFromString } from 'node:v8';

const COMMANDS = [
  ['--version'],
  ['--help'],
  ['full'],
  ['compare', 'full', 'empty', 'again', '--vary', 'mapping=4k,2m,1g'],
];

// What has not run for some time would be forgotten.
setFlagsFromString('--no-flush-bytecode');
const { CHECKSUM_BYTES, cacheFile, checksum, load, loaded } = createRequire(import.meta.url)(
  '../dist/loader.cjs',
);
for (const command of COMMANDS) {
  await load('./main.cjs').main(command);
  if (process.exitCode !== 0) throw new Error(`${command.join(' ')} ended with ${process.exitCode}`);
}
// V8 takes a cache only where its flags are those the cache was made with.
setFlagsFromString('--flush-bytecode');
for (const [name, { script }] of loaded) write(cacheFile(name), script.createCachedData());

function write(file, code) {
  const sum = Buffer.alloc(CHECKSUM_BYTES);
  sum.writeInt32LE(checksum(code));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, Buffer.concat([code, sum]));
}

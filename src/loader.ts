import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';

/**
 * Loads the files of the built program as require() would, but gives V8 what it compiled of them when they were built: the code
 * caches. Most commands compute so little that compiling would be half of their time.
 */

type Exports = Record<string, unknown>;
type Run = (exports: Exports, require: (name: string) => unknown, dirname: string) => void;

interface LoadedFile {
  readonly exports: Exports;
  /** What the build makes a cache of. */
  readonly script: Script;
}

/** This file stands beside those it loads. */
const folder = import.meta.dirname;

/** Another Node.js could make nothing of these caches, and finds none under its name. */
const cacheFolder = join(folder, 'code-caches', `${process.version}-${process.arch}`);

// V8 optimizes a function when it has run for so long; by default 67584, which is too early for a program that mostly ends within
// 100 ms. Optimizing what it had hardly seen, and again when that turned out wrong, took `full` and `compare` a quarter of their
// time; runs of seconds take as long either way. V8 of later versions of Node.js has another compiler in between and knows no such
// setting. It takes no cache that was made with other settings, hence this comes before all caches.
if (process.version.startsWith('v20.')) setFlagsFromString('--interrupt-budget=400000');

/** Every file is run once: classes and tables exist once, whoever asks for them. */
export const loaded = new Map<string, LoadedFile>();

/**
 * What a file exports; it is run when it is first asked for.
 * @param name such as `./main.cjs`; without the dot it is a module of Node.js
 */
export function load(name: string): unknown {
  if (!name.startsWith('./')) return require(name);
  const known = loaded.get(name);
  if (known !== undefined) return known.exports;
  const file = { exports: {}, script: compile(name) };
  loaded.set(name, file);
  const run: Run = file.script.runInThisContext();
  run(file.exports, load, folder);
  return file.exports;
}

function compile(name: string): Script {
  // Nothing is put on a line of its own before the code, so that stacks name the lines of the file.
  const code = `(function (exports, require, __dirname) {${readFileSync(join(folder, name), 'utf8')}\n})`;
  const cachedData = readCache(name) ?? undefined;
  // The cache has the name stacks are to show; a whole path would be that of the build.
  return new Script(code, { filename: join('dist', name), ...(cachedData && { cachedData }) });
}

/** `null` where there is no sound cache; V8 then compiles, as it does where it rejects one that is not its own. */
function readCache(name: string): Buffer | null {
  try {
    const bytes = readFileSync(cacheFile(name));
    return checksum(bytes) === 0 ? bytes.subarray(0, -CHECKSUM_BYTES) : null;
  } catch {
    return null;
  }
}

/** Where the cache of a file is. It ends with its own checksum. */
export function cacheFile(name: string): string {
  return join(cacheFolder, `${name}.cache`);
}

export const CHECKSUM_BYTES = 4;

/**
 * All words of 32 bits, xor-ed: 0 when the last is the checksum of the others. V8 does not look whether a cache is damaged, and
 * dies of one that is. Something stronger would take longer than it is worth: `node:crypto` alone loads for 2 ms.
 */
export function checksum({ buffer, byteOffset, byteLength }: Buffer): number {
  const words = new Int32Array(buffer, byteOffset, byteLength / CHECKSUM_BYTES);
  return words.reduce((sum, word) => sum ^ word, 0);
}

import { EventEmitter } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { PoolThread, ThreadTask } from '../../src/jobs/task-pool.js';
import type { CellHost } from '../../src/measure/cell-task.js';
import type { RunDocument } from '../../src/run-document/run-document.js';

export const BIN = fileURLToPath(new URL('../../bin/rmpopt-bench.js', import.meta.url));

/** A folder of its own for the files of a test. */
export let SCRATCH = newFolder();

/** One that nobody else uses. */
export function newFolder(): string {
  return mkdtempSync(join(process.env.RMPOPT_BENCH_SCRATCH ?? tmpdir(), 'files-'));
}

/** Gives a file of tests a folder of its own, in which no other has left anything. */
export function renewScratch(): void {
  SCRATCH = newFolder();
}

/** Writes a file into the scratch folder and returns its path. */
export function scratchFile(name: string, content: string | Buffer): string {
  const path = join(SCRATCH, name);
  writeFileSync(path, content);
  return path;
}

export interface CliResult {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

const require = createRequire(import.meta.url);
const { runCommandLine }: typeof import('../../src/main.js') = require('../../dist/main.cjs');
const { reply }: typeof import('../../src/jobs/worker.js') = require('../../dist/worker.cjs');

/** Does in this thread what a thread of a pool does, on copies. A thread of its own would have to load and compile the program first. */
class ThreadHere extends EventEmitter implements PoolThread {
  readonly #host: CellHost;
  #hasEnded = false;

  constructor(host: CellHost) {
    super();
    this.#host = structuredClone(host);
    setImmediate(() => this.emit('online'));
  }

  postMessage(task: ThreadTask): void {
    const copy = structuredClone(task);
    setImmediate(() => this.#answer(copy));
  }

  async #answer(task: ThreadTask): Promise<void> {
    if (this.#hasEnded) return;
    try {
      const answer = structuredClone(await reply(task, this.#host));
      if (!this.#hasEnded) this.emit('message', answer);
    } catch (error) {
      this.#hasEnded = true;
      this.emit('error', error);
      this.emit('exit', 1);
    }
  }

  async terminate(): Promise<number> {
    this.#hasEnded = true;
    return 1;
  }
}

/**
 * Runs a command line of the built program in this process, in the scratch folder, with an environment of its own.
 * @param interrupt when Ctrl-C comes: as soon as the command listens for it, or when it has written something
 */
export async function cli(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  interrupt: 'never' | 'at once' | 'after output' = 'never',
): Promise<CliResult> {
  const handlers: (() => void)[] = [];
  const deliver = () => {
    for (const handle of handlers.splice(0)) handle();
  };
  const stdout = new Collected(interrupt === 'after output' ? deliver : () => {});
  const stderr = new Collected();
  const exitCode = await runHere(args, { stdout, stderr, env: { LANG: 'C.UTF-8', ...env } }, (handle) => {
    handlers.push(handle);
    if (interrupt === 'at once') deliver();
  });
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
}

/** What command lines have printed; test files of one process share it. */
const printed = new Map<string, Promise<CliResult>>();

/** The same of a command line that neither reads nor writes a file of a test: run once, whoever looks at what it prints. */
export function cliOnce(args: readonly string[]): Promise<CliResult> {
  const key = JSON.stringify(args);
  const result = printed.get(key) ?? cli(args);
  printed.set(key, result);
  return result;
}

/**
 * Runs a command line in this process, in the scratch folder.
 * @param onInterrupt takes what the command would do at Ctrl-C
 * @param onDeaf called when it does not listen for Ctrl-C any more
 * @returns the exit code
 */
export function runHere(
  args: readonly string[],
  own: Pick<Parameters<typeof runCommandLine>[1], 'stdout' | 'stderr' | 'env'>,
  onInterrupt: (handle: () => void) => void = () => {},
  onDeaf = () => {},
): Promise<number> {
  const listening = new Set<unknown>();
  process.chdir(SCRATCH);
  return runCommandLine(args, {
    ...own,
    stdin: Readable.from([]),
    startThread: (host) => new ThreadHere(host),
    on: (signal: string | symbol, handle: unknown) => {
      if (signal !== 'SIGINT' || typeof handle !== 'function') return process;
      listening.add(handle);
      onInterrupt(() => handle(signal));
      return process;
    },
    prependListener: () => process,
    removeListener: (_: string | symbol, handle: unknown) => {
      if (listening.delete(handle) && listening.size === 0) onDeaf();
      return process;
    },
  });
}

/** A stream that keeps what it is given. */
export class Collected extends Writable {
  text = '';
  readonly #onWrite: () => void;

  constructor(onWrite = () => {}) {
    super();
    this.#onWrite = onWrite;
  }

  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.text += chunk;
    this.#onWrite();
    done();
  }
}

/** Starts the built program as a user would, in the scratch folder, with an environment of its own. */
export function startCli(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return execa(process.execPath, [BIN, ...args], {
    cwd: SCRATCH,
    env: { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8', ...env },
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    stdin: 'ignore',
  });
}

/** Runs the built program as a process, to its end. */
export async function cliProcess(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CliResult> {
  const { exitCode, stdout, stderr } = await startCli(args, env);
  return { exitCode, stdout, stderr };
}

/** Runs a shell line in which `$BIN` is the program. */
export async function shell(line: string): Promise<CliResult> {
  const { exitCode, stdout, stderr } = await execa('bash', ['-o', 'pipefail', '-c', line], {
    cwd: SCRATCH,
    env: { PATH: process.env.PATH ?? '', BIN: `${process.execPath} ${BIN}` },
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    stdin: 'ignore',
  });
  return { exitCode, stdout, stderr };
}

/** The JSON document of a run that has to succeed. */
export async function runDocument(args: readonly string[]): Promise<RunDocument> {
  const { exitCode, stdout, stderr } = await cli([...args, '--json']);
  if (exitCode !== 0) throw new Error(`exit ${exitCode}: ${stderr}`);
  return JSON.parse(stdout);
}

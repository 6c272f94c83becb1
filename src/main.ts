import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { CommanderError } from '@commander-js/extra-typings';
import { type ColorLevel, type CommandContext, ENDING_SIGNALS, type EndingSignal } from './cli/context.js';
import { createProgram } from './cli/program.js';
import {
  describeProblem,
  IncomparableRuns,
  InputError,
  Interrupted,
  LostWork,
  printable,
  ThresholdExceeded,
  WriteFault,
} from './errors.js';
import { EXIT } from './exit-codes.js';

const EXIT_OF_SIGNAL = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated } as const;

/** What FORCE_COLOR asks for; anything else it may hold means basic colour. */
const FORCED_LEVELS = new Map<string, ColorLevel>([
  ['0', 0],
  ['false', 0],
  ['2', 2],
  ['3', 3],
]);

/** The build leaves this file in `dist`. */
const packageFolder = dirname(import.meta.dirname);

// A reader that has gone away (`| head`) is reported by the write itself; without a listener the event would be fatal.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});
// A command that waits for what never happens lets the process end, too, and has not succeeded.
process.on('exit', () => {
  process.exitCode ??= EXIT.fault;
});

/** Runs a command line; the process then ends by itself. */
export async function main(argv: readonly string[]): Promise<void> {
  process.exitCode = await run(argv);
}

async function run(argv: readonly string[]): Promise<number> {
  try {
    await createProgram(createContext(argv)).parseAsync(argv, { from: 'user' });
    return EXIT.done;
  } catch (error) {
    return report(error);
  }
}

function createContext(argv: readonly string[]): CommandContext {
  const { name, version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'));
  return {
    tool: { name, version },
    packageFolder,
    argv,
    readStdin: () => process.stdin,
    writeStdout,
    writeStderr: (text) => process.stderr.write(text),
    terminal: () => (process.stderr.isTTY ? process.stderr : null),
    cores: availableParallelism,
    onInterrupt,
    stdoutColors: (wanted) => colorLevel(process.stdout, wanted),
    stdoutColumns: process.stdout.isTTY ? (process.stdout.columns ?? 0) : null,
    isUtf8: isUtf8Locale(),
  };
}

/** The first of these that is set decides, as in setlocale. */
function isUtf8Locale(): boolean {
  const { LC_ALL, LC_CTYPE, LANG } = process.env;
  return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
}

function onInterrupt(handle: (signal: EndingSignal) => void): () => void {
  const undo = () => {
    for (const signal of ENDING_SIGNALS) process.removeListener(signal, once);
  };
  const once = (signal: NodeJS.Signals) => {
    undo();
    handle(signal as EndingSignal);
  };
  for (const signal of ENDING_SIGNALS) process.on(signal, once);
  return undo;
}

function writeStdout(text: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (error === null || error === undefined) resolve(true);
      else if (isBrokenPipe(error)) resolve(false);
      else reject(new WriteFault(`could not write to stdout: ${error.message}`));
    });
  });
}

function isBrokenPipe(error: NodeJS.ErrnoException): boolean {
  return error.code === 'EPIPE';
}

/** The user's word first, then FORCE_COLOR, then NO_COLOR, then what the stream is. */
function colorLevel(stream: NodeJS.WriteStream, wanted: boolean | null): ColorLevel {
  const { FORCE_COLOR, NO_COLOR } = process.env;
  if (wanted !== null) return wanted ? (Math.max(1, streamColorLevel(stream)) as ColorLevel) : 0;
  if (FORCE_COLOR !== undefined) return FORCED_LEVELS.get(FORCE_COLOR) ?? 1;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return 0;
  return streamColorLevel(stream);
}

function streamColorLevel(stream: NodeJS.WriteStream): ColorLevel {
  if (!stream.isTTY) return 0;
  const depth = stream.getColorDepth({ ...process.env, NO_COLOR: undefined, FORCE_COLOR: undefined });
  return ({ 1: 0, 4: 1, 8: 2, 24: 3 } as const)[depth as 1 | 4 | 8 | 24];
}

/** Says what went wrong and how it counts: the user's mistakes and the system's in a line, the program's with their stack. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.badInput;
  if (error instanceof InputError) {
    for (const problem of error.problems) process.stderr.write(`error: ${describeProblem(problem)}\n`);
    return EXIT.badInput;
  }
  if (error instanceof IncomparableRuns) {
    process.stderr.write(`error: these runs cannot be compared: ${printable(error.message)}\n`);
    return EXIT.incomparable;
  }
  if (error instanceof ThresholdExceeded) {
    for (const { condition, found } of error.failures) {
      process.stderr.write(`failed: ${printable(condition)}: ${printable(found)}\n`);
    }
    return EXIT.threshold;
  }
  if (error instanceof Interrupted) {
    process.stderr.write(`${error.message}\n`);
    return EXIT_OF_SIGNAL[error.signal];
  }
  if (error instanceof WriteFault || error instanceof LostWork) {
    process.stderr.write(`error: ${printable(error.message)}\n`);
    return EXIT.fault;
  }
  const stack = error instanceof Error ? error.stack : String(error);
  process.stderr.write(`This is a fault of rmpopt-bench, please report it:\n${stack}\n`);
  return EXIT.fault;
}

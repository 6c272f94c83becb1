import { fstatSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { CommanderError } from '@commander-js/extra-typings';
import {
  type ColorLevel,
  type CommandContext,
  ENDING_SIGNALS,
  type EndingSignal,
  type TextStream,
} from './cli/context.js';
import { createProgram, namesOfCommands } from './cli/program.js';
import {
  describeProblems,
  IncomparableRuns,
  InputError,
  Interrupted,
  LostWork,
  messageOf,
  ThresholdExceeded,
  WriteFault,
} from './errors.js';
import { EXIT } from './exit-codes.js';
import { Files } from './files/files.js';
import { type Content, writeWhole } from './files/sink.js';
import type { StartThread } from './jobs/task-pool.js';
import { visibleLines } from './visible-text.js';

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

/** What a command line uses of the process it runs in. A test gives it streams, variables and threads of its own. */
export interface OwnProcess
  extends Pick<NodeJS.Process, 'env' | 'on' | 'prependListener' | 'removeListener'> {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly startThread?: StartThread;
}

/** Runs a command line; the process then ends by itself. */
export async function main(argv: readonly string[]): Promise<void> {
  // A reader that has gone away (`| head`) is reported by the write itself; without a listener the event would be fatal.
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
  // A command that waits for what never happens lets the process end, too, and has not succeeded.
  process.on('exit', () => {
    process.exitCode ??= EXIT.fault;
  });
  process.exitCode = await runCommandLine(argv, process);
}

/**
 * Runs a command line and says on stderr what went wrong.
 * @returns the exit code
 */
export async function runCommandLine(argv: readonly string[], own: OwnProcess): Promise<number> {
  const context = createContext(argv, own);
  const help: Promise<boolean>[] = [];
  const program = createProgram(context, (text) => help.push(context.writeStdout(text)));
  try {
    const [word, ...asked] = argv;
    if (word === 'help') {
      const { checkHelped } = await import('./cli/mistyped-command.js');
      checkHelped(namesOfCommands(program), asked);
    }
    await program.parseAsync(argv, { from: 'user' });
    await Promise.all(help);
    return EXIT.done;
  } catch (error) {
    const { text, exitCode } = await Promise.all(help).then(() => outcomeOf(error), outcomeOf);
    if (text !== '') context.writeStderr(text);
    if (argv.length === 0) context.writeStderr(`\n${program.helpInformation({ error: true })}`);
    return exitCode;
  } finally {
    context.files.discard();
  }
}

function createContext(argv: readonly string[], own: OwnProcess): CommandContext {
  const { name, version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'));
  const { stdout, stderr, env } = own;
  // Not before somebody reads it: opening stdin takes time, and it may be closed.
  const readStdin = () => own.stdin;
  const files = new Files({ readStdin, beforeEnd: (cleanUp) => beforeEnd(own, cleanUp) });
  return {
    tool: { name, version },
    packageFolder,
    argv,
    files,
    writeStdout: async (content) => {
      files.checkStdout();
      return writeTo(stdout, content);
    },
    // Whatever is told on the way, nothing of it acts on the terminal.
    writeStderr: (text) => stderr.write(visibleLines(text)),
    terminal: () => (stderr.isTTY ? stderr : null),
    cores: availableParallelism,
    startThread: own.startThread ?? null,
    onInterrupt: (handle) => onInterrupt(own, handle),
    stdoutColors: (wanted) => colorLevel(stdout, env, wanted),
    stdoutColumns: stdout.isTTY ? (stdout.columns ?? 0) : null,
    isUtf8: isUtf8Locale(env),
  };
}

/** The first of these that is set decides, as in setlocale. */
function isUtf8Locale({ LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv): boolean {
  return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
}

function onInterrupt(own: OwnProcess, handle: (signal: EndingSignal) => void): () => void {
  const undo = () => {
    for (const signal of ENDING_SIGNALS) own.removeListener(signal, once);
  };
  const once = (signal: NodeJS.Signals) => {
    undo();
    handle(signal as EndingSignal);
  };
  for (const signal of ENDING_SIGNALS) own.on(signal, once);
  return undo;
}

/** Signals that end the process unless something handles them. */
const KILLING_SIGNALS = [...ENDING_SIGNALS, 'SIGHUP'] as const;

/** Has something done before a signal ends the process, or a fault does; a signal that is handled ends nothing. */
function beforeEnd(own: OwnProcess, cleanUp: () => void): () => void {
  const undo = () => {
    own.removeListener('exit', cleanUp);
    for (const signal of KILLING_SIGNALS) own.removeListener(signal, end);
  };
  const end = (signal: NodeJS.Signals) => {
    if (process.listenerCount(signal) > 1) return;
    cleanUp();
    undo();
    process.kill(process.pid, signal);
  };
  own.on('exit', cleanUp);
  // Who handles a signal once is no longer there afterwards.
  for (const signal of KILLING_SIGNALS) own.prependListener(signal, end);
  return undo;
}

/** What goes to a file is written here, since streams of Node.js do not notice where a full disk takes only a part. */
async function writeTo(stdout: TextStream, content: Content): Promise<boolean> {
  if (stdout.fd === undefined || !fstatSync(stdout.fd).isFile()) return writeToStream(stdout, content);
  try {
    return writeWhole(stdout.fd, content);
  } catch (error) {
    throw new WriteFault(`could not write to stdout: ${messageOf(error)}`);
  }
}

function writeToStream(stdout: TextStream, content: Content): Promise<boolean> {
  return new Promise((resolve, reject) => {
    stdout.write(content, (error) => {
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
function colorLevel(stream: TextStream, env: NodeJS.ProcessEnv, wanted: boolean | null): ColorLevel {
  const { FORCE_COLOR, NO_COLOR } = env;
  if (wanted !== null) return wanted ? (Math.max(1, streamColorLevel(stream, env)) as ColorLevel) : 0;
  if (FORCE_COLOR !== undefined) return FORCED_LEVELS.get(FORCE_COLOR) ?? 1;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return 0;
  return streamColorLevel(stream, env);
}

function streamColorLevel(stream: TextStream, env: NodeJS.ProcessEnv): ColorLevel {
  if (!stream.isTTY) return 0;
  const depth = stream.getColorDepth?.({ ...env, NO_COLOR: undefined, FORCE_COLOR: undefined });
  return ({ 1: 0, 4: 1, 8: 2, 24: 3 } as const)[(depth ?? 1) as 1 | 4 | 8 | 24];
}

interface Outcome {
  /** What stderr says. */
  readonly text: string;
  readonly exitCode: number;
}

/** How a command line ends that threw: the user's mistakes and the system's are a line each, the program's show their stack. */
function outcomeOf(error: unknown): Outcome {
  // Commander has said by itself what is wrong.
  if (error instanceof CommanderError)
    return { text: '', exitCode: error.exitCode === 0 ? EXIT.done : EXIT.badInput };
  if (error instanceof InputError) {
    const lines = describeProblems(error.problems).map((problem) => `error: ${problem}\n`);
    return { text: lines.join(''), exitCode: EXIT.badInput };
  }
  if (error instanceof IncomparableRuns) {
    const text = `error: these runs cannot be compared: ${error.message}\n`;
    return { text, exitCode: EXIT.incomparable };
  }
  if (error instanceof ThresholdExceeded) {
    const lines = error.failures.map(({ condition, found }) => `failed: ${condition}: ${found}\n`);
    return { text: lines.join(''), exitCode: EXIT.threshold };
  }
  if (error instanceof Interrupted)
    return { text: `${error.message}\n`, exitCode: EXIT_OF_SIGNAL[error.signal] };
  if (error instanceof WriteFault || error instanceof LostWork) {
    return { text: `error: ${error.message}\n`, exitCode: EXIT.fault };
  }
  const stack = error instanceof Error ? error.stack : String(error);
  return { text: `This is a fault of rmpopt-bench, please report it:\n${stack}\n`, exitCode: EXIT.fault };
}

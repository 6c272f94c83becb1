import type { Files } from '../files/files.js';
import type { Content } from '../files/sink.js';
import type { StartThread } from '../jobs/task-pool.js';
import type { ToolInfo } from '../run-document/run-document.js';

export type ColorLevel = 0 | 1 | 2 | 3;

/** Signals that ask a program to end. */
export const ENDING_SIGNALS = ['SIGINT', 'SIGTERM'] as const;
export type EndingSignal = (typeof ENDING_SIGNALS)[number];

/** Where text goes: a file, a pipe, or a terminal, which knows its width and colours. */
export type TextStream = NodeJS.WritableStream &
  Partial<Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'getColorDepth'> & { readonly fd: number }>;

/** What a command may know of the process it runs in; main.ts makes it. */
export interface CommandContext {
  readonly tool: ToolInfo;
  /** The folder that holds `scenarios`. */
  readonly packageFolder: string;
  /** The arguments as typed, without the program. */
  readonly argv: readonly string[];
  /** What the command line names to read and to write. */
  readonly files: Files;
  /** @returns whether somebody still reads it */
  readonly writeStdout: (content: Content) => Promise<boolean>;
  readonly writeStderr: (text: string) => void;
  /** stderr where it is a terminal, for what moves on it; else `null`. */
  readonly terminal: () => TextStream | null;
  /** CPUs this process may use at once. */
  readonly cores: () => number;
  /** Threads of another kind than the system's; `null` as a rule. */
  readonly startThread: StartThread | null;
  /**
   * Has the user's wish to end (Ctrl-C, or a scheduler's SIGTERM) told once instead of ending the process; a second one ends it.
   * @returns what undoes that
   */
  readonly onInterrupt: (handle: (signal: EndingSignal) => void) => () => void;
  /** How much colour stdout gets; `wanted` is the user's word, `null` without one. */
  readonly stdoutColors: (wanted: boolean | null) => ColorLevel;
  /** How many columns the terminal has that stdout is; `null` where it is none, 0 where the terminal does not say. */
  readonly stdoutColumns: number | null;
  /** Whether the locale is one of UTF-8. */
  readonly isUtf8: boolean;
}

import type { ToolInfo } from '../run-document/run-document.js';

export type ColorLevel = 0 | 1 | 2 | 3;

/** What a command may know of the process it runs in; main.ts makes it. */
export interface CommandContext {
  readonly tool: ToolInfo;
  /** The folder that holds `scenarios`. */
  readonly packageFolder: string;
  /** The arguments as typed, without the program. */
  readonly argv: readonly string[];
  readonly readStdin: () => AsyncIterable<Uint8Array>;
  readonly writeStdout: (text: string) => Promise<void>;
  readonly writeStderr: (text: string) => void;
  /** How much colour stdout gets; `wanted` is the user's word, `null` without one. */
  readonly stdoutColors: (wanted: boolean | null) => ColorLevel;
  /** How many columns the terminal has that stdout is; `null` where it is none, 0 where the terminal does not say. */
  readonly stdoutColumns: number | null;
  /** Whether the locale is one of UTF-8. */
  readonly isUtf8: boolean;
}

import { spawn } from '@lydell/node-pty';
import { BIN, Collected, runHere, SCRATCH } from './cli.js';

export interface Terminal {
  readonly columns: number;
  readonly env?: Readonly<Record<string, string>>;
}

const END = '<end>';

/** A terminal whose last program has ended may lose what was not read yet, so the shell stays until all of it is here. */
const SCRIPT = `"$@"; printf '${END}'; read -r line`;

/** What terminals have shown. */
const shown = new Map<string, Promise<string>>();

/**
 * What the built program shows on a terminal of 256 colours, its stdout and stderr alike; run in this process, once for all who
 * look at it.
 */
export function inTerminal(args: readonly string[], terminal: Terminal): Promise<string> {
  const key = JSON.stringify([args, terminal]);
  const screen = shown.get(key) ?? runInTerminal(args, terminal);
  shown.set(key, screen);
  return screen;
}

async function runInTerminal(args: readonly string[], { columns, env = {} }: Terminal): Promise<string> {
  const screen = Object.assign(new Collected(), { isTTY: true as const, columns, getColorDepth: () => 8 });
  await runHere(args, { stdout: screen, stderr: screen, env });
  return screen.text;
}

/** The same of the program as a process, on a terminal that the system keeps. */
export function inSystemTerminal(args: readonly string[], { columns, env = {} }: Terminal): Promise<string> {
  return new Promise((resolve) => {
    const terminal = spawn('sh', ['-c', SCRIPT, 'sh', process.execPath, BIN, ...args], {
      cols: columns,
      rows: 50,
      cwd: SCRATCH,
      env: { PATH: process.env.PATH ?? '', TERM: 'xterm-256color', ...env },
    });
    let shown = '';
    terminal.onData((data) => {
      if (shown.endsWith(END)) return;
      shown += data;
      if (shown.endsWith(END)) terminal.write('\r');
    });
    // A terminal ends lines by both of these.
    terminal.onExit(() => resolve(shown.slice(0, -END.length).replaceAll('\r\n', '\n')));
  });
}

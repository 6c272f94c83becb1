import { spawn } from '@lydell/node-pty';
import { BIN, SCRATCH } from './cli.js';

export interface Terminal {
  readonly columns: number;
  readonly env?: Readonly<Record<string, string>>;
}

const END = '<end>';

/** A terminal whose last program has ended may lose what was not read yet, so the shell stays until all of it is here. */
const SCRIPT = `"$@"; printf '${END}'; read -r line`;

/** What the built program shows on a terminal, its stdout and stderr alike. */
export function inTerminal(args: readonly string[], { columns, env = {} }: Terminal): Promise<string> {
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

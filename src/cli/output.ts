import { Chalk } from 'chalk';
import { InputError } from '../errors.js';
import type { Content } from '../files/sink.js';
import type { Layout } from '../report/layout.js';
import type { CommandContext } from './context.js';
import type { OutputChoice } from './output-options.js';

/** Where reports go that no option sends elsewhere, coloured as the stream wants it. */
export const STDOUT: Pick<OutputChoice, 'file' | 'color' | 'isVerbose'> = {
  file: null,
  color: null,
  isVerbose: false,
};

/** What a report for people is laid out for where no terminal says how wide it is. */
const FILE_COLUMNS = 100;
/** Terminals narrower than this wrap lines. */
const TERMINAL_COLUMNS_MIN = 80;

/** Writes to stdout or to the file the user named, a text as that can show it. */
export async function writeOutput(
  { file, color, isVerbose }: Pick<OutputChoice, 'file' | 'color' | 'isVerbose'>,
  context: CommandContext,
  render: (layout: Layout) => Content | Promise<Content>,
): Promise<void> {
  const level = file === null || color === true ? context.stdoutColors(color) : 0;
  const terminalColumns = file === null ? context.stdoutColumns : null;
  const layout: Layout = {
    chalk: new Chalk({ level }),
    columns: terminalColumns === null ? FILE_COLUMNS : Math.max(TERMINAL_COLUMNS_MIN, terminalColumns),
    unicode: context.isUtf8,
    isVerbose,
  };
  const content = await rendered(() => render(layout));
  if (file === null) await context.writeStdout(content);
  else file.replace(content);
}

/** Writes a text that comes in pieces, as long as somebody reads it. */
export async function writePieces(
  { file }: Pick<OutputChoice, 'file'>,
  context: CommandContext,
  pieces: Iterable<string>,
): Promise<void> {
  for (const piece of pieces) {
    const isRead = file === null ? await context.writeStdout(piece) : file.write(piece);
    if (!isRead) break;
  }
  file?.finish();
}

/** What is too large for one text is the wish for too much, not a fault. */
async function rendered(render: () => Content | Promise<Content>): Promise<Content> {
  try {
    return await render();
  } catch (error) {
    if (!(error instanceof RangeError && /string length/i.test(error.message))) throw error;
    const expected = 'a report of at most half a gigabyte';
    throw new InputError([
      { where: 'output', expected, found: 'more', hint: 'Fewer cells, or rows without --per-cpu, fit.' },
    ]);
  }
}

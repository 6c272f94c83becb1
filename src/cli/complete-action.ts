import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandTree } from '../command-tree/command-tree.js';
import { complete, gluedAtEquals } from '../command-tree/complete.js';
import type { CommandContext } from './context.js';

/**
 * Prints what may stand in place of the last of some words, as the stubs of the shells read it: a line for each, with a tab before
 * what it means, and `:files` with extensions where files may stand there, too.
 */
export async function printCompletions(
  [shell, ...typed]: readonly string[],
  { packageFolder, writeStdout }: CommandContext,
): Promise<void> {
  const tree: CommandTree = JSON.parse(
    readFileSync(join(packageFolder, 'dist', 'command-tree.json'), 'utf8'),
  );
  const isBash = shell === 'bash';
  const words = isBash ? gluedAtEquals(typed) : typed;
  const current = words.at(-1) ?? '';
  const { words: offered, extensions } = complete(tree, words);
  // What bash has cut off stays as it is. The other shells choose by themselves what fits, each in its way.
  const cut = typed.includes('=') ? current.lastIndexOf('=') + 1 : 0;
  const lines = isBash
    ? offered.filter(({ word }) => word.startsWith(current)).map(({ word }) => word.slice(cut))
    : offered.map(({ word, says }) => (says === '' ? word : `${word}\t${says}`));
  if (extensions !== null) lines.push([':files', ...extensions].join(' '));
  await writeStdout(lines.map((line) => `${line}\n`).join(''));
}

import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { bashCompletion } from '../command-tree/bash.js';
import type { CommandTree } from '../command-tree/command-tree.js';
import { fishCompletion } from '../command-tree/fish.js';
import { zshCompletion } from '../command-tree/zsh.js';
import { readAt } from '../errors.js';
import { oneOf } from './choices.js';
import { SHELL_NAMES, type ShellName } from './completion-command.js';
import type { CommandContext } from './context.js';
import { DEFAULTS } from './defaults.js';
import { describeTree } from './describe-tree.js';
import { readOptionValues } from './option-values.js';

const SCRIPTS: Readonly<Record<ShellName, (tree: CommandTree) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** Prints the completion script of a shell. */
export async function printCompletion(
  shell: string,
  program: CommandUnknownOpts,
  context: CommandContext,
): Promise<void> {
  const name = readAt('completion', () => oneOf(SHELL_NAMES)(shell));
  const values = await readOptionValues(context);
  await context.writeStdout(
    SCRIPTS[name](describeTree(program, context.tool.version, DEFAULTS.command, values)),
  );
}

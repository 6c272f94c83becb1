import { Command } from '@commander-js/extra-typings';
import type { CommandContext } from './context.js';

/** The shells there is a completion script for. */
export const SHELL_NAMES = ['bash', 'zsh', 'fish'] as const;
export type ShellName = (typeof SHELL_NAMES)[number];

/** `completion <shell>`: a script that makes a shell complete command lines of this program. */
export function createCompletionCommand(context: CommandContext) {
  const command = new Command('completion')
    .summary('print a completion script for bash, zsh or fish')
    .description(
      'Print a script that lets a shell complete commands, options, values and names. In ~/.bashrc: source <(rmpopt-bench completion bash). In ~/.zshrc, after compinit: source <(rmpopt-bench completion zsh). For fish, write it to ~/.config/fish/completions/rmpopt-bench.fish, and again after each update.',
    )
    .argument('<shell>', SHELL_NAMES.join(', '))
    .action(async (shell) => {
      const { printCompletion } = await import('./completion-action.js');
      await printCompletion(shell, command.parent ?? command, context);
    });
  return command;
}

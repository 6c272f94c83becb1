import { Command } from '@commander-js/extra-typings';
import type { CommandContext } from './context.js';

/** The shells there is a completion script for. */
export const SHELL_NAMES = ['bash', 'zsh', 'fish'] as const;
export type ShellName = (typeof SHELL_NAMES)[number];

/** `completion <shell>`: a script that makes a shell complete command lines of this program. */
export function createCompletionCommand(context: CommandContext) {
  const command = new Command('completion')
    .summary('a script for bash, zsh or fish')
    .description(
      'Print a script that makes a shell complete commands, options, their values and the names that come with the program. In ~/.bashrc: source <(rmpopt-bench completion bash). In ~/.zshrc, after compinit: source <(rmpopt-bench completion zsh). For fish, write it to ~/.config/fish/completions/rmpopt-bench.fish once. It holds the names of this version.',
    )
    .argument('<shell>', SHELL_NAMES.join(', '))
    .action(async (shell) => {
      const { printCompletion } = await import('./completion-action.js');
      await printCompletion(shell, command.parent ?? command, context);
    });
  return command;
}

import { Command } from '@commander-js/extra-typings';
import { SHELL_NAMES } from './choices.js';
import type { CommandContext } from './context.js';

/** Not for people. */
export const COMPLETE_NAME = 'complete';

/** `completion <shell>`: a script that makes a shell ask this program what may stand on its command line. */
export function createCompletionCommand(context: CommandContext) {
  return new Command('completion')
    .summary('print a completion script for bash, zsh or fish')
    .description(
      'Print a script that lets a shell complete commands, options, values and names. In ~/.bashrc: source <(rmpopt-bench completion bash). In ~/.zshrc, after compinit: source <(rmpopt-bench completion zsh). For fish, write it to ~/.config/fish/completions/rmpopt-bench.fish.',
    )
    .argument('<shell>', SHELL_NAMES.join(', '))
    .action(async (shell) => {
      const { printCompletion } = await import('./completion-action.js');
      await printCompletion(shell, context);
    });
}

/** `complete -- <shell> <words>`: what these scripts ask. The words are taken as they are, options among them. */
export function createCompleteCommand(context: CommandContext) {
  return new Command(COMPLETE_NAME)
    .helpOption(false)
    .allowUnknownOption()
    .argument('[words...]')
    .action(async () => {
      const { printCompletions } = await import('./complete-action.js');
      await printCompletions(context.argv.slice(2), context);
    });
}

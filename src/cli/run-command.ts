import { Command } from '@commander-js/extra-typings';
import type { CommandContext } from './context.js';
import { DEFAULTS } from './defaults.js';
import { withRunOptions } from './host-options.js';
import { colorWish } from './output-options.js';
import { unrecorded, withoutOptions } from './plain-command.js';

/** `run <scenario>...`, also what the program does when no command is named. */
export function createRunCommand(context: CommandContext) {
  const command = withRunOptions(
    new Command(DEFAULTS.command)
      .summary('run scenarios (the default command)')
      .description(
        'Run scenarios, each on a new machine, so that their order does not matter. This is the default command.',
      )
      .argument('<scenario...>', 'scenarios: names (rmpopt-bench list) or paths of YAML files'),
  );
  return command.action(async (references, options) => {
    const { runFromCommandLine } = await import('./plan-action.js');
    await runFromCommandLine(
      references,
      { ...options, color: colorWish(command) },
      {
        ...context,
        argv: withoutOptions(context.argv, command.options, ['--jobs', ...unrecorded(options)]),
      },
    );
  });
}

import { Command } from '@commander-js/extra-typings';
import { namesIn, shippedFolders } from '../scenario/shipped.js';
import { createCalibrateCommand } from './calibrate-command.js';
import { createListCommand, createSchemaCommand, createShowCommand } from './catalogue-commands.js';
import { createChurnCommand } from './churn-command.js';
import { createCompareCommand } from './compare-command.js';
import { COMPLETE_NAME, createCompleteCommand, createCompletionCommand } from './completion-command.js';
import type { CommandContext } from './context.js';
import { createDiffCommand } from './diff-command.js';
import { helpScreen, VALUE_RULES } from './help-screen.js';
import { createImportCommand } from './import-command.js';
import { createMachineCommand } from './machine-command.js';
import { createMergeCommand } from './merge-command.js';
import { createReportCommand } from './report-command.js';
import { createReproduceCommand } from './reproduce-command.js';
import { createRunCommand } from './run-command.js';

/** What help is laid out for where no terminal says how wide it is. */
const HELP_COLUMNS = 80;

/**
 * The command tree. What a command does is loaded when it is chosen.
 * @param writeHelp takes help and version, the texts for stdout that no command makes
 */
export function createProgram(context: CommandContext, writeHelp: (text: string) => void) {
  const program = new Command('rmpopt-bench')
    .usage('<scenario>... [options]')
    .description(
      "Simulates the kernel's RMPOPT sweep of an SEV-SNP host: a loop over all 1 GiB regions on the local CPU, then a round of IPIs per region to the remote CPUs.",
    )
    .exitOverride()
    .configureOutput({
      writeOut: writeHelp,
      writeErr: context.writeStderr,
      getOutHelpWidth: () => context.stdoutColumns || HELP_COLUMNS,
      getErrHelpWidth: () => context.terminal()?.columns || HELP_COLUMNS,
    })
    .showHelpAfterError('rmpopt-bench --help lists commands and options.')
    .version(context.tool.version)
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'list all options of a command');
  const run = createRunCommand(context).copyInheritedSettings(program);
  program.addCommand(run, { isDefault: true });
  const complete = createCompleteCommand(context).copyInheritedSettings(program);
  program.addCommand(complete, { hidden: true });
  program.hook('preSubcommand', async (_, chosen) => {
    // Of the command that is meant without its name, the first word is a scenario.
    if (chosen !== run || context.argv[0] === run.name()) return;
    const { checkFirstWord } = await import('./mistyped-command.js');
    checkFirstWord(namesOfCommands(program), context);
  });
  for (const command of [
    createCompareCommand(context),
    createMergeCommand(context),
    createChurnCommand(context),
    createListCommand(context),
    createShowCommand(context),
    createMachineCommand(context),
    createReproduceCommand(context),
    createCalibrateCommand(context),
    createImportCommand(context),
    createDiffCommand(context),
    createReportCommand(context),
    createSchemaCommand(context),
    createCompletionCommand(context),
  ]) {
    program.addCommand(command.copyInheritedSettings(program));
  }
  for (const command of program.commands) command.addHelpText('after', `\n${VALUE_RULES.join('\n')}`);
  program.configureHelp({
    formatHelp: (_, help) => {
      const scenarios = namesIn(shippedFolders(context.packageFolder).scenarios);
      return helpScreen(program, scenarios, help.helpWidth ?? HELP_COLUMNS);
    },
  });
  return program;
}

/** What users are told of. */
export function namesOfCommands({ commands }: Pick<ReturnType<typeof createProgram>, 'commands'>): string[] {
  return commands.map((command) => command.name()).filter((name) => name !== COMPLETE_NAME);
}

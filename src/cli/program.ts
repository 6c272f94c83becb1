import { Command } from '@commander-js/extra-typings';
import { namesIn, shippedFolders } from '../scenario/shipped.js';
import { createCalibrateCommand } from './calibrate-command.js';
import { createListCommand, createSchemaCommand, createShowCommand } from './catalogue-commands.js';
import { createChurnCommand } from './churn-command.js';
import { createCompareCommand } from './compare-command.js';
import { createCompletionCommand } from './completion-command.js';
import type { CommandContext } from './context.js';
import { createDiffCommand } from './diff-command.js';
import { createImportCommand } from './import-command.js';
import { createMachineCommand } from './machine-command.js';
import { createMergeCommand } from './merge-command.js';
import { createReportCommand } from './report-command.js';
import { createReproduceCommand } from './reproduce-command.js';
import { createRunCommand } from './run-command.js';

/** What help is laid out for where no terminal says how wide it is. */
const HELP_COLUMNS = 80;

/** Command lines to start from, with what they do. */
export const EXAMPLES = [
  'rmpopt-bench full empty again              three states of a 2 TiB host, as the list asked for',
  'rmpopt-bench compare full empty again --vary mapping=4k,2m,1g',
  'rmpopt-bench empty --hypothesis shared,rescan,per-core',
  'rmpopt-bench show guest-exit > mine.yaml   a scenario to start one of your own from',
  'rmpopt-bench last-page --mapping 4k,2m,1g --csv -o last-page.csv',
  'rmpopt-bench empty --memory 1038GiB --strategy serial',
  'rmpopt-bench churn busy-hour --delay 30s   guests come and go; when to sweep after they leave',
  'rmpopt-bench report run.json -o run.html    a page with charts, to look at or to send',
  'rmpopt-bench ./mine.yaml --set ipiPerTargetNs=90 --json',
];

/**
 * The command tree. What a command does is loaded when it is chosen.
 * @param writeHelp takes help and version, the texts for stdout that no command makes
 */
export function createProgram(context: CommandContext, writeHelp: (text: string) => void) {
  const program = new Command('rmpopt-bench')
    .usage('<scenario>... [options]')
    .description(
      'Times sweeps of the RMPOPT instruction over a simulated SEV-SNP host: first the loop on the current CPU, then one round of IPIs per 1 GiB region to all the others.',
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
    .helpCommand('help [command]', 'what a command does and takes');
  const run = createRunCommand(context).copyInheritedSettings(program);
  program.addCommand(run, { isDefault: true });
  program.hook('preSubcommand', async (_, chosen) => {
    // Of the command that is meant without its name, the first word is a scenario.
    if (chosen !== run || context.argv[0] === run.name()) return;
    const { checkFirstWord } = await import('./mistyped-command.js');
    checkFirstWord(
      program.commands.map((command) => command.name()),
      context,
    );
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
  program.addHelpText('after', () => {
    const scenarios = namesIn(shippedFolders(context.packageFolder).scenarios).join(', ');
    const examples = EXAMPLES.map((line) => `  $ ${line}\n`).join('');
    return `\n${optionsOf(run)}\nScenarios:\n  ${scenarios}\n\nExamples:\n${examples}`;
  });
  return program;
}

/** The options of the default command, for the help of the program itself. */
function optionsOf(command: ReturnType<typeof createRunCommand>): string {
  const help = command.createHelp();
  const width = help.padWidth(command, help);
  const items = help
    .visibleOptions(command)
    .map((option) => help.formatItem(help.optionTerm(option), width, help.optionDescription(option), help));
  return help.formatItemList('Options of run:', items, help).join('\n');
}

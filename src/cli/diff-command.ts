import { Command } from '@commander-js/extra-typings';
import { TEXT_FORMAT_NAMES } from '../report/formats.js';
import { collect } from './choices.js';
import type { CommandContext } from './context.js';
import { colorWish, withOutputOptions } from './output-options.js';

/** `diff <a.json> <b.json>`: two saved runs, cell by cell. */
export function createDiffCommand(context: CommandContext) {
  const withChoices = new Command('diff')
    .summary('compare two saved runs')
    .description('Compare two saved runs, simulated or imported, cell by cell.')
    .argument('<a.json>', 'the run before, as --json wrote it')
    .argument('<b.json>', 'the run after')
    .option(
      '--fail-on <change>',
      "exit with code 3 if a figure grew or fell by more than this from a to b: 'remote.elapsedNs>+5%', 'inRmpoptMeanNs>+2ms', 'remote.elapsedNs<-5%'; names are columns of --csv",
      collect,
    )
    .option('--across-hosts', 'also compare hosts that differ in topology, memory or CPUs');
  const command = withOutputOptions(withChoices, { formats: TEXT_FORMAT_NAMES });
  return command.action(async (a, b, options) => {
    const { diffFromCommandLine } = await import('./diff-action.js');
    await diffFromCommandLine(a, b, { ...options, color: colorWish(command) }, context);
  });
}

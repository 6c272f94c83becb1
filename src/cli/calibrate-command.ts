import { Command } from '@commander-js/extra-typings';
import { TEXT_FORMAT_NAMES } from '../report/formats.js';
import { collect } from './choices.js';
import type { CommandContext } from './context.js';
import { DEFAULTS } from './defaults.js';
import { colorWish, withReportOptions } from './output-options.js';
import { withoutOptions } from './plain-command.js';

/** `calibrate`: fits the costs of a machine to figures. */
export function createCalibrateCommand(context: CommandContext) {
  const withFit = new Command('calibrate')
    .summary('fit the costs of a machine to measured figures')
    .description('fit the cost parameters of a machine to figures, within each hypothesis')
    .argument(
      '[figures...]',
      `names or paths of files of figures (default: ${DEFAULTS.figures}; with --costs none)`,
    )
    .option('-o, --output <file>', 'write the machine there, with fitted values, draws and ranges')
    .option('--machine <name|file>', `the machine to start from (default: ${DEFAULTS.machine})`)
    .option('--costs <probe.json>', 'use the costs of IPIs that the probe has measured, see docs/probe.md')
    .option('--memory <size>', 'with --costs: span of physical addresses of that host, such as 768GiB')
    .option('--force', 'with --costs: accept a virtual machine, or round times that are not linear')
    .option('--leave-out <condition>', 'fit to the other conditions and predict this one', collect)
    .option('--cross-validate', 'leave out each condition in turn')
    .option('--seed <n>', `seed of the draws (default: ${DEFAULTS.seed})`)
    .option(
      '--steps <n>',
      'steps of each walk through the costs that the figures leave possible (default: 20000)',
    )
    .option('--jobs <n>', 'threads to fit in (default: one per core, where there is enough to do)');
  const command = withReportOptions(withFit, { formats: TEXT_FORMAT_NAMES });
  return command.action(async (figures, options) => {
    const { calibrateMachine } = await import('./calibrate-action.js');
    const argv = withoutOptions(context.argv, command.options, ['--jobs']);
    await calibrateMachine(figures, { ...options, color: colorWish(command) }, { ...context, argv });
  });
}

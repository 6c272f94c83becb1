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
    .description('Fit the costs of a machine to measured figures, separately under each hypothesis.')
    .argument(
      '[figures...]',
      `files of figures or of imported sweeps: names or paths (default: ${DEFAULTS.figures}; with --costs: none)`,
    )
    .option(
      '-o, --output <file>',
      'write the fitted machine to FILE, with draws (sets of costs that fit) and ranges',
    )
    .option('--machine <name|file>', `the machine to start from (default: ${DEFAULTS.machine})`)
    .option(
      '--costs <probe.json>',
      'costs of IPIs that the probe measured, as import --json wrote them; see docs/probe.md',
    )
    .option(
      '--memory <size>',
      'with --costs: span of physical addresses of that host, holes included, such as 768GiB',
    )
    .option(
      '--force',
      'with --costs: accept a probe that ran in a virtual machine, and IPI times that do not grow linearly with the number of targets',
    )
    .option(
      '--leave-out <condition>',
      'fit to all other conditions and predict this one; a condition is a name in the file of figures, such as empty',
      collect,
    )
    .option('--cross-validate', 'leave out one condition after another, and predict each')
    .option('--seed <n>', `seed of the draws (default: ${DEFAULTS.seed})`)
    .option('--steps <n>', 'steps of each random walk through the costs (default: 20000)')
    .option('--jobs <n>', 'number of threads (default: one per core if the work is long)');
  const command = withReportOptions(withFit, { formats: TEXT_FORMAT_NAMES });
  return command.action(async (figures, options) => {
    const { calibrateMachine } = await import('./calibrate-action.js');
    const argv = withoutOptions(context.argv, command.options, ['--jobs']);
    await calibrateMachine(figures, { ...options, color: colorWish(command) }, { ...context, argv });
  });
}

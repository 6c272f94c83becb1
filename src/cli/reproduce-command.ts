import { Command } from '@commander-js/extra-typings';
import { TEXT_FORMAT_NAMES } from '../report/formats.js';
import { collect } from './choices.js';
import type { CommandContext } from './context.js';
import { DEFAULTS } from './defaults.js';
import { colorWish, withOutputOptions } from './output-options.js';

/** `reproduce`: published figures beside simulated ones. */
export function createReproduceCommand(context: CommandContext) {
  const withChoices = new Command('reproduce')
    .summary('compare published figures with simulated ones')
    .description('Compare every published figure with the simulated one.')
    .argument('[figures]', `a file of figures: a name or a path (default: ${DEFAULTS.figures})`)
    .option('--machine <name|file>', `the host: a name or a machine file (default: ${DEFAULTS.machine})`)
    .option(
      '--hypothesis <list>',
      'assumptions about the hardware (default: every hypothesis of the machine)',
      collect,
    );
  const command = withOutputOptions(withChoices, { formats: TEXT_FORMAT_NAMES });
  return command.action(async (figures, options) => {
    const { reproduceFigures } = await import('./reproduce-action.js');
    await reproduceFigures(figures ?? DEFAULTS.figures, { ...options, color: colorWish(command) }, context);
  });
}

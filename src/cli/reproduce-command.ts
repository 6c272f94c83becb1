import { Command } from '@commander-js/extra-typings';
import { TEXT_FORMAT_NAMES } from '../report/formats.js';
import { collect } from './choices.js';
import type { CommandContext } from './context.js';
import { DEFAULTS } from './defaults.js';
import { colorWish, withOutputOptions } from './output-options.js';

/** `reproduce`: published figures beside simulated ones. */
export function createReproduceCommand(context: CommandContext) {
  const withChoices = new Command('reproduce')
    .summary('published figures beside simulated ones')
    .description('put every published figure beside the simulated one')
    .argument('[figures]', `name or path of a file of figures (default: ${DEFAULTS.figures})`)
    .option('--machine <name|file>', `the host (default: ${DEFAULTS.machine})`)
    .option('--hypothesis <list>', 'parameter sets to compare (default: all of the machine)', collect);
  const command = withOutputOptions(withChoices, { formats: TEXT_FORMAT_NAMES });
  return command.action(async (figures, options) => {
    const { reproduceFigures } = await import('./reproduce-action.js');
    await reproduceFigures(figures ?? DEFAULTS.figures, { ...options, color: colorWish(command) }, context);
  });
}

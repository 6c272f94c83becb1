import { Command } from '@commander-js/extra-typings';
import { collect } from './choices.js';
import type { CommandContext } from './context.js';
import { withCsvStyle } from './csv-options.js';
import { DEFAULTS } from './defaults.js';

/** `reproduce`: published figures beside simulated ones. */
export function createReproduceCommand(context: CommandContext) {
  const command = new Command('reproduce')
    .summary('published figures beside simulated ones')
    .description('put every published figure beside the simulated one')
    .argument('[figures]', `name or path of a file of figures (default: ${DEFAULTS.figures})`)
    .option('--machine <name|file>', `the host (default: ${DEFAULTS.machine})`)
    .option('--hypothesis <list>', 'parameter sets to compare (default: all of the machine)', collect)
    .option('--json', 'as JSON')
    .option('--csv', 'as CSV')
    .option('-o, --output <file>', 'write output to FILE')
    .option('-v, --verbose', 'more than the answer');
  return withCsvStyle(command).action(async (figures, options) => {
    const { reproduceFigures } = await import('./reproduce-action.js');
    await reproduceFigures(figures ?? DEFAULTS.figures, options, context);
  });
}

import { Command } from '@commander-js/extra-typings';
import { CPU_GROUPING_NAMES } from '../report/cpu-groups.js';
import type { CommandContext } from './context.js';
import { colorWish, withOutputOptions, withWide } from './output-options.js';

/** `merge <shard.json>...`: the parts of a grid, put together. */
export function createMergeCommand(context: CommandContext) {
  const withFold = withWide(
    new Command('merge')
      .summary('join the parts of a grid (compare --shard)')
      .description('put the parts of a grid together that compare --shard has written')
      .argument('<shard.json...>', 'every part once, in any order')
      .option(
        '--by <what>',
        `fold the table of CPUs for people by ${CPU_GROUPING_NAMES.join(', ')} (default: cpu)`,
      ),
  );
  const command = withOutputOptions(withFold, { defaultFormat: 'json' });
  return command.action(async (files, options) => {
    const { mergeFromCommandLine } = await import('./merge-action.js');
    await mergeFromCommandLine(files, { ...options, color: colorWish(command) }, context);
  });
}

import { Command } from '@commander-js/extra-typings';
import { CPU_GROUPING_NAMES } from '../report/cpu-groups.js';
import type { CommandContext } from './context.js';
import { colorWish, withOutputOptions, withWide } from './output-options.js';

/** `merge <shard.json>...`: the parts of a grid, put together. */
export function createMergeCommand(context: CommandContext) {
  const withFold = withWide(
    new Command('merge')
      .summary('join the parts of a grid (compare --shard)')
      .description('Join the parts of a grid that compare --shard wrote.')
      .argument('<shard.json...>', 'all parts, in any order')
      .option('--by <what>', `group the table of CPUs by ${CPU_GROUPING_NAMES.join(', ')} (default: cpu)`),
  );
  const command = withOutputOptions(withFold, { defaultFormat: 'json' });
  return command.action(async (files, options) => {
    const { mergeFromCommandLine } = await import('./merge-action.js');
    await mergeFromCommandLine(files, { ...options, color: colorWish(command) }, context);
  });
}

import { Command } from '@commander-js/extra-typings';
import { collect } from './choices.js';
import type { CommandContext } from './context.js';
import { withRunOptions } from './host-options.js';
import { colorWish } from './output-options.js';
import { unrecorded, withoutOptions } from './plain-command.js';

/** What the parts of a grid are told each in its own way, and the whole would not be. */
const OF_SHARDS = ['--jobs', '--shard', '--output', '--trace'];

/** `compare <scenario>... --vary <axis>=<values>`: a grid of runs, each against a baseline. */
export function createCompareCommand(context: CommandContext) {
  const command = withRunOptions(
    new Command('compare')
      .summary('run a grid, each cell against a baseline')
      .description('run a grid of scenarios and choices, each cell against a baseline cell')
      .argument('<scenario...>', 'names of scenarios that come with the program, or paths of YAML files')
      .option(
        '--vary <axis=values>',
        'mapping, machine, strategy, threads, hypothesis, topology, memory, batch, scan or a parameter, with a list or a range such as 60..120+20 or 1..256*4; several make a cross product',
        collect,
      )
      .option('--ablation', "vary the seed mail's two optimizations: local-first, and one thread per core")
      .option('--baseline <axis=value>', 'the cell to compare with: the first that has the value', collect)
      .option('--shard <i/n>', 'run only the i-th of n parts of the grid, for merge to put together')
      .option('--yes', 'run a grid of more than 1000 cells'),
  );
  return command.action(async (references, options) => {
    const { compareFromCommandLine } = await import('./plan-action.js');
    await compareFromCommandLine(
      references,
      { ...options, color: colorWish(command) },
      {
        ...context,
        argv: withoutOptions(
          context.argv,
          command.options,
          options.shard === undefined ? ['--jobs', ...unrecorded(options)] : OF_SHARDS,
        ),
      },
    );
  });
}

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
      .summary('run a grid and compare each cell with a baseline')
      .description('Run a grid of scenarios and options, and compare each cell with a baseline cell.')
      .argument('<scenario...>', 'scenarios: names (rmpopt-bench list) or paths of YAML files')
      .option(
        '--vary <axis=values>',
        'an axis of the grid: mapping, machine, strategy, threads, hypothesis, topology, memory, batch, scan or a cost parameter; its values as a list, a range with a step (60..120+20) or a range with a factor (1..256*4); several axes give all combinations',
        collect,
      )
      .option(
        '--ablation',
        'switch the two optimizations of the posted series on and off: local-first, and one thread per core',
      )
      .option(
        '--baseline <axis=value>',
        'the baseline is the first cell with this value (default: the first cell)',
        collect,
      )
      .option('--shard <i/n>', 'run only part i of n of the grid; merge joins the parts')
      .option('--yes', 'allow a grid of more than 1000 cells, up to 100000'),
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

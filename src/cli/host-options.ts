import type { Command, OptionValues } from '@commander-js/extra-typings';
import { CPU_GROUPING_NAMES } from '../report/cpu-groups.js';
import { MAPPING_NAMES } from '../scenario/mapping.js';
import { STRATEGY_NAMES } from '../sweep/strategies.js';
import { THREADS } from '../sweep/strategy.js';
import { collect } from './choices.js';
import { DEFAULTS } from './defaults.js';
import { withOutputOptions, withWide } from './output-options.js';

/** The options of every command that times sweeps: the host, the sweep and the costs, then what to print. */
export function withRunOptions<A extends unknown[], O extends OptionValues>(command: Command<A, O>) {
  const withHost = withHostOptions(command)
    .option(
      '--jitter',
      'random costs, drawn for every RMPOPT and every round; --set jitterSigma, tailProbability and tailNs say how random',
    )
    .option(
      '--runs <n>',
      'repetitions with different random draws; more than 1 only with --jitter (default: 1)',
    )
    .option('--jobs <n>', 'threads to run cells in (default: one per core, where there is enough to do)');
  const withCpus = withHost
    .option('--per-cpu', 'every CPU: for people a table, else a row of its own')
    .option(
      '--by <what>',
      `fold that table by ${CPU_GROUPING_NAMES.join(', ')}; implies --per-cpu for people, leaves json, ndjson, csv and xlsx as they are (default: cpu)`,
    )
    .option('--trace <file>', 'write a trace there, for ui.perfetto.dev: what each CPU did when');
  return withOutputOptions(withWide(withCpus));
}

/** The host, the sweep and the costs. */
export function withHostOptions<A extends unknown[], O extends OptionValues>(command: Command<A, O>) {
  return command
    .option('--mapping <list>', `map all private memory as ${MAPPING_NAMES.join(', ')}`, collect)
    .option('--memory <size>', 'memory of the host, such as 1038GiB (default: what scenario or machine say)')
    .option('--machine <name|file>', `the host (default: ${DEFAULTS.machine})`)
    .option(
      '--hypothesis <list>',
      'parameter sets of the machine, such as shared,rescan (default: what the machine says)',
      collect,
    )
    .option(
      '--topology <SxLxCxT>',
      'sockets x L3 groups per socket x cores per L3 group x threads per core, such as 2x8x32x2',
    )
    .option(
      '--strategy <name>',
      `who issues RMPOPT, how: ${STRATEGY_NAMES.join(', ')} (default: ${DEFAULTS.strategy})`,
    )
    .option(
      '--threads <which>',
      `CPUs that take part: ${THREADS.join(' or ')} (default: what the strategy was posted with)`,
    )
    .option('--batch <n>', 'regions per IPI round of strategy batched (default: 16)')
    .option('--scan <size>', 'entries a scan reads: 2m (512 a region) or 4k (a what-if)')
    .option(
      '--set <parameter=value>',
      `set a cost or switch, such as ipiPerTargetNs=90 (rmpopt-bench show ${DEFAULTS.machine} lists them)`,
      collect,
    )
    .option('--seed <n>', `seed of random placements, arrivals and costs (default: ${DEFAULTS.seed})`);
}

import type { Command, OptionValues } from '@commander-js/extra-typings';
import { CPU_GROUPING_NAMES } from '../report/cpu-groups.js';
import { PROGRAM_FORMAT_NAMES } from '../report/formats.js';
import { MAPPING_NAMES } from '../scenario/scenario.js';
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
      'draw random costs for every RMPOPT and every round; --set jitterSigma, tailProbability and tailNs change their spread',
    )
    .option('--runs <n>', 'repetitions with different random draws; more than 1 needs --jitter (default: 1)')
    .option('--jobs <n>', 'number of threads (default: one per core if the work is long)');
  const withCpus = withHost
    .option('--per-cpu', `show each CPU: a table, or a row per CPU in ${PROGRAM_FORMAT_NAMES.join(', ')}`)
    .option(
      '--by <what>',
      `group the table of CPUs by ${CPU_GROUPING_NAMES.join(', ')}; implies --per-cpu; ignored for ${PROGRAM_FORMAT_NAMES.join(', ')} (default: cpu)`,
    )
    .option('--trace <file>', 'write a timeline of each CPU to FILE, for ui.perfetto.dev');
  return withOutputOptions(withWide(withCpus));
}

/** The host, the sweep and the costs. */
export function withHostOptions<A extends unknown[], O extends OptionValues>(command: Command<A, O>) {
  return command
    .option(
      '--mapping <list>',
      `page size of all private memory: ${MAPPING_NAMES.join(', ')}; each is run by itself`,
      collect,
    )
    .option(
      '--memory <size>',
      "span of physical addresses of the host, holes included, such as 1038GiB (default: the scenario's or the machine's)",
    )
    .option('--machine <name|file>', `the host: a name or a machine file (default: ${DEFAULTS.machine})`)
    .option(
      '--hypothesis <list>',
      "assumptions about the hardware, such as shared,rescan; rmpopt-bench list describes them (default: the machine's)",
      collect,
    )
    .option(
      '--topology <SxLxCxT>',
      'sockets x L3 groups per socket x cores per L3 group x threads per core, such as 2x8x32x2',
    )
    .option(
      '--strategy <name>',
      `how the sweep runs: ${STRATEGY_NAMES.join(', ')}; rmpopt-bench list describes them (default: ${DEFAULTS.strategy})`,
    )
    .option(
      '--threads <which>',
      `CPUs that take part: ${THREADS.join(' or ')}; primary is one thread per core (default: all with broadcast and serial, otherwise primary)`,
    )
    .option('--batch <n>', 'regions per IPI round, with --strategy batched (default: 16)')
    .option(
      '--scan <size>',
      'memory that each RMP entry covers in a scan: 2m (512 entries per region), or 4k (hypothetical)',
    )
    .option(
      '--set <parameter=value>',
      `set a cost or switch, such as ipiPerTargetNs=90; rmpopt-bench show ${DEFAULTS.machine} lists them`,
      collect,
    )
    .option('--seed <n>', `seed of random placements, arrivals and costs (default: ${DEFAULTS.seed})`);
}

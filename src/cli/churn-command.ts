import { Command } from '@commander-js/extra-typings';
import { SWEEP_POLICY_NAMES } from '../guests/sweep-policy.js';
import { TEXT_FORMAT_NAMES } from '../report/formats.js';
import { durationText } from '../units.js';
import { collect } from './choices.js';
import type { CommandContext } from './context.js';
import { CHURN_DEFAULTS } from './defaults.js';
import { withHostOptions } from './host-options.js';
import { colorWish, withOutputOptions } from './output-options.js';

/** `churn <scenario>`: guests come and go, and the host is swept some time after they leave. */
export function createChurnCommand(context: CommandContext) {
  const withChurn = withHostOptions(
    new Command('churn')
      .summary('simulate guests that come and go: when to sweep')
      .description('Simulate guests that come and go, and the sweeps after they exit.')
      .argument('<churn-scenario>', 'a churn scenario: a name (rmpopt-bench list) or the path of a YAML file')
      .option(
        '--policy <list>',
        `when to sweep: ${SWEEP_POLICY_NAMES.join(', ')} (rmpopt-bench list describes them), or all of them (default: ${CHURN_DEFAULTS.policy}, as in the merged kernel)`,
        collect,
      )
      .option(
        '--delay <time>',
        "time from an exit to its sweep, such as 10s (default: the machine's delayAfterExitS)",
      )
      .option(
        '--max-wait <time>',
        `with --policy max-wait: how long exits can postpone a sweep (default: ${durationText(CHURN_DEFAULTS.maxWaitNs)})`,
      )
      .option(
        '--delays <list>',
        `delays to compare in the second table (default: ${CHURN_DEFAULTS.delaysNs.map(durationText).join(',')})`,
        collect,
      )
      .option(
        '--window <list>',
        `on hosts above 2 TiB, the start of the 2 TiB that a core can optimize: low (address 0) or node (memory of the core's node) (default: a result for each)`,
        collect,
      )
      .option(
        '--runs <n>',
        'number of histories: the first uses --seed, the next one the next seed, and so on; shows the median and the 5-95 % range over them (default: 1)',
      )
      .option('--duration <time>', "how long to simulate, such as 1h (default: the scenario's)"),
  );
  const command = withOutputOptions(withChurn, { formats: TEXT_FORMAT_NAMES });
  return command.action(async (reference, options) => {
    const { churnFromCommandLine } = await import('./churn-action.js');
    await churnFromCommandLine(reference, { ...options, color: colorWish(command) }, context);
  });
}

import { Command } from '@commander-js/extra-typings';
import { SWEEP_POLICY_NAMES } from '../guests/sweep-policy.js';
import { WINDOW_NAMES } from '../machine/window.js';
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
      .summary('guests come and go; when to sweep, and what it costs')
      .description('let guests come and go over time, and sweep the host some time after they leave')
      .argument(
        '<churn-scenario>',
        'name of a churn scenario that comes with the program, or path of a YAML file',
      )
      .option(
        '--policy <list>',
        `when to sweep: ${SWEEP_POLICY_NAMES.join(', ')}, or all of them (default: ${CHURN_DEFAULTS.policy}, as the merged kernel)`,
        collect,
      )
      .option(
        '--delay <time>',
        'how long policies wait, such as 10s (default: delayAfterExitS of the machine)',
      )
      .option(
        '--max-wait <time>',
        `how long exits can put off the sweep of max-wait (default: ${durationText(CHURN_DEFAULTS.maxWaitNs)})`,
      )
      .option(
        '--delays <list>',
        `delays of the table of delays (default: ${CHURN_DEFAULTS.delaysNs.map(durationText).join(',')})`,
        collect,
      )
      .option(
        '--window <list>',
        `where windows begin on hosts above 2 TiB: ${WINDOW_NAMES.join(', ')} (default: both there)`,
        collect,
      )
      .option(
        '--runs <n>',
        'histories with seeds from --seed on: median and 5-95 % over them, of seeds alone (default: 1)',
      )
      .option('--duration <time>', 'how long to watch (default: what the scenario says)'),
  );
  const command = withOutputOptions(withChurn, { formats: TEXT_FORMAT_NAMES });
  return command.action(async (reference, options) => {
    const { churnFromCommandLine } = await import('./churn-action.js');
    await churnFromCommandLine(reference, { ...options, color: colorWish(command) }, context);
  });
}

import { Command } from '@commander-js/extra-typings';
import { STRATEGY_NAMES } from '../sweep/strategies.js';
import type { CommandContext } from './context.js';
import { colorWish, withOutputOptions, withWide } from './output-options.js';
import { unrecorded, withoutOptions } from './plain-command.js';

/** `import <log>`: what a kernel printed, as a run document. */
export function createImportCommand(context: CommandContext) {
  const withLabels = new Command('import')
    .summary('read a kernel log, a trace, or what the probe measured')
    .description(
      'read what a kernel has printed about RMPOPT: dmesg, journal, debugfs table, quoted mail, a trace of its tracepoints, or what the probe has measured',
    )
    .argument('<log>', 'path of the log, or - for stdin')
    .option('--tsc-ghz <rate>', 'rate of the cycles in the log (default: what the log says of the TSC)')
    .option('--scenario <name>', 'which scenario the log is of, for diff and calibrate')
    .option('--state <state>', 'which of its timed sweeps, where it has several')
    .option('--sweeps <list>', 'states of its sweeps in their order, such as full,empty,again')
    .option('--mapping <size>', 'how private memory was mapped: 4k, 2m, 1g, or none where there was none')
    .option('--strategy <name>', `who issued RMPOPT, how: ${STRATEGY_NAMES.join(', ')}`)
    .option('--threads <which>', 'CPUs that took part: primary or all')
    .option('--memory <size>', 'span of physical addresses that is swept, such as 2TiB or 1038GiB')
    .option('--per-cpu', 'in csv and ndjson the rows of the CPUs');
  const command = withOutputOptions(withWide(withLabels));
  return command.action(async (log, options) => {
    const { importFromCommandLine } = await import('./import-action.js');
    const argv = withoutOptions(context.argv, command.options, unrecorded(options));
    await importFromCommandLine(log, { ...options, color: colorWish(command) }, { ...context, argv });
  });
}

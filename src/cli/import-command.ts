import { Command } from '@commander-js/extra-typings';
import { STRATEGY_NAMES } from '../sweep/strategies.js';
import type { CommandContext } from './context.js';
import { colorWish, withOutputOptions, withWide } from './output-options.js';
import { unrecorded, withoutOptions } from './plain-command.js';

/** `import <log>`: what a kernel printed, as a run document. */
export function createImportCommand(context: CommandContext) {
  const withLabels = new Command('import')
    .summary('read a kernel log, a trace, or results of the probe')
    .description(
      'Read what a kernel printed about RMPOPT (dmesg, journal, debugfs table, quoted mail), a trace of its tracepoints, or results of the probe (the kernel module in kernel/). For diff and calibrate, say what was measured, by one of --sweeps (a state for each sweep of the log), --state (the same state for all) and --scenario (the sweep of a scenario file).',
    )
    .argument('<log>', 'path of the log, or -')
    .option('--tsc-ghz <rate>', 'rate of the TSC in GHz, to convert cycles to time (default: from the log)')
    .option('--scenario <name>', 'scenario that was measured, such as guest-exit')
    .option('--state <state>', 'state that was measured, such as empty')
    .option('--sweeps <list>', 'state of each sweep in the log, in order, such as full,empty,again')
    .option('--mapping <size>', 'mapping of private memory: 4k, 2m, 1g, or none if no memory was private')
    .option('--strategy <name>', `how the sweep ran: ${STRATEGY_NAMES.join(', ')}`)
    .option('--threads <which>', 'CPUs that took part: primary (one thread per core) or all')
    .option(
      '--memory <size>',
      'span of physical addresses that was swept, holes included, such as 2TiB or 1038GiB',
    )
    .option('--per-cpu', 'a row per CPU, in csv and ndjson');
  const command = withOutputOptions(withWide(withLabels));
  return command.action(async (log, options) => {
    const { importFromCommandLine } = await import('./import-action.js');
    const argv = withoutOptions(context.argv, command.options, unrecorded(options));
    await importFromCommandLine(log, { ...options, color: colorWish(command) }, { ...context, argv });
  });
}

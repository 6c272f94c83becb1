import { Command } from '@commander-js/extra-typings';
import type { CommandContext } from './context.js';
import { DEFAULTS } from './defaults.js';

/** `machine init`: a machine file of the host the program runs on. */
export function createMachineCommand(context: CommandContext) {
  return new Command('machine')
    .usage('init [options]')
    .summary('write a machine file of this Linux host')
    .description(`Write a machine file of this Linux host, with the costs of ${DEFAULTS.machine}.`)
    .argument('<action>', 'init')
    .option('--sysfs <folder>', "read a copy of another host's /sys")
    .option('--lsmem <file>', 'read the output of lsmem -J -b on that host')
    .option('-o, --output <file>', 'write output to FILE')
    .action(async (action, options) => {
      const { initMachine } = await import('./machine-action.js');
      await initMachine(action, options, context);
    });
}

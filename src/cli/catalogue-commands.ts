import { Command } from '@commander-js/extra-typings';
import type { CommandContext } from './context.js';

/** `list`: what can be named on the command line. */
export function createListCommand(context: CommandContext) {
  return new Command('list')
    .description('list scenarios, machines, strategies and hypotheses')
    .option('--machine <name|file>', 'the machine whose hypotheses are listed')
    .option('--json', 'as JSON')
    .action(async (options) => {
      const { listCatalogue } = await import('./catalogue-action.js');
      await listCatalogue(options, context);
    });
}

/** `show <name>`: one of these, fully resolved. */
export function createShowCommand(context: CommandContext) {
  return new Command('show')
    .summary('one of these, or a parameter, in full')
    .description('show a scenario, machine, strategy, hypothesis or parameter with everything filled in')
    .argument('<name>', 'a name that list prints, a parameter, or the path of a scenario or machine file')
    .option('--machine <name|file>', 'the machine that fills in what a scenario leaves open')
    .option('--yaml', 'as a file to edit: a scenario or a machine')
    .option('--json', 'as JSON')
    .action(async (name, options) => {
      const { showFromCatalogue } = await import('./catalogue-action.js');
      await showFromCatalogue(name, options, context);
    });
}

/** `schema <what>`: a JSON Schema. */
export function createSchemaCommand(context: CommandContext) {
  return new Command('schema')
    .summary('JSON Schema of files and documents')
    .description('print the JSON Schema of scenario, churn, machine or figures files, or of run documents')
    .argument('<what>', 'scenario, churn, machine, figures or run')
    .action(async (what) => {
      const { printSchema } = await import('./schema-action.js');
      await printSchema(what, context);
    });
}

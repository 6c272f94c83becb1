import { Command } from '@commander-js/extra-typings';
import type { CommandContext } from './context.js';

/** `list`: what can be named on the command line. */
export function createListCommand(context: CommandContext) {
  return new Command('list')
    .summary('list scenarios, machines, strategies and other names')
    .description('List scenarios, policies of churn, machines, strategies and hypotheses.')
    .option('--machine <name|file>', 'list the hypotheses of this machine')
    .option('--json', 'JSON instead of text')
    .action(async (options) => {
      const { listCatalogue } = await import('./catalogue-action.js');
      await listCatalogue(options, context);
    });
}

/** `show <name>`: one of these, fully resolved. */
export function createShowCommand(context: CommandContext) {
  return new Command('show')
    .summary('show one of these, or a parameter, in full')
    .description('Show a scenario, machine, strategy, hypothesis or parameter with all defaults filled in.')
    .argument('<name>', 'a name (rmpopt-bench list), a parameter, or the path of a scenario or machine file')
    .option('--machine <name|file>', 'the machine that supplies the defaults of a scenario')
    .option('--yaml', 'a YAML file to edit, for a scenario or a machine')
    .option('--json', 'JSON instead of text')
    .action(async (name, options) => {
      const { showFromCatalogue } = await import('./catalogue-action.js');
      await showFromCatalogue(name, options, context);
    });
}

/** `schema <what>`: a JSON Schema. */
export function createSchemaCommand(context: CommandContext) {
  return new Command('schema')
    .summary('print the JSON Schema of a file or document')
    .description('Print the JSON Schema of scenario, churn, machine or figures files, or of run documents.')
    .argument('<what>', 'scenario, churn, machine, figures or run')
    .action(async (what) => {
      const { printSchema } = await import('./schema-action.js');
      await printSchema(what, context);
    });
}

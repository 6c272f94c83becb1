import { Command } from '@commander-js/extra-typings';
import type { CommandContext } from './context.js';

/** `report <run.json>...`: saved documents as one page. */
export function createReportCommand(context: CommandContext) {
  return new Command('report')
    .summary('make an HTML page with charts of saved documents')
    .description(
      'Make one self-contained HTML page with charts from saved documents of run, compare, churn, reproduce and import.',
    )
    .argument('<run.json...>', 'documents that --json wrote')
    .option('-o, --output <file>', 'write output to FILE, such as out.html')
    .action(async (files, options) => {
      const { reportFromCommandLine } = await import('./report-action.js');
      await reportFromCommandLine(files, options, context);
    });
}

import { jsonPieces } from '../report/json.js';
import { type RenderChoice, render } from '../report/render.js';
import type { ReportedDocument } from '../report/rows.js';
import type { CommandContext } from './context.js';
import { writeOutput, writePieces } from './output.js';
import type { OutputChoice } from './output-options.js';

/** What some reports want to know beside. */
export type ReportDetails = Partial<Pick<RenderChoice, 'by' | 'isByCpu' | 'source'>>;

/** Writes a document in the format that is wanted. */
export async function writeDocument(
  document: ReportedDocument,
  output: Omit<OutputChoice, 'quiet'>,
  context: CommandContext,
  details: ReportDetails = {},
): Promise<void> {
  const { format } = output;
  // The text of a large document is never whole in memory.
  if (format === 'json') {
    await writePieces(output, context, jsonPieces(document));
    return;
  }
  const choice: RenderChoice = { by: 'cpu', isByCpu: false, source: '', ...output, ...details, format };
  await writeOutput(output, context, (layout) => render(document, choice, layout));
}

import type { CsvStyle } from '../report/csv-style.js';
import { jsonPieces } from '../report/json.js';
import type { Layout } from '../report/layout.js';
import { withVisibleTexts } from '../report/visible-texts.js';
import type { CommandContext } from './context.js';
import { writeOutput, writePieces } from './output.js';
import type { OutputChoice } from './run-request.js';

/** How the documents of a command are written beside JSON. */
interface DocumentTexts<D> {
  /** For people; of a document whose texts they can be shown. */
  readonly table: (document: D, layout: Layout) => string;
  readonly csv?: (document: D, style: CsvStyle) => string;
  readonly ndjson?: (document: D) => string;
  readonly xlsx?: (document: D) => Promise<Uint8Array>;
}

/** Writes a document in the format that is wanted; what people read has passed `withVisibleTexts`. */
export async function writeDocument<D extends object>(
  document: D,
  texts: DocumentTexts<D>,
  output: Pick<OutputChoice, 'file' | 'color' | 'isVerbose' | 'format' | 'csv'>,
  context: CommandContext,
): Promise<void> {
  const { format } = output;
  if (format === 'json') {
    await writePieces(output, context, jsonPieces(document));
    return;
  }
  await writeOutput(output, context, (layout) => {
    if (format === 'csv' && texts.csv !== undefined) return texts.csv(document, output.csv);
    if (format === 'ndjson' && texts.ndjson !== undefined) return texts.ndjson(document);
    if (format === 'xlsx' && texts.xlsx !== undefined) return texts.xlsx(document);
    return texts.table(withVisibleTexts(document, layout.unicode ? 'unicode' : 'ascii'), layout);
  });
}

import type { ToolInfo, Warning } from '../run-document/run-document.js';
import type { QuotedReport, Report } from './blocks.js';
import { warningsInWords } from './words.js';

/** What a report that travels needs of its document. */
interface Quotable {
  readonly tool: ToolInfo;
  readonly command: readonly string[];
  readonly warnings?: readonly Warning[];
}

/** A report for those who have nothing else: with the command, and the warnings. */
export function quoted(
  { title, heading, blocks }: Report,
  { tool, command, warnings = [] }: Quotable,
): QuotedReport {
  return {
    ...{ title, heading },
    blocks: [...blocks, ...warningsInWords(warnings)],
    command: [tool.name, ...command],
    tool: `${tool.name} ${tool.version}`,
  };
}

import type { ToolInfo, Warning } from '../run-document/run-document.js';
import type { QuotedReport, Report, Setting } from './blocks.js';
import { warningsInWords } from './words.js';

/** What a report that travels needs of its document. */
interface Quotable {
  readonly tool: ToolInfo;
  readonly command: readonly string[];
  readonly warnings?: readonly Warning[];
}

/** A report with what those need who have nothing else: the command, and the warnings that a terminal has on stderr. */
export function quoted(
  { title, heading, blocks }: Report,
  { tool, command, warnings = [] }: Quotable,
  setting: Setting,
): QuotedReport {
  return {
    ...{ title, heading },
    blocks: [...blocks, ...(setting === 'quoted' ? warningsInWords(warnings) : [])],
    command: [tool.name, ...command],
    tool: `${tool.name} ${tool.version}`,
  };
}

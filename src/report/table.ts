import type { RunDocument } from '../run-document/run-document.js';
import { type Report, renderBlocks } from './blocks.js';
import type { CpuGrouping } from './cpu-groups.js';
import { type Layout, paragraph } from './layout.js';
import { reportOf } from './report.js';
import { withVisibleTexts } from './visible-texts.js';

/** The document for a person at a terminal. */
export function renderTable(document: RunDocument, by: CpuGrouping, layout: Layout): string {
  const visible = withVisibleTexts(document, layout.unicode ? 'unicode' : 'ascii');
  const report = reportOf(visible, by, 'screen');
  return `${head(report, layout)}\n\n${renderBlocks(report.blocks, layout)}\n`;
}

function head({ title, heading }: Report, layout: Layout): string {
  return [layout.chalk.bold(title), ...heading.map((line) => paragraph(line, layout, 2))].join('\n');
}

import { Chalk } from 'chalk';
import type { RunDocument } from '../run-document/run-document.js';
import { renderBlocks } from './blocks.js';
import type { CpuGrouping } from './cpu-groups.js';
import { type Layout, paragraph } from './layout.js';
import { reportOf } from './report.js';
import { commandLines } from './shell-words.js';
import { withVisibleTexts } from './visible-texts.js';
import { warningsInWords } from './words.js';

/** What a kernel list takes: quoted a few times it still fits into 80 columns. */
const MAIL: Layout = { chalk: new Chalk({ level: 0 }), columns: 72, unicode: false };

/** The document to paste in a mail: what to run and on what first, the baseline before what is compared with it. */
export function renderLkml(document: RunDocument, by: CpuGrouping): string {
  const { tool, command } = document;
  const visible = withVisibleTexts(document, 'ascii');
  const { title, heading, blocks } = reportOf(visible, by, 'quoted');
  const parts = [
    title,
    commandLines([tool.name, ...command], MAIL.columns),
    [`${visible.tool.name} ${visible.tool.version}`, ...heading]
      .map((line) => paragraph(line, MAIL, 2))
      .join('\n'),
    renderBlocks([...blocks, ...warningsInWords(visible.warnings)], MAIL),
  ];
  return `${parts.join('\n\n')}\n`;
}

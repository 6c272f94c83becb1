import { Chalk } from 'chalk';
import { type FullReport, renderBlocks } from './blocks.js';
import { type Layout, paragraph } from './layout.js';
import { commandLines } from './shell-words.js';

/** What a kernel list takes: quoted a few times it still fits into 80 columns. */
const MAIL: Layout = { chalk: new Chalk({ level: 0 }), columns: 72, unicode: false, isVerbose: false };

/** A report to paste in a mail: what to run and on what first. Its texts are ASCII. */
export function renderLkml({ title, heading, blocks, command, tool }: FullReport): string {
  const parts = [
    paragraph(title, MAIL, 2),
    commandLines(command, MAIL.columns),
    [tool, ...heading].map((line) => paragraph(line, MAIL, 2)).join('\n'),
    renderBlocks(blocks, MAIL),
  ];
  return `${parts.join('\n\n')}\n`;
}

import { narrow, type Report, renderBlocks } from './blocks.js';
import { type Layout, paragraph } from './layout.js';

/** A report for a person at a terminal. */
export function renderTable({ title, heading, blocks }: Report, layout: Layout): string {
  const head = [layout.chalk.bold(title), ...heading.map((line) => paragraph(line, narrow(layout), 2))].join(
    '\n',
  );
  return `${head}\n\n${renderBlocks(blocks, layout)}\n`;
}

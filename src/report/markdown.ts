import { Chalk } from 'chalk';
import type { PhrasingContent, RootContent, TableRow } from 'mdast';
import { gfmToMarkdown } from 'mdast-util-gfm';
import { toMarkdown } from 'mdast-util-to-markdown';
import { type Block, type FullReport, type TableContent, textAfter } from './blocks.js';
import type { Layout } from './layout.js';
import { shellWord } from './shell-words.js';

/** GitHub shows about so many characters of code beside each other. */
const CODE_COLUMNS = 90;

/** A report for an issue or a page: whatever texts hold, it is text there, no markup. */
export function renderMarkdown(report: FullReport, { unicode, isVerbose }: Layout): string {
  const { title, heading, blocks, command, tool } = report;
  const layout: Layout = { chalk: new Chalk({ level: 0 }), columns: CODE_COLUMNS, unicode, isVerbose };
  const children = [
    headingNode(title, 3),
    codeNode(command.map(shellWord).join(' '), 'sh'),
    listNode([tool, ...heading]),
    ...blocks.flatMap((block) => nodesOf(block, layout)),
  ];
  return toMarkdown({ type: 'root', children }, { extensions: [gfmToMarkdown()], bullet: '-' });
}

function nodesOf(block: Block, layout: Layout): RootContent[] {
  switch (block.kind) {
    case 'title':
      return [headingNode(block.text, 4)];
    case 'paragraph':
      return [paragraphNode(block.text)];
    case 'list':
      return [...(block.head === null ? [] : [paragraphNode(block.head)]), listNode(block.items)];
    case 'bullets':
      return [listNode(block.items), ...[textAfter(block)].filter(Boolean).map(paragraphNode)];
    case 'table':
      return [tableNode(block.table)];
    case 'terms':
      return [listNode(block.terms.map(({ name, says }) => `${name}: ${says}`))];
    case 'drawing':
      return [codeNode(block.draw(layout), 'text')];
  }
}

function headingNode(text: string, depth: 3 | 4): RootContent {
  return { type: 'heading', depth, children: phrasing(text) };
}

function paragraphNode(text: string): RootContent {
  return { type: 'paragraph', children: phrasing(text) };
}

function codeNode(value: string, lang: string): RootContent {
  return { type: 'code', lang, value };
}

function listNode(items: readonly string[]): RootContent {
  return {
    type: 'list',
    spread: false,
    children: items.map((item) => ({
      type: 'listItem',
      children: [{ type: 'paragraph', children: phrasing(item) }],
    })),
  };
}

/** A table has no second line of heads, so each has that of its group in front. */
function tableNode({ columns, rows }: TableContent): RootContent {
  const heads = columns.map(({ group, head }) => [group, head].filter(Boolean).join(': '));
  return {
    type: 'table',
    align: columns.map(({ align }) => align),
    children: [heads, ...rows].map(tableRow),
  };
}

function tableRow(cells: readonly string[]): TableRow {
  return {
    type: 'tableRow',
    children: cells.map((cell) => ({ type: 'tableCell', children: phrasing(cell) })),
  };
}

/** What GitHub makes links or notifications of even where it is escaped, but not in code. */
const LINKED = /(\S*(?:www\.|:\/\/|@|#\d)\S*)/i;

function phrasing(text: string): PhrasingContent[] {
  return text.split(LINKED).flatMap((value, i): PhrasingContent[] => {
    if (value === '') return [];
    return [{ type: i % 2 === 0 ? 'text' : 'inlineCode', value }];
  });
}

import { Groups } from '../group-by.js';
import { type Block, type TableContent, textAfter } from '../report/blocks.js';
import { counted } from '../report/figures.js';
import { shellWord } from '../report/shell-words.js';
import { shownText } from '../report/visible-texts.js';
import type { SavedDocument } from '../run-document/read-document.js';
import type { RecordedMachine, ToolInfo } from '../run-document/run-document.js';
import { figureOf } from './chart.js';
import { type Content, ElementFactory } from './element.js';
import { SCRIPT } from './script.js';
import { type Section, sectionOf } from './section.js';
import { STYLE } from './style.js';

/** A file that a page is made of. */
export interface PageInput {
  /** What the file is called, without its folder. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly saved: SavedDocument;
}

/** Nothing may be fetched or sent; what the page needs it holds. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** Documents as one self-contained page. */
export function renderPage(inputs: readonly PageInput[], tool: ToolInfo): string {
  const elements = new ElementFactory();
  const { make, document } = { make: elements.make.bind(elements), document: elements.document };
  const sections = inputs.map(({ saved }) => sectionOf(saved));
  const title =
    sections.length === 1 ? (sections[0]?.title ?? '') : `${sections.length} documents about RMPOPT sweeps`;
  document.head.append(
    make('meta', { charset: 'utf-8' }),
    make('meta', { 'http-equiv': 'Content-Security-Policy', content: POLICY }),
    make('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    make('meta', { name: 'generator', content: `${tool.name} ${tool.version}` }),
    make('title', {}, title),
    make('style', {}, STYLE),
  );
  document.body.append(
    make(
      'header',
      {},
      make('h1', { id: 'title' }, title),
      make(
        'p',
        { class: 'host' },
        `Made by ${tool.name} ${tool.version}. SIMULATED figures were not measured on hardware. IMPORTED figures come from a log.`,
      ),
      sections.length > 1 ? contents(elements, sections, inputs) : [],
    ),
    make(
      'main',
      {},
      sections.map((section, i) =>
        sectionElement(elements, section, inputs[i]?.name ?? '', i, sections.length === 1),
      ),
    ),
    ...inputs.map(({ bytes }, i) =>
      make('script', { type: 'text/plain', id: sourceId(i) }, Buffer.from(bytes).toString('base64')),
    ),
    make('script', {}, SCRIPT),
  );
  return `${document.toString()}\n`;
}

function sectionId(i: number): string {
  return `account-${i + 1}`;
}

function sourceId(i: number): string {
  return `source-${i + 1}`;
}

function contents(
  elements: ElementFactory,
  sections: readonly Section[],
  inputs: readonly PageInput[],
): Element {
  const items = sections.map(({ title, question }, i) =>
    elements.make(
      'li',
      {},
      elements.make('a', { href: `#${sectionId(i)}` }, question),
      ` ${title} (${shownText(inputs[i]?.name ?? '', 'unicode')})`,
    ),
  );
  return elements.make('nav', { 'aria-label': 'Documents' }, elements.make('ol', {}, items));
}

function sectionElement(
  elements: ElementFactory,
  section: Section,
  file: string,
  i: number,
  isAlone: boolean,
): Element {
  const make = elements.make.bind(elements);
  const { title, question, answers, heading, command, charts, blocks, machines } = section;
  return make(
    'section',
    { id: sectionId(i), 'aria-labelledby': isAlone ? 'title' : `${sectionId(i)}-title` },
    isAlone ? [] : make('h2', { id: `${sectionId(i)}-title` }, `${title} (${shownText(file, 'unicode')})`),
    make('p', { class: 'question' }, question),
    make(
      'ul',
      { class: 'answers' },
      answers.map((answer) => make('li', {}, answer)),
    ),
    heading.map((line) => make('p', { class: 'host' }, line)),
    make('pre', {}, shownText(command.map(shellWord).join(' '), 'unicode')),
    charts.map((chart) => figureOf(elements, chart)),
    blocks.flatMap((block) => blockElements(elements, block)),
    machines.length === 0 ? [] : machinesElement(elements, machines),
    rowsElement(elements, section, file, i),
  );
}

/** Pictures made of characters are left out: the page has better ones. */
function blockElements(elements: ElementFactory, block: Block): Content[] {
  const make = elements.make.bind(elements);
  switch (block.kind) {
    case 'title':
      return [make('h3', {}, block.text)];
    case 'paragraph':
      return [make('p', {}, block.text)];
    case 'bullets':
      return [
        make(
          'ul',
          {},
          block.items.map((item) => make('li', {}, item)),
        ),
        make('p', {}, textAfter(block)),
      ];
    case 'list':
      return [
        ...(block.head === null ? [] : [make('p', {}, block.head)]),
        make(
          'ul',
          {},
          block.items.map((item) => make('li', {}, item)),
        ),
      ];
    case 'table':
      return [tableElement(elements, block.table)];
    case 'terms':
      return [
        make(
          'ul',
          {},
          block.terms.map(({ name, says }) => make('li', {}, `${name}: ${says}`)),
        ),
      ];
    case 'drawing':
      return [];
  }
}

/** Rows that differ in one name alone are one row with all these names: the last column of names decides. */
function folded({ columns, rows }: TableContent): string[][] {
  const naming = columns.findLastIndex(({ label }) => label === 'name');
  if (naming < 0) return rows.map((row) => [...row]);
  const groups = new Groups(rows, (row) => row.filter((_, i) => i !== naming));
  return groups.all.map((alike) =>
    columns.map((_, i) =>
      i === naming ? alike.map((row) => row[i] ?? '').join(', ') : (alike[0]?.[i] ?? ''),
    ),
  );
}

function tableElement(elements: ElementFactory, { columns, rows }: TableContent): Element {
  const make = elements.make.bind(elements);
  const classOf = (align: 'left' | 'right') => (align === 'right' ? 'number' : null);
  const heads = columns.map(({ head, align, unit }) =>
    make('th', { class: classOf(align), scope: 'col' }, [head, unit].filter(Boolean).join(', ')),
  );
  const lines = folded({ columns, rows }).map((cells) =>
    make(
      'tr',
      {},
      columns.map(({ align }, i) => make('td', { class: classOf(align) }, cells[i] ?? '')),
    ),
  );
  return scrolled(
    elements,
    make(
      'table',
      {},
      make('thead', {}, groupHeads(elements, columns), make('tr', {}, heads)),
      make('tbody', {}, lines),
    ),
  );
}

/** A line over the heads, where several columns are of one thing. */
function groupHeads(elements: ElementFactory, columns: TableContent['columns']): Element[] {
  if (columns.every(({ group }) => group === undefined)) return [];
  const spans: { group: string; columns: number }[] = [];
  for (const { group = '' } of columns) {
    const last = spans.at(-1);
    if (last?.group === group) last.columns++;
    else spans.push({ group, columns: 1 });
  }
  const heads = spans.map((span) =>
    elements.make('th', { class: 'group', scope: 'colgroup', colspan: String(span.columns) }, span.group),
  );
  return [elements.make('tr', {}, heads)];
}

const MACHINES_MAX = 12;

function machinesElement(elements: ElementFactory, machines: readonly RecordedMachine[]): Content[] {
  const make = elements.make.bind(elements);
  const left = machines.length - MACHINES_MAX;
  return [
    make('h3', {}, 'The machine'),
    machines.slice(0, MACHINES_MAX).map(({ id, hypothesis, topology, parameters }) => {
      const columns = ['parameter', 'value', 'unit', 'plausible', 'provenance', 'source'].map((head) => ({
        head,
        align: head === 'value' ? ('right' as const) : ('left' as const),
        field: () => '',
      }));
      const rows = parameters.map(({ name, value, unit, low, high, provenance, source }) => [
        ...[name, String(value), unit ?? '', low === null || high === null ? '' : `${low} to ${high}`],
        ...[provenance ?? '', source ?? ''],
      ]);
      return make(
        'details',
        {},
        make(
          'summary',
          {},
          `${id}: ${topology}, hypothesis ${hypothesis}, ${counted(parameters.length, 'parameter')} with provenance and source`,
        ),
        tableElement(elements, { columns, rows }),
      );
    }),
    left > 0 ? make('p', {}, `The document has ${counted(left, 'more machine')}.`) : [],
  ];
}

/** The raw rows, for sorting, and the document they come from. */
function rowsElement(
  elements: ElementFactory,
  { columns, rows }: Section,
  file: string,
  i: number,
): Content[] {
  const make = elements.make.bind(elements);
  const isNumber = (column: string) => rows.some((row) => typeof row[column] === 'number');
  const classes = new Map(columns.map((column) => [column, isNumber(column) ? 'number' : null]));
  const heads = columns.map((column) =>
    make(
      'th',
      { class: classes.get(column) ?? null, scope: 'col', 'aria-sort': 'none' },
      make('button', { type: 'button' }, column),
    ),
  );
  const lines = rows.map((row) =>
    make(
      'tr',
      {},
      columns.map((column) => make('td', { class: classes.get(column) ?? null }, textOf(row[column]))),
    ),
  );
  const table = make(
    'table',
    { class: 'raw' },
    make('thead', {}, make('tr', {}, heads)),
    make('tbody', {}, lines),
  );
  const name = shownText(file, 'unicode');
  return [
    make(
      'details',
      { class: 'rows' },
      make('summary', {}, `${counted(rows.length, 'row')} of the document`),
      scrolled(elements, table),
    ),
    make(
      'p',
      {},
      make(
        'button',
        { type: 'button', class: 'download', 'data-source': sourceId(i), 'data-name': name },
        `Download ${name}`,
      ),
    ),
  ];
}

function textOf(value: unknown): string {
  return value === null || value === undefined ? '' : String(value);
}

function scrolled(elements: ElementFactory, table: Element): Element {
  return elements.make(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'table' },
    table,
  );
}

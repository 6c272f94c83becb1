import type { ChurnDocument } from '../run-document/churn-document.js';
import type { RunDocument } from '../run-document/run-document.js';
import type { CpuGrouping } from './cpu-groups.js';
import type { CsvStyle } from './csv-style.js';
import type { TextFormat } from './formats.js';
import type { Layout } from './layout.js';

type Document = RunDocument | ChurnDocument;

/** Makes a text of a document; formats for programs look at neither grouping nor layout. */
type Renderer = (document: Document, by: CpuGrouping, layout: Layout) => string;

/** How rows become CSV. */
export interface CsvChoice {
  readonly csv: CsvStyle;
  /** A row a sweep instead of one a phase. */
  readonly isWide: boolean;
}

/** What a format needs is loaded when it is chosen. */
const LOADERS: Readonly<Record<TextFormat, (choice: CsvChoice) => Promise<Renderer>>> = {
  table: async () => {
    const [{ reportOf }, { renderTable }] = await Promise.all([import('./report.js'), import('./table.js')]);
    return (document, by, layout) => {
      const charset = layout.unicode ? 'unicode' : 'ascii';
      return renderTable(
        reportOf(document, { setting: 'screen', by, charset, isVerbose: layout.isVerbose }),
        layout,
      );
    };
  },
  json: async () => (await import('./json.js')).renderJson,
  ndjson: async () => {
    const [{ toNdjson }, { mainRows }] = await Promise.all([import('./json.js'), import('./main-rows.js')]);
    return (document) => toNdjson(mainRows(document).rows);
  },
  csv: async ({ csv, isWide }) => {
    const [{ toCsv }, { mainRows, wideTable }] = await Promise.all([
      import('./csv.js'),
      import('./main-rows.js'),
    ]);
    return (document) => {
      const { rows, columns } = isWide && 'cpus' in document ? wideTable(document) : mainRows(document);
      return toCsv(rows, columns, csv);
    };
  },
  markdown: async () => {
    const [{ quotedReportOf }, { renderMarkdown }] = await Promise.all([
      import('./report.js'),
      import('./markdown.js'),
    ]);
    return (document, by, layout) => {
      const charset = layout.unicode ? 'unicode' : 'ascii';
      return renderMarkdown(quotedReportOf(document, { by, charset, isVerbose: layout.isVerbose }), layout);
    };
  },
  lkml: async () => {
    const [{ quotedReportOf }, { renderLkml }] = await Promise.all([
      import('./report.js'),
      import('./lkml.js'),
    ]);
    return (document, by, { isVerbose }) =>
      renderLkml(quotedReportOf(document, { by, charset: 'ascii', isVerbose }));
  },
};

/** What writes a document in a format. */
export function loadRenderer(format: TextFormat, choice: CsvChoice): Promise<Renderer> {
  return LOADERS[format](choice);
}

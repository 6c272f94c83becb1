import type { ChurnDocument } from '../run-document/churn-document.js';
import type { RunDocument } from '../run-document/run-document.js';
import type { CpuGrouping } from './cpu-groups.js';
import type { Format } from './formats.js';
import type { Layout } from './layout.js';

type Document = RunDocument | ChurnDocument;

/** Makes a text of a document; formats for programs look at neither grouping nor layout. */
type Renderer = (document: Document, by: CpuGrouping, layout: Layout) => string;

/** What a format needs is loaded when it is chosen. */
const LOADERS: Readonly<Record<Format, () => Promise<Renderer>>> = {
  table: async () => {
    const [{ reportOf }, { renderTable }] = await Promise.all([import('./report.js'), import('./table.js')]);
    return (document, by, layout) => {
      const charset = layout.unicode ? 'unicode' : 'ascii';
      return renderTable(reportOf(document, { setting: 'screen', by, charset }), layout);
    };
  },
  json: async () => (await import('./json.js')).renderJson,
  ndjson: async () => {
    const [{ toNdjson }, { mainRows }] = await Promise.all([import('./json.js'), import('./main-rows.js')]);
    return (document) => toNdjson(mainRows(document).rows);
  },
  csv: async () => {
    const [{ toCsv }, { mainRows }] = await Promise.all([import('./csv.js'), import('./main-rows.js')]);
    return (document) => {
      const { rows, columns } = mainRows(document);
      return toCsv(rows, columns);
    };
  },
  markdown: async () => {
    const [{ quotedReportOf }, { renderMarkdown }] = await Promise.all([
      import('./report.js'),
      import('./markdown.js'),
    ]);
    return (document, by, layout) => {
      const charset = layout.unicode ? 'unicode' : 'ascii';
      return renderMarkdown(quotedReportOf(document, { by, charset }), layout);
    };
  },
  lkml: async () => {
    const [{ quotedReportOf }, { renderLkml }] = await Promise.all([
      import('./report.js'),
      import('./lkml.js'),
    ]);
    return (document, by) => renderLkml(quotedReportOf(document, { by, charset: 'ascii' }));
  },
};

/** What writes a document in a format. */
export function loadRenderer(format: Format): Promise<Renderer> {
  return LOADERS[format]();
}

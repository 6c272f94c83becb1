import type { RunDocument } from '../run-document/run-document.js';
import type { CpuGrouping } from './cpu-groups.js';
import type { Format } from './formats.js';
import type { Layout } from './layout.js';

/** Makes a text of a document; formats for programs look at neither grouping nor layout. */
type Renderer = (document: RunDocument, by: CpuGrouping, layout: Layout) => string;

/** What a format needs is loaded when it is chosen. */
const LOADERS: Readonly<Record<Format, () => Promise<Renderer>>> = {
  table: async () => (await import('./table.js')).renderTable,
  json: async () => (await import('./json.js')).renderJson,
  ndjson: async () => (await import('./json.js')).renderNdjson,
  csv: async () => (await import('./csv.js')).renderCsv,
  markdown: async () => (await import('./markdown.js')).renderMarkdown,
  lkml: async () => (await import('./lkml.js')).renderLkml,
};

/** What writes a document in a format. */
export function loadRenderer(format: Format): Promise<Renderer> {
  return LOADERS[format]();
}

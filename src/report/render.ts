import type { RunDocument } from '../run-document/run-document.js';
import { renderCsv } from './csv.js';
import type { Format } from './formats.js';
import { renderJson, renderNdjson } from './json.js';
import type { Layout } from './layout.js';
import { renderTable } from './table.js';

const RENDERERS: Readonly<Record<Format, (document: RunDocument, layout: Layout) => string>> = {
  table: renderTable,
  json: renderJson,
  ndjson: renderNdjson,
  csv: renderCsv,
};

/** A document as text; only `table` uses colour. */
export function render(document: RunDocument, format: Format, layout: Layout): string {
  return RENDERERS[format](document, layout);
}

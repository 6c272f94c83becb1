import { CALIBRATE_SCHEMA } from '../run-document/calibrate-document.js';
import { CHURN_SCHEMA } from '../run-document/churn-document.js';
import { COSTS_SCHEMA } from '../run-document/costs-document.js';
import { DIFF_SCHEMA } from '../run-document/diff-document.js';
import { PROBE_SCHEMA } from '../run-document/probe-document.js';
import { REPRODUCE_SCHEMA } from '../run-document/reproduce-document.js';
import { RUN_SCHEMA } from '../run-document/run-document.js';
import type { Manner, Report } from './blocks.js';
import type { Format, FormatForPeople } from './formats.js';
import { toNdjson } from './json.js';
import type { Layout } from './layout.js';
import type { CsvChoice, ReportedDocument, RowChoice } from './rows.js';

/** How a document is to be written. */
export interface RenderChoice extends CsvChoice, RowChoice, Pick<Manner, 'by' | 'source'> {
  readonly format: Exclude<Format, 'json'>;
}

/** A document in a format; what the format and the kind of document need is loaded when they are chosen. */
export async function render(
  document: ReportedDocument,
  choice: RenderChoice,
  layout: Layout,
): Promise<string | Uint8Array> {
  switch (choice.format) {
    case 'ndjson': {
      const { rowsOf } = await import('./rows.js');
      return toNdjson(rowsOf(document, choice).rows);
    }
    case 'csv': {
      const [{ toCsv }, { rowsOf }] = await Promise.all([import('./csv.js'), import('./rows.js')]);
      const { rows, columns } = rowsOf(document, choice);
      return toCsv(rows, columns, choice.csv);
    }
    case 'xlsx': {
      if (document.schema !== RUN_SCHEMA) throw new Error(`no workbook of ${document.schema}`);
      return (await import('./workbook.js')).renderWorkbook(document);
    }
    default:
      return renderForPeople(document, { ...choice, format: choice.format }, layout);
  }
}

async function renderForPeople(
  document: ReportedDocument,
  { format, by, source }: RenderChoice & { readonly format: FormatForPeople },
  layout: Layout,
): Promise<string> {
  const { shownText, withVisibleTexts } = await import('./visible-texts.js');
  const charset = layout.unicode && format !== 'lkml' ? 'unicode' : 'ascii';
  const visible = withVisibleTexts(document, charset);
  const setting = format === 'table' ? 'screen' : 'quoted';
  const manner = { setting, by, source: shownText(source, charset), isVerbose: layout.isVerbose } as const;
  const told = await reportOf(visible, manner);
  if (format === 'table') return (await import('./table.js')).renderTable(told, layout);
  const report = (await import('./quoted-report.js')).quoted(told, visible);
  return format === 'lkml'
    ? (await import('./lkml.js')).renderLkml(report)
    : (await import('./markdown.js')).renderMarkdown(report, layout);
}

/** What people are told of a document, in whose texts there is nothing that a terminal or a page would act on. */
async function reportOf(document: ReportedDocument, manner: Manner): Promise<Report> {
  switch (document.schema) {
    case RUN_SCHEMA:
      return document.origin === 'imported'
        ? (await import('./imported.js')).importedReport(document, manner)
        : (await import('./run-report.js')).sweepsReport(document, manner);
    case CHURN_SCHEMA:
      return (await import('./churn.js')).churnReport(document, manner);
    case REPRODUCE_SCHEMA:
      return (await import('./reproduce.js')).reproduceReport(document, manner);
    case CALIBRATE_SCHEMA:
      return (await import('./calibrate.js')).calibrateReport(document, manner);
    case DIFF_SCHEMA:
      return (await import('./diff.js')).diffReport(document, manner);
    case PROBE_SCHEMA:
      return (await import('./probe.js')).probeReport(document, manner);
    case COSTS_SCHEMA:
      return (await import('./costs.js')).costsReport(document);
  }
}

import { CALIBRATE_SCHEMA } from '../run-document/calibrate-document.js';
import { CHURN_SCHEMA } from '../run-document/churn-columns.js';
import { RUN_SCHEMA } from '../run-document/columns.js';
import { COSTS_SCHEMA } from '../run-document/costs-document.js';
import { DIFF_SCHEMA } from '../run-document/diff-document.js';
import { PROBE_SCHEMA } from '../run-document/probe-columns.js';
import { REPRODUCE_SCHEMA } from '../run-document/reproduce-columns.js';
import { type FullReport, list, type Manner, type Report, type Setting } from './blocks.js';
import { FORMATS, type Format } from './formats.js';
import type { Layout } from './layout.js';
import type { CsvChoice, ReportedDocument, RowChoice } from './rows.js';
import { shownText, withVisibleTexts } from './visible-texts.js';
import { warningsInWords } from './words.js';

/** How a document is to be written. */
export interface RenderChoice extends CsvChoice, RowChoice, Pick<Manner, 'by' | 'source'> {
  readonly format: Format;
}

/** A document in a format. */
export async function render(
  document: ReportedDocument,
  choice: RenderChoice,
  layout: Layout,
): Promise<string | Uint8Array> {
  const format = FORMATS[choice.format];
  switch (format.of) {
    case 'document':
      return (await format.load())(document);
    case 'rows':
      return (await format.load())((await import('./rows.js')).rowsOf(document, choice), choice.csv);
    case 'run': {
      if (document.schema !== RUN_SCHEMA) throw new Error(`no ${choice.format} of ${document.schema}`);
      return (await format.load())(document);
    }
    case 'report': {
      const charset = layout.unicode ? format.charset : 'ascii';
      const visible = withVisibleTexts(document, charset);
      const manner = { ...choice, setting: format.setting, source: shownText(choice.source, charset) };
      const report = await reportOf(visible, { ...manner, isVerbose: layout.isVerbose });
      return (await format.load())(withOrigin(report, visible, format.setting), layout);
    }
  }
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

/** A report with what made it; where it travels, with the warnings, too, which a terminal has on stderr. */
function withOrigin(report: Report, document: ReportedDocument, setting: Setting): FullReport {
  const { tool, command } = document;
  const isQuoted = setting === 'quoted';
  const warnings = isQuoted && 'warnings' in document ? warningsInWords(document.warnings) : [];
  const explained =
    isQuoted && 'terms' in document ? list(document.terms.map(({ name, says }) => `${name}: ${says}`)) : [];
  return {
    ...report,
    blocks: [...report.blocks, ...explained, ...warnings],
    command: [tool.name, ...command],
    tool: `${tool.name} ${tool.version}`,
  };
}

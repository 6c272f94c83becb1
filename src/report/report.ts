import type { ChurnDocument } from '../run-document/churn-document.js';
import type { RunDocument } from '../run-document/run-document.js';
import type { Manner, QuotedReport, Report } from './blocks.js';
import { churnReport } from './churn.js';
import { comparisonReport } from './compare-report.js';
import { runReport } from './run-report.js';
import { typicalRuns } from './typical-runs.js';
import { withVisibleTexts } from './visible-texts.js';
import { warningsInWords } from './words.js';

/** The same for a document whose texts are still to be made visible. */
interface Telling extends Manner {
  /** The characters that the place it goes to can show. */
  readonly charset: 'ascii' | 'unicode';
}

/** What people are told of a run, a grid, or a host on which guests come and go. */
export function reportOf(document: RunDocument | ChurnDocument, telling: Telling): Report {
  return reportOfVisible(withVisibleTexts(document, telling.charset), telling);
}

/** The same of a document in whose texts there is nothing that a terminal or a page would act on. */
export function reportOfVisible(visible: RunDocument | ChurnDocument, manner: Manner): Report {
  if ('events' in visible) return churnReport(visible, manner);
  const shown = typicalRuns(visible);
  return shown.comparisons.length > 0 ? comparisonReport(shown, manner) : runReport(shown, manner);
}

/** The same for those who have nothing else: with the command, and the warnings. */
export function quotedReportOf(
  document: RunDocument | ChurnDocument,
  { by, charset, isVerbose }: Omit<Telling, 'setting'>,
): QuotedReport {
  const visible = withVisibleTexts(document, charset);
  const { blocks, ...report } = reportOfVisible(visible, { by, isVerbose, setting: 'quoted' });
  return {
    ...report,
    blocks: [...blocks, ...warningsInWords(visible.warnings)],
    command: [document.tool.name, ...document.command],
    tool: `${visible.tool.name} ${visible.tool.version}`,
  };
}

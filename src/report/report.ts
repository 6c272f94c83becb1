import type { ChurnDocument } from '../run-document/churn-document.js';
import type { RunDocument } from '../run-document/run-document.js';
import type { QuotedReport, Report, Setting } from './blocks.js';
import { churnReport } from './churn.js';
import { comparisonReport } from './compare-report.js';
import type { CpuGrouping } from './cpu-groups.js';
import { runReport } from './run-report.js';
import { typicalRuns } from './typical-runs.js';
import { withVisibleTexts } from './visible-texts.js';
import { warningsInWords } from './words.js';

/** What of a document is to be told to people. */
export interface Telling {
  readonly setting: Setting;
  /** How CPUs are folded, where a document has them. */
  readonly by: CpuGrouping;
  /** The characters that the place it goes to can show. */
  readonly charset: 'ascii' | 'unicode';
}

/** What people are told of a run, a grid, or a host on which guests come and go. */
export function reportOf(document: RunDocument | ChurnDocument, telling: Telling): Report {
  return reportOfVisible(withVisibleTexts(document, telling.charset), telling);
}

/** The same of a document in whose texts there is nothing that a terminal or a page would act on. */
export function reportOfVisible(
  visible: RunDocument | ChurnDocument,
  { setting, by }: Omit<Telling, 'charset'>,
): Report {
  if ('events' in visible) return churnReport(visible);
  const shown = typicalRuns(visible);
  return shown.comparisons.length > 0 ? comparisonReport(shown, by, setting) : runReport(shown, by, setting);
}

/** The same for those who have nothing else: with the command, and the warnings. */
export function quotedReportOf(
  document: RunDocument | ChurnDocument,
  { by, charset }: Omit<Telling, 'setting'>,
): QuotedReport {
  const visible = withVisibleTexts(document, charset);
  const { blocks, ...report } = reportOfVisible(visible, { by, setting: 'quoted' });
  return {
    ...report,
    blocks: [...blocks, ...warningsInWords(visible.warnings)],
    command: [document.tool.name, ...document.command],
    tool: `${visible.tool.name} ${visible.tool.version}`,
  };
}

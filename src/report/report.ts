import type { RunDocument } from '../run-document/run-document.js';
import type { Report, Setting } from './blocks.js';
import { comparisonReport } from './compare-report.js';
import type { CpuGrouping } from './cpu-groups.js';
import { runReport } from './run-report.js';

/** What people are told of a run or a grid. */
export function reportOf(document: RunDocument, by: CpuGrouping, setting: Setting): Report {
  return document.comparisons.length > 0
    ? comparisonReport(document, by, setting)
    : runReport(document, by, setting);
}

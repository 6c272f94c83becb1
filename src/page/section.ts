import { type Block, list, type Manner } from '../report/blocks.js';
import { variedChoices } from '../report/cell-names.js';
import { churnReport, rowsAskedFor } from '../report/churn.js';
import { regimeName } from '../report/churn-regimes.js';
import { counted, duration, ratioText, threeDigits } from '../report/figures.js';
import { listNames } from '../report/names.js';
import { reproduceReport } from '../report/reproduce.js';
import { sweepsReport } from '../report/run-report.js';
import { stateName } from '../report/sweeps.js';
import { typicalRuns } from '../report/typical-runs.js';
import { withVisibleTexts } from '../report/visible-texts.js';
import { warningsInWords } from '../report/words.js';
import { CHURN_COLUMNS } from '../run-document/churn-columns.js';
import { IMPORTED_RESULT_COLUMNS, RESULT_COLUMNS } from '../run-document/columns.js';
import type { SavedDocument } from '../run-document/read-document.js';
import { REPRODUCE_COLUMNS } from '../run-document/reproduce-columns.js';
import type { ReproduceRow } from '../run-document/reproduce-document.js';
import type { RecordedMachine, RunDocument } from '../run-document/run-document.js';
import { alikeCells } from './alike-cells.js';
import type { Chart } from './chart.js';
import { churnCharts } from './churn-charts.js';
import { importedCharts } from './imported-charts.js';
import { reproduceCharts } from './reproduce-charts.js';
import { runCharts } from './run-charts.js';

/** A page has room for all there is to say, for readers who have not run it. */
const PAGE: Manner = { setting: 'quoted', by: 'l3', isVerbose: true, source: '' };

/** What a page says of one document. */
export interface Section {
  readonly title: string;
  readonly question: string;
  /** In a sentence each. */
  readonly answers: readonly string[];
  readonly heading: readonly string[];
  /** The command line, the program first. */
  readonly command: readonly string[];
  readonly charts: readonly Chart[];
  readonly blocks: readonly Block[];
  readonly machines: readonly RecordedMachine[];
  /** The rows of the document, by their columns. */
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** Turns a saved document into what a page says of it. */
export function sectionOf(saved: SavedDocument): Section {
  const { tool, command } = saved.document;
  const visible = { ...saved, document: withVisibleTexts(saved.document, 'unicode') } as SavedDocument;
  const common = { command: [tool.name, ...command], machines: visible.document.machines };
  switch (visible.kind) {
    case 'run':
      return { ...common, ...runSection(visible.document) };
    case 'churn': {
      const { document } = visible;
      const { title, heading, blocks } = churnReport(document, PAGE);
      const asked = rowsAskedFor(document);
      const answers = asked.map(
        (row) =>
          `${regimeName(row, asked)}: ${counted(row.sweeps, 'sweep')}, ${duration(row.cpuTimeNs)} of CPU time. Free regions wait ${threeDigits(row.waitingRegionS)} region-seconds, an exit at most ${duration(row.longestWaitNs)}.`,
      );
      return {
        ...common,
        ...{ title, heading, answers, blocks, charts: churnCharts(document) },
        question: 'When should the host be swept after guests exit?',
        ...{ columns: Object.keys(CHURN_COLUMNS), rows: document.results },
      };
    }
    case 'reproduce': {
      const { document } = visible;
      const answers = document.summaries.map(
        ({ hypothesis, medianResidualPct, worstResidualPct, worstId }) =>
          `${hypothesis}: the median error is ${threeDigits(medianResidualPct)} %, the largest ${threeDigits(worstResidualPct)} % (${worstId}), without bounds; ${fittedInWords(document.results.filter((row) => row.hypothesis === hypothesis))}.`,
      );
      return {
        ...common,
        title: 'SIMULATED figures beside published ones',
        question: 'How close is the simulation to the published figures?',
        answers,
        heading: [],
        charts: reproduceCharts(document),
        blocks: reproduceReport(document, PAGE).blocks,
        ...{ columns: Object.keys(REPRODUCE_COLUMNS), rows: document.results },
      };
    }
    case 'imported': {
      const { document } = visible;
      return {
        ...common,
        title: 'IMPORTED from a log of a host',
        question: 'What does the log say?',
        answers: [
          `${counted(document.observations.length, 'figure')} in ${counted(new Set(document.results.map(({ run }) => run)).size, 'sweep')}; ${counted(document.notes.length, 'line')} not understood.`,
        ],
        heading: [],
        charts: importedCharts(document),
        blocks: [
          ...warningsInWords(document.warnings),
          ...list(
            document.notes.map(({ line, reason, text }) => `line ${line}: ${reason}: ${text}`),
            'Lines not understood:',
          ),
        ],
        ...{ columns: Object.keys(IMPORTED_RESULT_COLUMNS), rows: document.results },
      };
    }
  }
}

/** How many of the figures say something by agreeing. */
function fittedInWords(rows: readonly ReproduceRow[]): string {
  const counted = rows.filter(({ fitted }) => fitted === 'fitted' || fitted === 'predicted');
  const fitted = counted.filter((row) => row.fitted === 'fitted').length;
  return `the costs were fitted to ${fitted} of these ${counted.length} figures`;
}

const ANSWERS_MAX = 12;

function runSection(whole: RunDocument): Omit<Section, 'command' | 'machines'> {
  const { document, nameOf } = alikeCells(typicalRuns(whole));
  const { title, heading, blocks } = sweepsReport(whole, PAGE);
  const isGrid = document.comparisons.length > 0;
  const varied = variedChoices(whole.results, whole);
  const states = new Set(document.results.map(stateName)).size;
  const heads = [
    ...(states > 1 ? ['state'] : []),
    ...varied.filter(({ isImplied }) => isImplied !== true).map(({ head }) => head),
  ];
  const ratios = new Map(
    document.comparisons.filter(({ phase }) => phase === 'total').map((row) => [nameOf(row), row]),
  );
  const totals = document.results.filter(({ phase }) => phase === 'total');
  const sentences = totals.map((total) => {
    const name = nameOf(total);
    const { elapsedLowNs, elapsedHighNs } = total;
    const range =
      elapsedLowNs === null || elapsedHighNs === null
        ? ''
        : ` (${duration(elapsedLowNs)} to ${duration(elapsedHighNs)})`;
    const ratio = ratios.get(name)?.ratio ?? null;
    const compared = ratio === null ? '' : `, ${ratioText(ratio)} times the baseline`;
    return { elapsedNs: total.elapsedNs, says: `${name}: ${duration(total.elapsedNs)}${range}${compared}.` };
  });
  return {
    ...{ title, heading, blocks },
    question: isGrid
      ? `What ${heads.length === 1 ? 'does' : 'do'} ${listNames(heads)} change?`
      : 'How long does a sweep take on the local CPU, and on the remote CPUs?',
    answers: answersOf(sentences),
    charts: runCharts(document, nameOf),
    ...{ columns: Object.keys(RESULT_COLUMNS), rows: whole.results },
  };
}

/** All of them, or of many those that take least and most. */
function answersOf(sentences: readonly { readonly elapsedNs: number; readonly says: string }[]): string[] {
  if (sentences.length <= ANSWERS_MAX) return sentences.map(({ says }) => says);
  const ascending = sentences.toSorted((a, b) => a.elapsedNs - b.elapsedNs).map(({ says }) => says);
  const ends = ANSWERS_MAX / 2;
  const between = `${sentences.length - ANSWERS_MAX} more lie between these.`;
  return [...ascending.slice(0, ends), between, ...ascending.slice(-ends)];
}

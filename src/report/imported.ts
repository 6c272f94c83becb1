import type { ObservationRow, SegmentRow } from '../run-document/columns.js';
import type { ImportedDocument } from '../run-document/run-document.js';
import { segmentsText } from '../run-document/segments-text.js';
import { type Block, bullets, type Manner, prose, type Report, table } from './blocks.js';
import { counted, duration } from './figures.js';
import type { FieldColumn } from './layout.js';
import { listNames } from './names.js';
import { notesInWords, sentence } from './notes.js';
import { timesAs } from './run-summary.js';
import { tracedRounds } from './traced-rounds.js';

type Row = ImportedDocument['results'][number];

const time = (ns: number | null) => (ns === null ? '-' : duration(ns));

const COLUMNS: readonly FieldColumn<Row>[] = [
  { head: 'sweep', align: 'right', label: 'part', field: ({ run }) => String(run ?? '-') },
  { head: 'state', align: 'left', label: 'part', field: ({ state }) => state || '-' },
  { head: 'host', align: 'left', label: 'part', field: ({ variation }) => hostIn(variation) },
  { head: 'phase', align: 'left', label: 'part', field: ({ phase }) => phase },
  { head: 'elapsed', align: 'right', field: ({ elapsedNs }) => time(elapsedNs) },
  // The mail's own comparison: (end - middle) / nr_cpus.
  { head: 'per CPU', align: 'right', field: ({ perCpuNs }) => time(perCpuNs) },
  { group: 'in RMPOPT, by CPU', head: 'fastest', align: 'right', field: ({ fastestNs }) => time(fastestNs) },
  { group: 'in RMPOPT, by CPU', head: 'median', align: 'right', field: ({ medianNs }) => time(medianNs) },
  { group: 'in RMPOPT, by CPU', head: 'slowest', align: 'right', field: ({ slowestNs }) => time(slowestNs) },
  { group: 'one RMPOPT', head: 'least', align: 'right', field: (row) => time(row.instructionMinNs) },
  { group: 'one RMPOPT', head: 'mean', align: 'right', field: (row) => time(row.instructionMeanNs) },
  { group: 'one RMPOPT', head: 'most', align: 'right', field: (row) => time(row.instructionMaxNs) },
];

/** As much of a host's name as tells it from others. */
function hostIn(variation: string): string {
  return variation.replace(/^host=/, '').slice(0, HOST_LENGTH) || '-';
}

const HOST_LENGTH = 20;

/** Warnings without which figures would be misread: the table says them beside the figures, even where warnings are not wanted. */
export const SAID_BESIDE_FIGURES = /^(?:clock|log-incomplete|host-disturbed|figures-contradict|no-times)/;

/** Rows on which a log is silent say nothing. */
function isTold(row: Row): boolean {
  return row.phase === 'total' || row.elapsedNs !== null || row.slowestNs !== null;
}

/** What a log tells, for a person. */
export function importedReport(document: ImportedDocument, { source, isVerbose, setting }: Manner): Report {
  const { results, observations, notes, rmpSegments, warnings } = document;
  const rows = results.filter(isTold);
  const told = COLUMNS.filter(
    ({ head, field }) =>
      ['sweep', 'phase', 'elapsed'].includes(head) || rows.some((row) => field(row) !== '-'),
  );
  const [first] = results;
  const labels = [first?.scenario, first?.mapping, first?.strategy, first?.threads]
    .filter(Boolean)
    .join(', ');
  const said = setting === 'screen' ? warnings.filter(({ kind }) => SAID_BESIDE_FIGURES.test(kind)) : [];
  return {
    title: `IMPORTED from ${source}: ${document.rounds.length > 0 ? 'a trace of a kernel' : 'figures that a kernel printed'}`,
    heading: labels === '' ? [] : [`said to be: ${labels}`],
    blocks: [
      ...(rows.length === 0 ? [] : [table(told, rows)]),
      ...tracedRounds(document),
      ...conclusions(rows),
      ...(document.rounds.length === 0 && isVerbose ? [kindsInWords(observations)] : []),
      ...tableInWords(observations),
      ...(rmpSegments.length === 0 ? [] : [prose(segmentsForMachine(rmpSegments))]),
      ...said.map(({ message }) => prose(sentence(message))),
      ...notesInWords(notes, 'Not used:'),
      ...(isVerbose && rows.some(({ derived }) => derived !== '')
        ? [
            prose(
              'Figures that were computed, not printed by the kernel, are named in the column derived of JSON and CSV.',
            ),
          ]
        : []),
    ],
  };
}

/** Which sweep takes longest, and how the phases compare as the mail asks. */
function conclusions(rows: readonly Row[]): Block[] {
  const nameOf = ({ state, scenario, run }: Row) => state || scenario || `sweep ${run}`;
  const totals = rows.flatMap((row) =>
    row.phase === 'total' && row.elapsedNs !== null ? [{ row, ns: row.elapsedNs }] : [],
  );
  const sweeps = new Set(rows.map(({ run }) => run)).size;
  const ofTimed = totals.length < sweeps ? `Of the ${totals.length} sweeps with a time, ` : '';
  const ranked = totals.toSorted((a, b) => b.ns - a.ns);
  const [longest] = ranked;
  const shortest = ranked.at(-1);
  const lines = [
    ...(longest === undefined || shortest === undefined || longest.ns < 1.01 * shortest.ns
      ? []
      : [
          `${ofTimed}${nameOf(longest.row)} is slowest, ${timesAs(longest.ns, shortest.ns)} ${nameOf(shortest.row)}.`,
        ]),
    ...(rows.some(({ phase, perCpuNs }) => phase === 'remote' && perCpuNs !== null)
      ? ['per CPU, remote: (end - middle) / remote CPUs. Compare it with the local phase.']
      : []),
  ];
  const unnamed = totals.length > 0 && totals.every(({ row }) => row.state === '' && row.scenario === '');
  const next = unnamed
    ? `To compare this log with a simulation, name the state of ${sweeps === 1 ? 'its sweep: --state empty' : `each of its ${sweeps} sweeps: --sweeps full,empty,...`}`
    : 'To compare this log with a simulation, save both with --json and use rmpopt-bench diff.';
  const all = [...lines, ...(totals.length === 0 ? [] : [next])];
  return all.length === 0 ? [] : bullets(all);
}

/** How many messages there are of each kind: as many as one of its figures stands there. */
function kindsInWords(observations: readonly ObservationRow[]): Block {
  const counts = new Map<string, Map<string, number>>();
  for (const { kind, figure } of observations) {
    const figures = counts.get(kind) ?? new Map<string, number>();
    counts.set(kind, figures.set(figure, (figures.get(figure) ?? 0) + 1));
  }
  const kinds = [...counts].map(
    ([kind, figures]) => `${Math.max(...figures.values())} ${kind.replaceAll('-', ' ')}`,
  );
  return prose(`Messages understood: ${kinds.join(', ')}.`);
}

/** The table of optimized regions, if the log has one. */
function tableInWords(observations: readonly ObservationRow[]): Block[] {
  const rows = observations.filter(({ figure }) => figure === 'CPUs');
  if (rows.length === 0) return [];
  const lists = new Map<string, number>();
  for (const { printed } of rows) lists.set(printed, (lists.get(printed) ?? 0) + 1);
  const parts = [...lists]
    .sort((a, b) => b[1] - a[1])
    .map(([list, count]) => `${count} on ${list === 'none' || list === '' ? 'no CPU' : list}`);
  return [prose(`Regions optimized, of ${counted(rows.length, 'row')} of the table: ${listNames(parts)}.`)];
}

/** Where the RMP lies, as a machine file says it. */
export function segmentsForMachine(segments: readonly SegmentRow[]): string {
  return `Segments of the RMP, as a machine file lists them: rmpSegments: ${segmentsText(segments)}`;
}

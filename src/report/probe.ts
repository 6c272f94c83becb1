import type { ProbeDocument, ProbeRow } from '../run-document/probe-document.js';
import { counted, duration } from './figures.js';
import { type CellColumn, type Layout, paragraph, renderFitting } from './layout.js';
import { notesInWords, sentence } from './notes.js';
import { shownText } from './visible-texts.js';

const time = (ns: number | null) => (ns === null ? '-' : duration(ns));

const COLUMNS: readonly CellColumn<ProbeRow>[] = [
  { head: 'run', align: 'right', cell: ({ run }) => String(run) },
  { head: 'op', align: 'left', cell: ({ op }) => op },
  { head: 'strategy', align: 'left', cell: ({ strategy }) => strategy },
  { head: 'targets', align: 'right', cell: ({ targets }) => String(targets) },
  { head: 'near', align: 'right', cell: ({ nearTargets }) => String(nearTargets), dispensable: 2 },
  { head: 'regions', align: 'right', cell: ({ regions }) => String(regions), dispensable: 1 },
  { head: 'local', align: 'right', cell: ({ localNs }) => time(localNs) },
  { head: 'remote', align: 'right', cell: ({ remoteNs }) => time(remoteNs) },
  { head: 'round', align: 'right', cell: ({ roundMedianNs }) => time(roundMedianNs) },
  { group: 'from the call to', head: 'first entry', align: 'right', cell: (row) => time(row.firstEntryNs) },
  { group: 'from the call to', head: 'last entry', align: 'right', cell: (row) => time(row.lastEntryNs) },
  { group: 'from the call to', head: 'last exit', align: 'right', cell: (row) => time(row.lastExitNs) },
  { group: 'from the call to', head: 'return', align: 'right', cell: (row) => time(row.returnNs) },
];

/** So many rows tell what there is; JSON and CSV have all. */
const ROWS_SHOWN = 40;

/**
 * What the probe has measured, for a person: a row a sweep.
 * @param source what the file is called
 */
export function renderProbe(document: ProbeDocument, source: string, layout: Layout): string {
  const { hosts, results, notes, warnings } = document;
  const title = `IMPORTED from ${shownText(source, layout.unicode ? 'unicode' : 'ascii')}: rounds of IPIs, timed by the probe`;
  const machines = hosts.map(
    ({ model, sockets, l3Groups, cores, cpus, kernel }) =>
      `${model}, ${counted(sockets, 'socket')}, ${counted(l3Groups, 'L3 group')}, ${counted(cores, 'core')}, ${counted(cpus, 'CPU')}, kernel ${kernel}`,
  );
  const left = results.length - ROWS_SHOWN;
  const blocks = [
    [layout.chalk.bold(title), ...machines].join('\n'),
    renderFitting(COLUMNS, results.slice(0, ROWS_SHOWN), layout),
    ...(left > 0 ? [`${counted(left, 'more sweep')} in JSON and CSV.`] : []),
    ...warnings.map(({ message }) => paragraph(sentence(message), layout)),
    ...notesInWords(notes, 'Notes:'),
    paragraph(
      'Times of rounds are medians over the regions of a sweep. These are not sweeps of RMPOPT; calibrate --costs fits the costs of IPIs to them.',
      layout,
    ),
  ];
  return `${blocks.join('\n\n')}\n`;
}

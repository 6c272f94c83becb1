import type { ProbeDocument, ProbeRow } from '../run-document/probe-document.js';
import { counted, duration } from './figures.js';
import { type FieldColumn, type Layout, paragraph, renderFitting } from './layout.js';
import { notesInWords, sentence } from './notes.js';
import { shownText } from './visible-texts.js';

const time = (ns: number | null) => (ns === null ? '-' : duration(ns));

const COLUMNS: readonly FieldColumn<ProbeRow>[] = [
  { head: 'run', align: 'right', field: ({ run }) => String(run) },
  { head: 'op', align: 'left', field: ({ op }) => op },
  { head: 'strategy', align: 'left', field: ({ strategy }) => strategy },
  { head: 'targets', align: 'right', field: ({ targets }) => String(targets) },
  { head: 'near', align: 'right', field: ({ nearTargets }) => String(nearTargets), dispensable: 2 },
  { head: 'regions', align: 'right', field: ({ regions }) => String(regions), dispensable: 1 },
  { head: 'local', align: 'right', field: ({ localNs }) => time(localNs) },
  { head: 'remote', align: 'right', field: ({ remoteNs }) => time(remoteNs) },
  { head: 'round', align: 'right', field: ({ roundMedianNs }) => time(roundMedianNs) },
  { group: 'from the call to', head: 'first entry', align: 'right', field: (row) => time(row.firstEntryNs) },
  { group: 'from the call to', head: 'last entry', align: 'right', field: (row) => time(row.lastEntryNs) },
  { group: 'from the call to', head: 'last exit', align: 'right', field: (row) => time(row.lastExitNs) },
  { group: 'from the call to', head: 'return', align: 'right', field: (row) => time(row.returnNs) },
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

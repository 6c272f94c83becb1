import type { ProbeDocument, ProbeRow } from '../run-document/probe-document.js';
import { list, type Manner, prose, type Report, table } from './blocks.js';
import { counted, duration } from './figures.js';
import type { FieldColumn } from './layout.js';
import { notesInWords, sentence } from './notes.js';

const time = (ns: number | null) => (ns === null ? '-' : duration(ns));

const COLUMNS: readonly FieldColumn<ProbeRow>[] = [
  { head: 'run', align: 'right', label: 'part', field: ({ run }) => String(run) },
  { head: 'sweep', align: 'right', label: 'part', field: ({ sweep }) => String(sweep) },
  { head: 'op', align: 'left', label: 'part', field: ({ op }) => op },
  { head: 'strategy', align: 'left', label: 'part', field: ({ strategy }) => strategy },
  { head: 'targets', align: 'right', label: 'part', field: ({ targets }) => String(targets) },
  { head: 'near', align: 'right', field: ({ nearTargets }) => String(nearTargets), dispensable: 2 },
  { head: 'regions', align: 'right', field: ({ regions }) => String(regions), dispensable: 1 },
  { head: 'local', align: 'right', field: ({ localNs }) => time(localNs) },
  { head: 'remote', align: 'right', field: ({ remoteNs }) => time(remoteNs), dispensable: 3 },
  { head: 'round', align: 'right', field: ({ roundMedianNs }) => time(roundMedianNs) },
  { group: 'from start to', head: 'first entry', align: 'right', field: (row) => time(row.firstEntryNs) },
  { group: 'from start to', head: 'last entry', align: 'right', field: (row) => time(row.lastEntryNs) },
  {
    group: 'from start to',
    head: 'last exit',
    align: 'right',
    field: (row) => time(row.lastExitNs),
    dispensable: 4,
  },
];

/** So many rows tell what there is; JSON and CSV have all. */
const ROWS_SHOWN = 40;

/** What the probe has measured, for a person: a row a sweep. */
export function probeReport(document: ProbeDocument, { source, setting }: Manner): Report {
  const { hosts, results, notes, warnings } = document;
  const left = results.length - ROWS_SHOWN;
  return {
    title: `IMPORTED from ${source}: rounds of IPIs, timed by the probe`,
    heading: hosts.map(
      ({ model, sockets, l3Groups, cores, cpus, kernel }) =>
        `${model}, ${counted(sockets, 'socket')}, ${counted(l3Groups, 'L3 group')}, ${counted(cores, 'core')}, ${counted(cpus, 'CPU')}, kernel ${kernel}`,
    ),
    blocks: [
      table(COLUMNS, results.slice(0, ROWS_SHOWN)),
      ...(left > 0 ? [prose(`${counted(left, 'more sweep')} in JSON and CSV.`)] : []),
      ...(setting === 'screen' ? list(warnings.map(({ message }) => sentence(message))) : []),
      ...notesInWords(notes, 'Notes:'),
      prose(
        'round: median time of an IPI round; entry and exit: when targets enter and leave its callback, medians. These are not sweeps of RMPOPT; calibrate --costs fits the costs of IPIs to them.',
      ),
    ],
  };
}

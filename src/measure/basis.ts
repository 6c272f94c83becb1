import { Groups } from '../group-by.js';
import { formatTopology } from '../machine/topology.js';
import type { BandRow } from '../run-document/columns.js';
import type { RunDocument } from '../run-document/run-document.js';
import type { FittedCondition, MachineFile } from '../scenario/machine-file.js';

/**
 * The document with what its times rest on: a time is fitted where a condition that the costs were fitted to takes the same on
 * the same host, to the nanosecond, in both phases. Costs that somebody has edited since give other times.
 */
export function withBasis(document: RunDocument, machine: MachineFile): RunDocument {
  const topology = formatTopology(machine.topology);
  const times = timesByHypothesis(document);
  const bands = document.bands.map((row): BandRow => {
    const fittedTo = Object.values(machine.hypotheses[row.hypothesis]?.fittedTo ?? {});
    if (fittedTo.length === 0) return row;
    const [time] = times.of(keyOf(row));
    const isFitted = fittedTo.some(
      (condition) => isSweptAlike(condition, row) && `${condition.localNs} ${condition.remoteNs}` === time,
    );
    return { ...row, basis: isFitted && row.topology === topology ? 'fitted' : 'predicted' };
  });
  return { ...document, bands };
}

function isSweptAlike({ strategy, threads, memory }: FittedCondition, row: BandRow): boolean {
  return strategy === row.strategy && threads === row.threads && memory === row.memoryBytes;
}

type BandKey = Pick<
  BandRow,
  'scenario' | 'state' | 'variation' | 'mapping' | 'strategy' | 'threads' | 'hypothesis'
>;

function keyOf({ scenario, state, variation, mapping, strategy, threads, hypothesis }: BandKey) {
  return [scenario, state, variation, mapping, strategy, threads, hypothesis];
}

/** Local and remote times of each sweep under each hypothesis, whether it was asked for or not. */
function timesByHypothesis({ results, alternatives }: RunDocument): Groups<string> {
  const times = new Groups<string>();
  for (const row of alternatives) times.add(keyOf(row), `${row.localNs} ${row.remoteNs}`);
  for (const rows of new Groups(results, keyOf).all) {
    const elapsedNs = (phase: string) => rows.find((row) => row.phase === phase)?.elapsedNs;
    const [first] = rows;
    if (first !== undefined) times.add(keyOf(first), `${elapsedNs('local')} ${elapsedNs('remote')}`);
  }
  return times;
}

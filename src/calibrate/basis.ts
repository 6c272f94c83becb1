import { Groups } from '../group-by.js';
import { formatTopology } from '../machine/topology.js';
import type { BandRow } from '../run-document/columns.js';
import type { RunDocument } from '../run-document/run-document.js';
import type { Catalogue } from '../scenario/catalogue.js';
import type { MachineFile } from '../scenario/machine-file.js';
import { nanoseconds } from '../units.js';
import type { FiguresFile } from './figures-file.js';
import { scenarioOf, simulateCondition } from './simulate-condition.js';

/**
 * The document with what its times rest on: a time is fitted where a condition that the costs were fitted to takes the same on
 * the same host, to the nanosecond, in both phases. Only conditions whose like is shown are simulated, since each takes long.
 * @param figures whose conditions the machine names
 */
export function withBasis(
  document: RunDocument,
  machine: MachineFile,
  figures: FiguresFile,
  catalogue: Catalogue,
): RunDocument {
  const shown = new Set(document.bands.map((row) => `${row.hypothesis} ${settingOf(row)}`));
  const fitted = new Map(
    Object.keys(machine.hypotheses).map((name) => [
      name,
      fittedTimes(name, machine, figures, catalogue, (setting) => shown.has(`${name} ${setting}`)),
    ]),
  );
  const times = timesByHypothesis(document);
  const bands = document.bands.map((row) => {
    const own = fitted.get(row.hypothesis);
    if (own === undefined || !own.isAnyKnown) return row;
    if (own.times.has(`${settingOf(row)} ${times.of(keyOf(row))[0]}`)) return { ...row, basis: 'fitted' };
    return own.isWhole ? { ...row, basis: 'predicted' } : row;
  });
  return { ...document, bands };
}

/** What conditions take that a hypothesis was fitted to, those whose setting is asked for, and whether any of them or all are known. */
function fittedTimes(
  hypothesis: string,
  machine: MachineFile,
  { conditions }: FiguresFile,
  catalogue: Catalogue,
  isAsked: (setting: string) => boolean,
): { readonly times: ReadonlySet<string>; readonly isAnyKnown: boolean; readonly isWhole: boolean } {
  const names = machine.hypotheses[hypothesis]?.fittedTo ?? [];
  const known = names.filter((name) => conditions[name] !== undefined);
  const topology = formatTopology(machine.topology);
  const times = known.flatMap((name) => {
    const condition = conditions[name];
    if (condition === undefined) return [];
    const setting = settingOf({ ...condition, topology, memoryBytes: condition.memory });
    if (!isAsked(setting)) return [];
    const scenario = scenarioOf(name, condition, catalogue);
    const { localPs, remotePs } = simulateCondition(condition, scenario, machine, hypothesis);
    return [`${setting} ${nanoseconds(localPs)} ${nanoseconds(remotePs)}`];
  });
  return { times: new Set(times), isAnyKnown: known.length > 0, isWhole: known.length === names.length };
}

type Setting = Pick<BandRow, 'topology' | 'memoryBytes'> & {
  readonly strategy: string;
  readonly threads: string;
};

/** Who swept, and on which host. */
function settingOf({ strategy, threads, topology, memoryBytes }: Setting): string {
  return `${strategy} ${threads} ${topology} ${memoryBytes}`;
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

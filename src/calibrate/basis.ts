import { Groups } from '../group-by.js';
import { formatTopology } from '../machine/topology.js';
import type { BandRow } from '../run-document/columns.js';
import type { RunDocument } from '../run-document/run-document.js';
import type { Catalogue } from '../scenario/catalogue.js';
import type { MachineFile } from '../scenario/machine-file.js';
import { nanoseconds } from '../units.js';
import type { FiguresFile } from './figures-file.js';
import { asScenario, type ReadCondition, scenarioOf, simulateCondition } from './simulate-condition.js';

/**
 * The document with what its times rest on: a time is fitted where a condition that the costs were fitted to takes the same on
 * the same host, to the nanosecond, in both phases. Only conditions whose like is shown are predicted, since each takes long.
 * @param figures whose conditions the machine names
 */
export function withBasis(
  document: RunDocument,
  machine: MachineFile,
  { conditions }: FiguresFile,
  catalogue: Catalogue,
): RunDocument {
  const topology = formatTopology(machine.topology);
  const shown = new Set(document.bands.map(settingOf));
  const asked = Object.entries(conditions).flatMap(([name, condition]): AskedCondition[] => {
    const setting = settingOf({ ...condition, topology, memoryBytes: condition.memory });
    if (!shown.has(setting)) return [];
    return [{ name, setting, read: asScenario(condition, scenarioOf(name, condition, catalogue)) }];
  });
  const fitted = new Map(
    [...new Set(document.bands.map(({ hypothesis }) => hypothesis))].map((hypothesis) => {
      const names = machine.hypotheses[hypothesis]?.fittedTo ?? [];
      const own = asked.filter(({ name }) => names.includes(name));
      const times = new Set(own.map((one) => `${one.setting} ${timesOf(one, machine, hypothesis)}`));
      const known = names.filter((name) => conditions[name] !== undefined).length;
      return [hypothesis, { times, isAnyKnown: known > 0, isWhole: known === names.length }];
    }),
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

/** A condition of figures on a host that is shown, swept as there. */
interface AskedCondition {
  readonly name: string;
  readonly setting: string;
  readonly read: ReadCondition;
}

/** Local and remote time of a condition under a hypothesis, in nanoseconds. */
function timesOf({ read }: AskedCondition, machine: MachineFile, hypothesis: string): string {
  const { localPs, remotePs } = simulateCondition(read, machine, hypothesis);
  return `${nanoseconds(localPs)} ${nanoseconds(remotePs)}`;
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

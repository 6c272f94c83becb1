import { Groups } from '../group-by.js';
import type { BandRow } from '../run-document/columns.js';
import type { RunDocument } from '../run-document/run-document.js';
import type { Catalogue } from '../scenario/catalogue.js';
import type { MachineFile } from '../scenario/machine-file.js';
import { nanoseconds } from '../units.js';
import type { FiguresFile } from './figures-file.js';
import { scenarioOf, simulateCondition } from './simulate-condition.js';

/**
 * The document with what its times rest on: a time is fitted where a condition that the costs were fitted to takes the same,
 * to the nanosecond, in both phases.
 * @param figures whose conditions the machine names
 */
export function withBasis(
  document: RunDocument,
  machine: MachineFile,
  figures: FiguresFile,
  catalogue: Catalogue,
): RunDocument {
  const fitted = new Map(
    Object.keys(machine.hypotheses).map((name) => [name, fittedTimes(name, machine, figures, catalogue)]),
  );
  const times = timesByHypothesis(document);
  const bands = document.bands.map((row) => {
    const own = fitted.get(row.hypothesis);
    if (own === undefined || own.times.size === 0) return row;
    if (own.times.has(`${choiceOf(row)} ${times.of(keyOf(row))[0]}`)) return { ...row, basis: 'fitted' };
    return own.isWhole ? { ...row, basis: 'predicted' } : row;
  });
  return { ...document, bands };
}

/** What conditions take that a hypothesis was fitted to, and whether all of them are known. */
function fittedTimes(
  hypothesis: string,
  machine: MachineFile,
  { conditions }: FiguresFile,
  catalogue: Catalogue,
): { readonly times: ReadonlySet<string>; readonly isWhole: boolean } {
  const names = machine.hypotheses[hypothesis]?.fittedTo ?? [];
  const known = names.flatMap((name) => {
    const condition = conditions[name];
    if (condition === undefined) return [];
    const scenario = scenarioOf(name, condition, catalogue);
    const { localPs, remotePs } = simulateCondition(condition, scenario, machine, hypothesis);
    return [`${choiceOf(condition)} ${nanoseconds(localPs)} ${nanoseconds(remotePs)}`];
  });
  return { times: new Set(known), isWhole: known.length === names.length };
}

function choiceOf({ strategy, threads }: { readonly strategy: string; readonly threads: string }): string {
  return `${strategy} ${threads}`;
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

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
    if (own.times.has(`${choiceOf(row)} ${times.get(keyOf(row))}`)) return { ...row, basis: 'fitted' };
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

function keyOf({ scenario, state, variation, mapping, strategy, threads, hypothesis }: BandKey): string {
  return JSON.stringify([scenario, state, variation, mapping, strategy, threads, hypothesis]);
}

/** Local and remote times of each sweep under each hypothesis, whether it was asked for or not. */
function timesByHypothesis({ results, alternatives }: RunDocument): ReadonlyMap<string, string> {
  const remote = new Map(
    results.filter(({ phase }) => phase === 'remote').map((row) => [keyOf(row), row.elapsedNs]),
  );
  return new Map([
    ...alternatives.map((row) => [keyOf(row), `${row.localNs} ${row.remoteNs}`] as const),
    ...results
      .filter(({ phase }) => phase === 'local')
      .map((row) => [keyOf(row), `${row.elapsedNs} ${remote.get(keyOf(row))}`] as const),
  ]);
}

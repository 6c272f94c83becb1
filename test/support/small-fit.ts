import { parseTopology } from '../../src/machine/topology.js';
import { wholeText } from '../../src/scenario/load-machine.js';
import type { MachineFile } from '../../src/scenario/machine-file.js';
import { GIB_BYTES } from '../../src/units.js';
import { scratchFile } from './cli.js';
import { STARTING_VALUES } from './machines.js';

const FREE = ['resultServiceNs', 'disturbance', 'ipiPerTargetNs', 'ipiBurstNs'];

/** A machine of a few CPUs with few costs to fit, and as many of its hypotheses as are named: walks through them take moments. */
export function smallHost(
  name: string,
  hypotheses: readonly string[],
  { topology, memoryBytes } = { topology: '1x2x2x2', memoryBytes: 64 * GIB_BYTES },
): string {
  const parameters = Object.entries(STARTING_VALUES.parameters).map(([parameter, entry]) => [
    parameter,
    FREE.includes(parameter) ? entry : { ...entry, provenance: 'stated' },
  ]);
  const machine: MachineFile = {
    ...STARTING_VALUES,
    topology: parseTopology(topology),
    memoryBytes,
    defaultHypothesis: hypotheses[0],
    parameters: Object.fromEntries(parameters) as MachineFile['parameters'],
    hypotheses: Object.fromEntries(hypotheses.map((one) => [one, STARTING_VALUES.hypotheses[one]])),
  };
  return scratchFile(name, wholeText(machine));
}

/** Figures of that host: totals of three states, in nanoseconds. */
export function smallFigures(name: string, ns: { empty: number; first: number; broadcast: number }): string {
  return scratchFile(
    name,
    `name: small
title: Three figures of a small host
conditions:
  empty: {says: nothing private, scenario: empty, strategy: local-first, threads: primary, memory: 64GiB}
  first: {says: first pages, scenario: first-page, strategy: local-first, threads: primary, memory: 64GiB}
  broadcast: {says: all at once, scenario: empty, strategy: broadcast, threads: all, memory: 64GiB}
figures:
  - {id: a, condition: empty, kind: total, ns: ${ns.empty}, source: made}
  - {id: b, condition: first, kind: total, ns: ${ns.first}, source: made}
  - {id: c, condition: broadcast, kind: total, ns: ${ns.broadcast}, source: made}
`,
  );
}

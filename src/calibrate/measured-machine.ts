import { UnreadableValue } from '../errors.js';
import { normalQuantiles } from '../machine/normal-quantiles.js';
import { parseTopology, type Topology } from '../machine/topology.js';
import { drawBits } from '../random.js';
import type { ProbeHostRow } from '../run-document/probe-document.js';
import { wholeText } from '../scenario/load-machine.js';
import { changedMachine, type Hypothesis, type MachineFile } from '../scenario/machine-file.js';
import { formatPlausibleSets, parsePlausibleSets } from '../scenario/plausible-sets.js';
import { costAt, type MeasuredCost } from './probe-costs.js';

/** What a machine is made of beside the costs that were measured. */
export interface MeasuredHost {
  /** Where costs come from that were not measured. */
  readonly base: MachineFile;
  readonly host: ProbeHostRow;
  readonly name: string;
  readonly memoryBytes: number;
  readonly seed: number;
}

/**
 * The topology that a host's kernel sees.
 * @throws UnreadableValue where its parts differ
 */
export function topologyOf({ sockets, l3Groups, cores, cpus, cpusPresent }: ProbeHostRow): Topology {
  const shape = [sockets, l3Groups / sockets, cores / l3Groups, cpus / cores];
  if (shape.every((count) => Number.isInteger(count) && count > 0)) return parseTopology(shape.join('x'));
  const offline = cpusPresent > cpus ? `, ${cpusPresent - cpus} more offline` : '';
  throw new UnreadableValue(
    'a host of equal sockets, L3 groups, cores and threads',
    `${sockets} sockets, ${l3Groups} L3 groups, ${cores} cores, ${cpus} CPUs online${offline}`,
    'Bring all CPUs online and measure again.',
  );
}

/** A machine with costs in place of those of its base, under every hypothesis, and in every plausible set drawn from their ranges. */
export function measuredMachine(
  costs: readonly MeasuredCost[],
  { base, host, name, memoryBytes, seed }: MeasuredHost,
): MachineFile {
  const parameters = costs.map(({ name, value, low, high, recipe }) => {
    const source = `rmpopt_probe on this host: ${recipe}`;
    const bounds = { value: fourDigits(value), low: fourDigits(low), high: fourDigits(high) };
    return [name, { ...bounds, provenance: 'measured' as const, source }];
  });
  const changes = {
    ...{ base: base.name, name, title: `${host.model}, costs of IPIs measured on it` },
    ...{ topology: topologyOf(host), memory: memoryBytes, rmpSegments: undefined, hypothesis: undefined },
    ...{ parameters: Object.fromEntries(parameters), hypotheses: {} },
  };
  const machine = changedMachine(base, changes, name);
  const hypotheses = Object.entries(machine.hypotheses).map(([one, its]) => [
    one,
    withDrawn(its, costs, seed),
  ]);
  return { ...machine, hypotheses: Object.fromEntries(hypotheses) };
}

/** Each set gets costs drawn from the measured distributions: their quantiles in random order. */
function withDrawn(hypothesis: Hypothesis, costs: readonly MeasuredCost[], seed: number): Hypothesis {
  const { names, sets } = parsePlausibleSets(hypothesis.plausibleSets);
  if (sets.length === 0) return hypothesis;
  const quantiles = normalQuantiles(sets.length);
  const columns = costs.map((cost, column) => {
    const order = [...sets.keys()].sort(
      (a, b) => drawBits(seed, 'measuredCost', column, a) - drawBits(seed, 'measuredCost', column, b),
    );
    return order.map((place) => fourDigits(costAt(cost, quantiles[place])));
  });
  const drawn = sets.map((set, i) => ({
    ...set,
    values: [...set.values, ...columns.map((column) => column[i])],
  }));
  return {
    ...hypothesis,
    plausibleSets: formatPlausibleSets([...names, ...costs.map(({ name }) => name)], drawn),
  };
}

/** The file of such a machine. */
export function measuredMachineYaml(
  machine: MachineFile,
  host: ProbeHostRow,
  doubts: readonly string[],
): string {
  const lines = [
    `Written by rmpopt-bench calibrate --costs. Host: ${host.model}, kernel ${host.kernel}.`,
    'Costs of IPIs were measured with an empty callback. They are a lower bound for the posted kernels, whose callbacks may',
    'have written a line shared by all CPUs: their cost per target is all-in.',
    'Costs that were not measured are those of the machine that --machine named.',
    ...doubts.map((doubt) => `The costs may be wrong: ${doubt}.`),
  ];
  return `${lines.map((line) => `# ${line}\n`).join('')}${wholeText(machine)}`;
}

/** More digits than any measurement deserves. */
function fourDigits(value: number): number {
  return Number(value.toPrecision(4));
}

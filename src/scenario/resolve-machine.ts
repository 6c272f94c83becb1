import { describeFound, InputError } from '../errors.js';
import type { MachineConfig } from '../machine/config.js';
import {
  PARAMETER_NAMES,
  PARAMETERS,
  type ParameterName,
  type ParameterValue,
  type ParameterValues,
  type ResolvedParameter,
} from '../machine/parameters.js';
import { assumedSegments, pagesOfOneRmp, pagesOfSegments } from '../machine/rmp-placement.js';
import { formatTopology, type Topology } from '../machine/topology.js';
import { GIB_BYTES, sizeText } from '../units.js';
import type { MachineFile } from './machine-file.js';
import { listChoices, suggest } from './suggest.js';

/** What a command line changes about a machine. */
export interface MachineOverrides {
  readonly topology: Topology | null;
  readonly parameters: ReadonlyMap<ParameterName, ParameterValue>;
}

/** The machine as its file has it. */
export const NO_OVERRIDES: MachineOverrides = { topology: null, parameters: new Map() };

/**
 * The hypothesis of some of these machines that a name means.
 * @throws InputError when none has one of that name
 */
export function checkHypothesisOfAny(machines: readonly MachineFile[], name: string): string {
  const known = [...new Set(machines.flatMap(({ hypotheses }) => Object.keys(hypotheses)))];
  const meant = known.find((one) => one.toLowerCase() === name.toLowerCase());
  if (meant !== undefined) return meant;
  const [expected, found, hint] = [listChoices(known), describeFound(name), suggest(name, known)];
  throw new InputError([{ where: '--hypothesis', expected, found, hint }]);
}

/** The hypotheses that a range covers: `all` of the machine, or their names. */
export function rangeOver(machine: MachineFile, hypotheses: readonly string[]): string {
  const all = Object.keys(machine.hypotheses);
  return all.every((name) => hypotheses.includes(name)) ? 'all' : hypotheses.join('+');
}

/** The machine with every choice made: the file's values, replaced by the hypothesis', replaced by the user's. */
export function resolveMachine(
  machine: MachineFile,
  hypothesis: string,
  memoryBytes: number,
  overrides: MachineOverrides,
): MachineConfig {
  const ofHypothesis = machine.hypotheses[hypothesis]?.parameters ?? {};
  const parameters = PARAMETER_NAMES.map((name): ResolvedParameter => {
    const { value, low, high, provenance, source } = { ...machine.parameters[name], ...ofHypothesis[name] };
    const resolved = { name, value, unit: PARAMETERS[name].unit, low, high, provenance, source };
    const ofUser = overrides.parameters.get(name);
    if (ofUser === undefined) return resolved;
    return { ...resolved, value: ofUser, provenance: 'assumed', source: 'set on the command line' };
  });
  const topology = overrides.topology ?? machine.topology;
  const values = Object.fromEntries(parameters.map(({ name, value }) => [name, value])) as ParameterValues;
  return {
    name: hostName(machine, topology, memoryBytes),
    file: machine.name,
    hypothesis,
    topology,
    memoryBytes,
    strained: machine.hypotheses[hypothesis]?.calibration?.strained ?? [],
    parameters,
    values,
    ...rmpPlacement(machine, values, topology, memoryBytes),
  };
}

/** Segments that a file lists are those of the memory it gives: on a host of another size they lie where they are assumed to. */
function rmpPlacement(
  machine: MachineFile,
  { rmpLayout }: ParameterValues,
  { sockets }: Topology,
  memoryBytes: number,
): Pick<MachineConfig, 'preassigned' | 'rmpSegments'> {
  const memory = { regions: memoryBytes / GIB_BYTES, sockets };
  if (rmpLayout === 'contiguous') return { preassigned: pagesOfOneRmp(memory), rmpSegments: [] };
  const rmpSegments = memoryBytes === machine.memoryBytes ? machine.rmpSegments : [];
  const segments = rmpSegments.length > 0 ? rmpSegments : assumedSegments(memory);
  return { preassigned: pagesOfSegments(segments, memory), rmpSegments };
}

/** A host of another shape than that of the machine's file is not that host, and its name says so: `posted-2p-1x2x4x2-64GiB`. */
function hostName(machine: MachineFile, topology: Topology, memoryBytes: number): string {
  const [own, shape] = [formatTopology(machine.topology), formatTopology(topology)];
  const parts = [
    machine.name,
    ...(shape === own ? [] : [shape]),
    ...(memoryBytes === machine.memoryBytes ? [] : [sizeText(memoryBytes)]),
  ];
  return parts.join('-');
}

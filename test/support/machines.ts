import { fileURLToPath } from 'node:url';
import { Files } from '../../src/files/files.js';
import type { MachineConfig } from '../../src/machine/config.js';
import type { JitterSource } from '../../src/machine/jitter.js';
import { Machine } from '../../src/machine/machine.js';
import type { ParameterName, ParameterValue, ParameterValues } from '../../src/machine/parameters.js';
import type { PreassignedPages, RmpSegment } from '../../src/machine/rmp-placement.js';
import { parseTopology } from '../../src/machine/topology.js';
import { type MachineFile, machineFileSchema } from '../../src/scenario/machine-file.js';
import { resolveMachine } from '../../src/scenario/resolve-machine.js';
import { readYamlFile } from '../../src/scenario/yaml-file.js';
import { GIB_BYTES } from '../../src/units.js';

const STARTING_VALUES_FILE = fileURLToPath(new URL('../machines/starting-values.yaml', import.meta.url));

/** The machine with the starting values of the cost model, whatever the shipped one has become since. */
export const STARTING_VALUES: MachineFile = readYamlFile(
  STARTING_VALUES_FILE,
  new Files(),
  machineFileSchema,
).value;

export interface MachineChoice {
  readonly topology?: string;
  readonly regions?: number;
  readonly hypothesis?: string;
  readonly values?: Partial<ParameterValues>;
  /** Unless given, as on a real host. */
  readonly preassigned?: readonly PreassignedPages[];
  readonly rmpSegments?: readonly RmpSegment[];
  readonly rememberRounds?: boolean;
  readonly jitter?: JitterSource;
}

export function machineConfig(choice: MachineChoice = {}): MachineConfig {
  const { topology = '2x8x32x2', regions = 2048, hypothesis = 'shared', values = {} } = choice;
  const parameters = new Map(Object.entries(values) as [ParameterName, ParameterValue][]);
  const config = resolveMachine(STARTING_VALUES, hypothesis, regions * GIB_BYTES, {
    topology: parseTopology(topology),
    parameters,
  });
  const { preassigned = config.preassigned, rmpSegments = config.rmpSegments } = choice;
  return { ...config, preassigned, rmpSegments };
}

export function createMachine(choice: MachineChoice = {}): Machine {
  const { rememberRounds = true, jitter = null } = choice;
  return new Machine(machineConfig(choice), { rememberRounds, jitter });
}

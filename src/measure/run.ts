import type { MachineConfig } from '../machine/config.js';
import {
  PARAMETER_NAMES,
  type ParameterName,
  type ParameterValue,
  type ResolvedParameter,
} from '../machine/parameters.js';
import { formatTopology, type Topology } from '../machine/topology.js';
import type { AlternativeRow, BreakdownRow, CpuRow, ResultRow } from '../run-document/columns.js';
import {
  type RecordedMachine,
  RUN_SCHEMA,
  type RunDocument,
  type ToolInfo,
} from '../run-document/run-document.js';
import type { MachineFile } from '../scenario/machine-file.js';
import type { Mapping } from '../scenario/mapping.js';
import { resolveMachine } from '../scenario/resolve-machine.js';
import { mappingOf, type Scenario, withMapping } from '../scenario/scenario.js';
import { remoteCpus } from '../sweep/strategy.js';
import { GIB_BYTES, nanoseconds } from '../units.js';
import { accountPhase } from './phase-account.js';
import { type MeasuredSweep, sweepRows } from './rows.js';
import { LOCAL_CPU, type Measurement, runScenario, type SweepChoice } from './run-scenario.js';
import { machineWarnings } from './warnings.js';

/** Everything a run needs to know, complete and checked. */
export interface RunRequest {
  readonly tool: ToolInfo;
  /** The command line as typed, without the program. */
  readonly command: readonly string[];
  readonly scenarios: readonly Scenario[];
  /** Each replaces the scenarios' mappings in turn; empty: as the files say. */
  readonly mappings: readonly Mapping[];
  readonly machine: MachineFile;
  /** At least one. */
  readonly hypotheses: readonly string[];
  /** `null`: what the scenario, else the machine says. */
  readonly memoryBytes: number | null;
  readonly topology: Topology | null;
  readonly sweep: SweepChoice;
  readonly parameters: ReadonlyMap<ParameterName, ParameterValue>;
  readonly seed: number;
  readonly perCpu: boolean;
}

/**
 * Runs every scenario under every mapping and hypothesis, each on a fresh machine.
 * @throws InputError
 */
export function run(request: RunRequest): RunDocument {
  const machines = new MachineRegister();
  const tables = {
    results: [] as ResultRow[],
    cpus: [] as CpuRow[],
    breakdowns: [] as BreakdownRow[],
    alternatives: [] as AlternativeRow[],
  };
  for (const cell of cellsOf(request)) {
    for (const hypothesis of request.hypotheses) {
      for (const sweep of runCell(request, cell, hypothesis, machines)) {
        const rows = sweepRows(sweep, request.perCpu);
        tables.results.push(...rows.results);
        for (const row of rows.cpus) tables.cpus.push(row);
        tables.breakdowns.push(...rows.breakdowns);
      }
    }
    tables.alternatives.push(...alternativesOf(request, cell, machines));
  }
  return {
    schema: RUN_SCHEMA,
    origin: 'simulated',
    tool: request.tool,
    command: request.command,
    seed: request.seed,
    machines: machines.recorded,
    ...tables,
    warnings: machineWarnings(machines.recorded, setByUser(request)),
  };
}

function setByUser({ machine, parameters }: RunRequest): ResolvedParameter[] {
  return resolveMachine(machine, machine.defaultHypothesis, machine.memoryBytes, {
    topology: null,
    parameters,
  }).parameters.filter(({ name }) => parameters.has(name));
}

/** One scenario under one mapping, on as much memory as it gets. */
interface Cell {
  readonly scenario: Scenario;
  readonly mapping: string;
  readonly memoryBytes: number;
}

function cellsOf({ scenarios, mappings, memoryBytes, machine }: RunRequest): Cell[] {
  return scenarios.flatMap((scenario) => {
    const variants =
      mappings.length === 0 ? [scenario] : mappings.map((mapping) => withMapping(scenario, mapping));
    return variants.map((variant, i) => ({
      scenario: variant,
      mapping: mappings[i] ?? mappingOf(variant),
      memoryBytes: memoryBytes ?? variant.memoryBytes ?? machine.memoryBytes,
    }));
  });
}

/** Runs one cell under one hypothesis: a measured sweep per measure step. */
function runCell(
  request: RunRequest,
  { scenario, mapping, memoryBytes }: Cell,
  hypothesis: string,
  machines: MachineRegister,
): MeasuredSweep[] {
  const config = resolveMachine(request.machine, hypothesis, memoryBytes, request);
  const machine = machines.register(config);
  const measurements = runScenario(scenario, config, request.sweep, request.seed);
  return measurements.map((measurement) => ({
    key: {
      scenario: scenario.name,
      measure: measurement.label,
      variation: variationOf(request.parameters),
      mapping,
      strategy: request.sweep.strategy,
      threads: request.sweep.threads,
      hypothesis,
      machine: machine.id,
      seed: request.seed,
      run: 1,
    },
    ...accountsOf(measurement, config, request.sweep),
  }));
}

function accountsOf(
  { timeline, regions }: Measurement,
  { topology, memoryBytes }: MachineConfig,
  { threads }: SweepChoice,
): Omit<MeasuredSweep, 'key'> {
  const phase = (name: 'local' | 'remote') =>
    accountPhase(
      timeline.find((one) => one.phase === name),
      topology.cpus,
    );
  return {
    topology,
    memoryBytes,
    regions,
    localCpu: LOCAL_CPU,
    remoteCpus: remoteCpus({ topology, localCpu: LOCAL_CPU, threads }),
    local: phase('local'),
    remote: phase('remote'),
  };
}

/** The same cell under the hypotheses nobody asked for, so that a reader sees what hinges on the choice. */
function alternativesOf(request: RunRequest, cell: Cell, machines: MachineRegister): AlternativeRow[] {
  const others = Object.keys(request.machine.hypotheses).filter((name) => !request.hypotheses.includes(name));
  return others.flatMap((hypothesis) =>
    runCell(request, cell, hypothesis, machines).map(({ key, local, remote }) => {
      const localNs = nanoseconds(local.elapsedPs);
      const remoteNs = nanoseconds(remote.elapsedPs);
      return { ...key, localNs, remoteNs, totalNs: localNs + remoteNs };
    }),
  );
}

/** What `--set` and `--scan` changed, in the order of the parameter table. */
function variationOf(parameters: ReadonlyMap<ParameterName, ParameterValue>): string {
  return PARAMETER_NAMES.filter((name) => parameters.has(name))
    .map((name) => `${name}=${parameters.get(name)}`)
    .join(';');
}

/** Collects the distinct machines of a run; several of one name are told apart as `name`, `name~2`, `name~3`. */
class MachineRegister {
  readonly #machines = new Map<string, RecordedMachine>();

  get recorded(): RecordedMachine[] {
    return [...this.#machines.values()];
  }

  register(config: MachineConfig): RecordedMachine {
    const recorded = recordMachine(config);
    const identity = JSON.stringify(recorded);
    const known = this.#machines.get(identity);
    if (known !== undefined) return known;
    const namesakes = this.recorded.filter(({ name }) => name === config.name).length;
    const machine = { ...recorded, id: namesakes === 0 ? config.name : `${config.name}~${namesakes + 1}` };
    this.#machines.set(identity, machine);
    return machine;
  }
}

function recordMachine({
  name,
  hypothesis,
  topology,
  memoryBytes,
  parameters,
}: MachineConfig): RecordedMachine {
  return {
    id: name,
    name,
    hypothesis,
    topology: formatTopology(topology),
    cpus: topology.cpus,
    cores: topology.cores,
    sockets: topology.sockets,
    l3Groups: topology.l3Groups,
    threadsPerCore: topology.threadsPerCore,
    memoryBytes,
    regions: memoryBytes / GIB_BYTES,
    parameters,
  };
}

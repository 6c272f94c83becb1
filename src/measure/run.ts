import { ProblemList } from '../errors.js';
import type { MachineConfig } from '../machine/config.js';
import { PARAMETER_NAMES, type ParameterName, type ParameterValue } from '../machine/parameters.js';
import type { Topology } from '../machine/topology.js';
import type {
  AlternativeRow,
  BandRow,
  BreakdownRow,
  ChangeRow,
  CpuRow,
  ResultRow,
  SweepKey,
} from '../run-document/columns.js';
import { RUN_SCHEMA, type RunDocument, type ToolInfo } from '../run-document/run-document.js';
import type { MachineFile } from '../scenario/machine-file.js';
import type { Mapping } from '../scenario/mapping.js';
import { resolveMachine } from '../scenario/resolve-machine.js';
import { mappingOf, measureLabels, type Scenario, withMapping } from '../scenario/scenario.js';
import { priceSweep } from '../sweep/price-sweep.js';
import type { SweepChoice } from '../sweep/strategies.js';
import { remoteCpus } from '../sweep/strategy.js';
import { LOCAL_CPU } from '../sweep/sweeper.js';
import { nanoseconds } from '../units.js';
import { bandsOf } from './bands.js';
import { CensusSource } from './census-source.js';
import { changeRows } from './change-rows.js';
import { MachineRegister } from './machine-register.js';
import { accountPhase } from './phase-account.js';
import { bandRows, type MeasuredSweep, sweepRows } from './rows.js';
import { type Measurement, runScenario } from './run-scenario.js';
import { runWarnings } from './warnings.js';

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
  /** The hypotheses whose plausible sets make the bands: those asked for, else all. */
  readonly bandHypotheses: readonly string[];
  /** `null`: what the scenario, else the machine says. */
  readonly memoryBytes: number | null;
  readonly topology: Topology | null;
  readonly sweep: SweepChoice;
  readonly parameters: ReadonlyMap<ParameterName, ParameterValue>;
  readonly seed: number;
  readonly perCpu: boolean;
  /** Whether to run the hypotheses that were not asked for, too. */
  readonly withAlternatives: boolean;
}

/**
 * Runs every scenario under every mapping and hypothesis, each on a fresh machine.
 * @throws InputError
 */
export function run(request: RunRequest): RunDocument {
  const machines = new MachineRegister();
  const tables: RunTables = {
    results: [],
    cpus: [],
    breakdowns: [],
    alternatives: [],
    bands: [],
    changes: [],
  };
  const problems = new ProblemList();
  for (const cell of cellsOf(request)) problems.collect(() => addCell(request, cell, machines, tables));
  if (problems.isAny) throw problems.toError();
  return {
    schema: RUN_SCHEMA,
    origin: 'simulated',
    tool: request.tool,
    command: request.command,
    seed: request.seed,
    machines: machines.recorded,
    ...tables,
    warnings: runWarnings(machines.recorded, request.parameters, tables.results),
  };
}

/** The tables of a document in the making. */
interface RunTables {
  readonly results: ResultRow[];
  readonly cpus: CpuRow[];
  readonly breakdowns: BreakdownRow[];
  readonly alternatives: AlternativeRow[];
  readonly bands: BandRow[];
  readonly changes: ChangeRow[];
}

/** Runs one cell under every hypothesis asked for and adds its rows. */
function addCell(request: RunRequest, cell: Cell, machines: MachineRegister, tables: RunTables): void {
  const censuses = new CensusSource(cell.scenario, request.sweep, request.seed);
  const runs = request.hypotheses.map((hypothesis) => runCell(request, cell, hypothesis, machines, censuses));
  const bands = bandsOf({ ...request, ...cell, hypotheses: request.bandHypotheses }, censuses);
  for (const [i, { measured, changes }] of runs.entries()) {
    tables.changes.push(...changes);
    const sweeps = measured.map((sweep, j) => ({ ...sweep, bands: bands?.[j] ?? null }));
    // Bands are those of the cell, the same under each hypothesis.
    if (i === 0) tables.bands.push(...sweeps.flatMap(bandRows));
    for (const sweep of sweeps) {
      const rows = sweepRows(sweep, request.perCpu);
      tables.results.push(...rows.results);
      for (const row of rows.cpus) tables.cpus.push(row);
      tables.breakdowns.push(...rows.breakdowns);
    }
  }
  if (!request.withAlternatives) return;
  tables.alternatives.push(...alternativesOf(request, cell, machines, censuses));
}

/** One scenario under one mapping, on as much memory as it gets. */
interface Cell {
  readonly scenario: Scenario;
  readonly mapping: string;
  readonly memoryBytes: number;
}

function cellsOf({ scenarios, mappings, memoryBytes, machine }: RunRequest): Cell[] {
  const problems = new ProblemList();
  const cells = scenarios.flatMap((scenario) => {
    const variants =
      mappings.length === 0
        ? [scenario]
        : mappings.map((mapping) => problems.collect(() => withMapping(scenario, mapping)) ?? scenario);
    return variants.map((variant, i) => ({
      scenario: variant,
      mapping: mappings[i] ?? mappingOf(variant),
      memoryBytes: memoryBytes ?? variant.memoryBytes ?? machine.memoryBytes,
    }));
  });
  if (problems.isAny) throw problems.toError();
  return cells;
}

/** What one cell came to under one hypothesis. */
interface CellRecord {
  /** One per measure step. */
  readonly measured: readonly Omit<MeasuredSweep, 'bands'>[];
  readonly changes: readonly ChangeRow[];
}

function runCell(
  request: RunRequest,
  cell: Cell,
  hypothesis: string,
  machines: MachineRegister,
  censuses: CensusSource,
): CellRecord {
  const { scenario, memoryBytes } = cell;
  const config = resolveMachine(request.machine, hypothesis, memoryBytes, request);
  const key = keyOf(request, cell, hypothesis, machines.register(config).id);
  const { measurements, changes } = runScenario(scenario, config, request.sweep, request.seed);
  censuses.keep(
    config,
    measurements.map(({ census }) => census),
  );
  return {
    measured: measurements.map((measurement) => ({
      key: sweepKey(key, measurement.label),
      ...accountsOf(measurement, config, request.sweep),
    })),
    changes: changeRows(key, changes, config.values.rmpupdateNs),
  };
}

/** What names a cell under a hypothesis. */
function keyOf(
  { parameters, sweep: { strategy, threads }, seed }: RunRequest,
  { scenario, mapping }: Cell,
  hypothesis: string,
  machine: string,
): Omit<SweepKey, 'measure'> {
  const variation = variationOf(parameters);
  return {
    scenario: scenario.name,
    variation,
    mapping,
    strategy,
    threads,
    hypothesis,
    machine,
    seed,
    run: 1,
  };
}

/** The naming columns in their order. */
function sweepKey({ scenario, ...rest }: Omit<SweepKey, 'measure'>, measure: string): SweepKey {
  return { scenario, measure, ...rest };
}

function accountsOf(
  { timeline, regions }: Measurement,
  { topology, memoryBytes }: MachineConfig,
  { threads }: SweepChoice,
): Omit<MeasuredSweep, 'key' | 'bands'> {
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
function alternativesOf(
  request: RunRequest,
  cell: Cell,
  machines: MachineRegister,
  censuses: CensusSource,
): AlternativeRow[] {
  const { scenario, memoryBytes } = cell;
  const labels = measureLabels(scenario);
  const others = Object.keys(request.machine.hypotheses).filter((name) => !request.hypotheses.includes(name));
  return others.flatMap((hypothesis) => {
    const config = resolveMachine(request.machine, hypothesis, memoryBytes, request);
    const key = keyOf(request, cell, hypothesis, machines.register(config).id);
    return censuses.under(config).map((census, i) => {
      const { localPs, remotePs } = priceSweep(census, config.values, 'elapsed');
      const [localNs, remoteNs] = [nanoseconds(localPs), nanoseconds(remotePs)];
      return { ...sweepKey(key, labels[i] ?? ''), localNs, remoteNs, totalNs: localNs + remoteNs };
    });
  });
}

/** What `--set` and `--scan` changed, in the order of the parameter table. */
function variationOf(parameters: ReadonlyMap<ParameterName, ParameterValue>): string {
  return PARAMETER_NAMES.filter((name) => parameters.has(name))
    .map((name) => `${name}=${parameters.get(name)}`)
    .join(';');
}

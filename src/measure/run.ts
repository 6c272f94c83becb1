import { ProblemList } from '../errors.js';
import type { ParameterName, ParameterValue } from '../machine/parameters.js';
import type { Topology } from '../machine/topology.js';
import { RUN_SCHEMA, type RunDocument, type RunTables, type ToolInfo } from '../run-document/run-document.js';
import type { TracedSweep } from '../run-document/trace-data.js';
import type { MachineFile } from '../scenario/machine-file.js';
import type { Mapping } from '../scenario/mapping.js';
import { mappingOf, type Scenario, withMapping } from '../scenario/scenario.js';
import type { SweepChoice } from '../sweep/strategies.js';
import { type Cell, CellRunner } from './cell.js';
import { MachineRegister } from './machine-register.js';
import { addSweep, emptyTables, type WritableTables } from './tables.js';
import { type TraceHeadroom, traceHeadroom } from './trace-budget.js';
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
  /** Whether to keep what a trace viewer draws. */
  readonly withTrace: boolean;
}

/** What runs come to. */
export interface RunReport {
  readonly document: RunDocument;
  /** One per measured sweep, in the order of the rows; empty unless asked for. */
  readonly traced: readonly TracedSweep[];
}

/**
 * Runs every scenario under every mapping and hypothesis, each on a fresh machine.
 * @throws InputError
 */
export function run(request: RunRequest): RunReport {
  const machines = new MachineRegister();
  const tables = emptyTables();
  const problems = new ProblemList();
  const cells = cellsOf(request);
  const counted = cells.map((cell) => ({ cell, hypotheses: request.hypotheses.length }));
  const headroom = request.withTrace ? traceHeadroom(counted, request.machine) : null;
  const traced = cells.flatMap(
    (cell) => problems.collect(() => addCell(request, cell, machines, tables, headroom)) ?? [],
  );
  if (problems.isAny) throw problems.toError();
  return { document: toDocument(request, machines, tables), traced };
}

/** A document from what runs have come to. */
export function toDocument(
  { tool, command, seed, parameters }: Pick<RunRequest, 'tool' | 'command' | 'seed' | 'parameters'>,
  machines: MachineRegister,
  tables: RunTables,
): RunDocument {
  return {
    schema: RUN_SCHEMA,
    origin: 'simulated',
    tool,
    command,
    seed,
    machines: machines.recorded,
    ...tables,
    warnings: runWarnings(machines.recorded, parameters, tables.results),
  };
}

/**
 * Runs one cell under every hypothesis asked for and adds its rows.
 * @returns what a trace viewer draws of it, where there is headroom for that
 */
function addCell(
  request: RunRequest,
  cell: Cell,
  machines: MachineRegister,
  tables: WritableTables,
  headroom: TraceHeadroom | null,
): TracedSweep[] {
  const { hypotheses, bandHypotheses, perCpu } = request;
  const runner = new CellRunner(cell, request.machine, request.seed, machines, headroom);
  const records = hypotheses.map((hypothesis) => runner.run(hypothesis));
  const bands = runner.bands(bandHypotheses);
  for (const [i, { measured, changes }] of records.entries()) {
    tables.changes.push(...changes);
    for (const [j, sweep] of measured.entries()) {
      // Bands are those of the cell, the same under each hypothesis.
      addSweep(tables, { ...sweep, bands: bands?.[j] ?? null }, { perCpu, withBands: i === 0 });
    }
  }
  if (request.withAlternatives) {
    const others = Object.keys(request.machine.hypotheses).filter((name) => !hypotheses.includes(name));
    tables.alternatives.push(...others.flatMap((hypothesis) => runner.alternatives(hypothesis)));
  }
  return records.flatMap((record) => record.traced);
}

function cellsOf({ scenarios, mappings, memoryBytes, machine, ...rest }: RunRequest): Cell[] {
  const { topology, sweep, parameters } = rest;
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
      topology,
      sweep,
      parameters,
    }));
  });
  if (problems.isAny) throw problems.toError();
  return cells;
}

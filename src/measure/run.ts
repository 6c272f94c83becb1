import { ProblemList } from '../errors.js';
import type { ParameterName, ParameterValue } from '../machine/parameters.js';
import type { Topology } from '../machine/topology.js';
import { RUN_SCHEMA, type RunDocument, type RunTables, type ToolInfo } from '../run-document/run-document.js';
import type { MachineFile } from '../scenario/machine-file.js';
import type { Mapping } from '../scenario/mapping.js';
import { mappingOf, type Scenario, withMapping } from '../scenario/scenario.js';
import type { SweepChoice } from '../sweep/strategies.js';
import { type Cell, CellRunner } from './cell.js';
import { MachineRegister } from './machine-register.js';
import { SpreadTally } from './spread.js';
import { addSweep, emptyTables, type WritableTables } from './tables.js';
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
  /** Whether costs are random. */
  readonly isJittered: boolean;
  /** How often everything is run, from 1; once unless costs are random, since all runs would be alike. */
  readonly runs: number;
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
  const tables = emptyTables();
  const spread = new SpreadTally();
  const problems = new ProblemList();
  for (const cell of cellsOf(request)) {
    problems.collect(() => addCell(request, cell, machines, tables, spread));
  }
  if (problems.isAny) throw problems.toError();
  return toDocument(request, machines, tables, spread);
}

/** A document from what runs have come to. */
export function toDocument(
  request: Pick<RunRequest, 'tool' | 'command' | 'seed' | 'isJittered' | 'runs' | 'parameters'>,
  machines: MachineRegister,
  tables: RunTables,
  spread: SpreadTally,
): RunDocument {
  const { tool, command, seed, isJittered, runs, parameters } = request;
  return {
    schema: RUN_SCHEMA,
    origin: 'simulated',
    tool,
    command,
    seed,
    ...(isJittered ? { jitter: { runs } } : {}),
    machines: machines.recorded,
    ...tables,
    ...(runs > 1 ? { spreads: spread.rows(tables.results, tables.comparisons) } : {}),
    warnings: runWarnings(machines.recorded, { parameters, isJittered }, tables.results),
  };
}

/** Runs one cell under every hypothesis asked for and adds its rows. */
function addCell(
  request: RunRequest,
  cell: Cell,
  machines: MachineRegister,
  tables: WritableTables,
  spread: SpreadTally,
): void {
  const { hypotheses, bandHypotheses, perCpu } = request;
  const runner = new CellRunner(cell, request.machine, request, machines);
  const records = hypotheses.map((hypothesis) => runner.run(hypothesis, 1));
  const bands = runner.bands(bandHypotheses);
  for (const [i, first] of records.entries()) {
    tables.changes.push(...first.changes);
    for (let run = 1; run <= request.runs; run++) {
      const { measured } = run === 1 ? first : runner.run(hypotheses[i] ?? '', run);
      for (const [j, one] of measured.entries()) {
        // Bands are those of the cell, the same under each hypothesis.
        const sweep = { ...one, bands: bands?.[j] ?? null };
        addSweep(tables, sweep, { perCpu, withBands: i === 0 && run === 1 });
        spread.add(sweep);
      }
    }
  }
  if (!request.withAlternatives) return;
  const others = Object.keys(request.machine.hypotheses).filter((name) => !hypotheses.includes(name));
  tables.alternatives.push(...others.flatMap((hypothesis) => runner.alternatives(hypothesis)));
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

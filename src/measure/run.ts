import { InputError, type Problem, ProblemList } from '../errors.js';
import type { ParameterName, ParameterValue } from '../machine/parameters.js';
import type { Topology } from '../machine/topology.js';
import type { MissingRow } from '../run-document/columns.js';
import {
  type JitterRecord,
  RUN_SCHEMA,
  type RunDocument,
  type RunTables,
  type ToolInfo,
} from '../run-document/run-document.js';
import type { TracedSweep } from '../run-document/trace-data.js';
import type { MachineFile } from '../scenario/machine-file.js';
import type { Mapping } from '../scenario/mapping.js';
import { mappingOf, type Scenario, withMapping } from '../scenario/scenario.js';
import { settled, takeValue } from '../settled.js';
import type { SweepChoice } from '../sweep/strategies.js';
import type { Cell } from './cell.js';
import type { CellExecutor, CellTask, RunSpan } from './cell-task.js';
import { checkCpuRows } from './cpu-row-budget.js';
import { MachineRegister } from './machine-register.js';
import { addTables, emptyTables, tracedUnderRegister, underRegister } from './tables.js';
import { traceHeadroom } from './trace-budget.js';
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
  /** How often everything is run with random costs; `null`: once, with those of the machine. */
  readonly jitter: JitterRecord | null;
  readonly perCpu: boolean;
  /** Whether to run the hypotheses that were not asked for, too. */
  readonly withAlternatives: boolean;
  /** Whether to keep what a trace viewer draws. */
  readonly withTrace: boolean;
}

/** What a run or a grid has come to. */
export interface RunRecord {
  readonly document: RunDocument;
  /** One per measured sweep, in the order of the rows; empty unless asked for. */
  readonly traced: readonly TracedSweep[];
  /** What was not run to its end, and is not the user's fault. */
  readonly lost: readonly MissingRow[];
  /** How many of these have some of their runs all the same. */
  readonly cutShort: number;
}

/**
 * Runs every scenario under every mapping and hypothesis, each on a fresh machine.
 * @throws InputError
 */
export async function run(request: RunRequest, execute: CellExecutor): Promise<RunRecord> {
  const machines = new MachineRegister();
  const tables = emptyTables();
  const traced: TracedSweep[] = [];
  const problems: Problem[] = [];
  let cutShort = 0;
  for (const { task, started } of startAll(runTasks(request), execute)) {
    const outcome = takeValue(await started);
    if (outcome.kind === 'measured') {
      addTables(tables, underRegister(outcome, machines));
      traced.push(...tracedUnderRegister(outcome, machines));
      if (outcome.cutShort === null) continue;
      cutShort++;
      tables.missing.push(missingRow(task.cell, request, outcome.cutShort));
    } else if (outcome.kind === 'refused') for (const problem of outcome.problems) problems.push(problem);
    else tables.missing.push(missingRow(task.cell, request, outcome.reason));
  }
  if (problems.length > 0) throw new InputError(problems);
  return {
    document: toDocument({ ...request, parameters: [...request.parameters.keys()] }, machines, tables),
    traced,
    lost: tables.missing,
    cutShort,
  };
}

/**
 * What a run consists of, in the order of its rows.
 * @throws InputError when mappings and scenarios do not go together, or a trace or the rows of all CPUs would be too large
 */
export function runTasks(request: RunRequest): CellTask[] {
  const { hypotheses, bandHypotheses, perCpu, machine, withAlternatives, withTrace } = request;
  const cells = cellsOf(request);
  const counted = cells.map((cell) => ({ cell, hypotheses: hypotheses.length }));
  const others = Object.keys(machine.hypotheses).filter((name) => !hypotheses.includes(name));
  const otherHypotheses = withAlternatives ? others : [];
  const headroom = withTrace ? traceHeadroom(counted) : null;
  if (perCpu) checkCpuRows(counted, allRuns(request).last);
  const common = { hypotheses, bandHypotheses, otherHypotheses, perCpu, headroom, isCompared: false };
  return cells.map((cell) => ({ cell, runs: allRuns(request), ...common }));
}

/** All runs of a request. */
export function allRuns({ jitter }: Pick<RunRequest, 'jitter'>): RunSpan {
  return { first: 1, last: jitter?.runs ?? 1 };
}

/** Starts all of them, so that those who run them have something to do while the first is waited for. */
function startAll(tasks: readonly CellTask[], execute: CellExecutor) {
  return tasks.map((task) => ({ task, started: settled(execute(task)) }));
}

function missingRow({ scenario, mapping }: Cell, { mappings }: RunRequest, reason: string): MissingRow {
  const isMapped = mappings.length > 0 && mapping !== 'none';
  return { scenario: scenario.name, cell: isMapped ? `mapping=${mapping}` : '', reason };
}

/** What a document says of itself. */
interface DocumentFacts extends Pick<RunRequest, 'tool' | 'command' | 'seed' | 'jitter'> {
  /** Those the user has set or varied. */
  readonly parameters: readonly ParameterName[];
}

/** A document from what runs have come to. */
export function toDocument(
  { tool, command, seed, jitter, parameters }: DocumentFacts,
  machines: MachineRegister,
  { spreads, ...tables }: RunTables,
): RunDocument {
  return {
    schema: RUN_SCHEMA,
    origin: 'simulated',
    tool,
    command,
    seed,
    ...(jitter === null ? {} : { jitter }),
    machines: machines.recorded,
    ...tables,
    ...(jitter === null ? {} : { spreads }),
    warnings: runWarnings(machines.recorded, { parameters, isJittered: jitter !== null }, tables),
  };
}

function cellsOf({ scenarios, mappings, memoryBytes, machine, ...rest }: RunRequest): Cell[] {
  const { topology, sweep, parameters } = rest;
  const problems = new ProblemList();
  const cells = scenarios.flatMap((scenario) => {
    // Where nothing is private, no mapping changes anything.
    const isMapped = mappings.length > 0 && mappingOf(scenario) !== 'none';
    const variants = isMapped
      ? mappings.map((mapping) => problems.collect(() => withMapping(scenario, mapping)) ?? scenario)
      : [scenario];
    return variants.map((variant) => ({
      machine: 0,
      scenario: variant,
      mapping: mappingOf(variant),
      memoryBytes: memoryBytes ?? variant.memoryBytes ?? machine.memoryBytes,
      topology: topology ?? machine.topology,
      sweep,
      parameters,
    }));
  });
  if (problems.isAny) throw problems.toError();
  return cells;
}

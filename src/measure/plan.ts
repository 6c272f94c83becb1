import { InputError, ProblemList } from '../errors.js';
import { Groups } from '../group-by.js';
import type { ParameterName, ParameterValue } from '../machine/parameters.js';
import type { Topology } from '../machine/topology.js';
import type { AxisFields, TermRow } from '../run-document/columns.js';
import type { JitterRecord, ToolInfo } from '../run-document/run-document.js';
import type { MachineFile } from '../scenario/machine-file.js';
import type { Mapping } from '../scenario/scenario.js';
import { mappingOf, type Scenario, withMapping } from '../scenario/scenario.js';
import { STRATEGIES, type SweepChoice } from '../sweep/strategies.js';
import type { Cell } from './cell.js';

/** Cells to run, complete and checked: those of a run, or of a grid, whose sweeps are compared with a baseline. */
export interface Plan {
  readonly tool: ToolInfo;
  /** The command line as typed, without the program. */
  readonly command: readonly string[];
  /** Those that cells are of, by their numbers. */
  readonly machines: readonly MachineFile[];
  /** What the user has set or varied. */
  readonly parameters: ReadonlyMap<ParameterName, ParameterValue>;
  readonly seed: number;
  /** How often everything is run with random costs; `null`: once, with those of the machine. */
  readonly jitter: JitterRecord | null;
  readonly perCpu: boolean;
  /** Whether to keep what a trace viewer draws. */
  readonly withTrace: boolean;
  /** Of a grid, cells that cannot be run are named with the reason; of a run, every cell has to run. */
  readonly isGrid: boolean;
  /** At least one. */
  readonly cells: readonly PlannedCell[];
}

/** A cell with what is wanted of it. */
export interface PlannedCell {
  readonly scenario: string;
  /** What tells it from other cells of the scenario: `mapping=4k;strategy=batched`; empty where nothing does. */
  readonly name: string;
  /** In a grid, the values of its axes as columns of its rows. */
  readonly axes: AxisFields;
  /** Whether it is one of those of which the first that can be run is the baseline. */
  readonly mayBeBaseline: boolean;
  /** The hypotheses it is timed under, at least one. */
  readonly hypotheses: readonly string[];
  /** The hypotheses whose plausible sets make the bands. */
  readonly bandHypotheses: readonly string[];
  /** The hypotheses that are only asked what they say. */
  readonly otherHypotheses: readonly string[];
  /** What the values make together; an error where they do not go together. */
  readonly cell: Cell | InputError;
}

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

/**
 * The cells of a run, in the order of its rows: every scenario under every mapping.
 * @throws InputError when mappings and scenarios do not go together
 */
export function planRun(request: RunRequest): Plan {
  const { machine, hypotheses, bandHypotheses, withAlternatives } = request;
  const { tool, command, parameters, seed, jitter, perCpu, withTrace } = request;
  const others = Object.keys(machine.hypotheses).filter((name) => !hypotheses.includes(name));
  const common = { hypotheses, bandHypotheses, otherHypotheses: withAlternatives ? others : [] };
  const cells = cellsOf(request).map((cell): PlannedCell => {
    const isMapped = request.mappings.length > 0 && cell.mapping !== 'none';
    const name = isMapped ? `mapping=${cell.mapping}` : '';
    return { scenario: cell.scenario.name, name, axes: {}, mayBeBaseline: false, ...common, cell };
  });
  return {
    ...{ tool, command, machines: [machine], parameters, seed, jitter, perCpu, withTrace },
    ...{ isGrid: false, cells },
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

/** What the names in the rows of a plan mean, in the order in which they occur. */
export function termsOf({ cells, machines }: Plan): TermRow[] {
  const known = cells.flatMap(({ cell, hypotheses }) =>
    cell instanceof InputError ? [] : [{ ...cell, hypotheses }],
  );
  const all = [
    ...known.map(({ scenario }) => ({ kind: 'scenario', name: scenario.name, says: scenario.title })),
    ...known.flatMap((cell) => {
      const { [cell.machine]: machine } = machines;
      return machine === undefined ? [] : [{ kind: 'machine', name: machine.name, says: machine.title }];
    }),
    ...known.map(({ sweep: { strategy } }) => {
      return { kind: 'strategy', name: strategy, says: STRATEGIES[strategy].summary };
    }),
    ...known.flatMap((cell) =>
      cell.hypotheses.map((name) => {
        return { kind: 'hypothesis', name, says: machines[cell.machine]?.hypotheses[name]?.says ?? '' };
      }),
    ),
  ];
  return new Groups(all, ({ kind, name }) => [kind, name]).all.flatMap((alike) => alike.slice(0, 1));
}

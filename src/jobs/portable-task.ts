import type { UsedCondition } from '../calibrate/figure-model.js';
import type { FitTask } from '../calibrate/fit-task.js';
import type { CellTask } from '../measure/cell-task.js';
import type { Scenario } from '../scenario/scenario.js';
import { mapSources, type Source, type WithSources } from '../scenario/source.js';

/** Where a value stands, as data: without the function that finds the places of its keys. */
type PortableSource = Pick<Source, 'path' | 'place'>;

type ScenarioFrom<S> = WithSources<Scenario, S>;
type ConditionFrom<S> = Omit<UsedCondition, 'scenario'> & { readonly scenario: ScenarioFrom<S> };

interface ConditionsFrom<S> {
  readonly conditions: readonly ConditionFrom<S>[];
  readonly leftOut: ConditionFrom<S> | null;
}

/** A task as data that can travel between threads. */
export type PortableTask = PortableCell | PortableFit;

export type PortableCell = Omit<CellTask, 'cell'> & {
  readonly kind: 'cell';
  readonly cell: Omit<CellTask['cell'], 'scenario'> & { readonly scenario: ScenarioFrom<PortableSource> };
};

export type PortableFit = Omit<FitTask, keyof ConditionsFrom<unknown>> &
  ConditionsFrom<PortableSource> & { readonly kind: 'fit' };

export function cellToPortable(task: CellTask): PortableCell {
  const scenario = withSources(task.cell.scenario, bareSource);
  return { ...task, kind: 'cell', cell: { ...task.cell, scenario } };
}

export function cellFromPortable({ kind: _kind, ...task }: PortableCell): CellTask {
  const scenario = withSources(task.cell.scenario, toSource);
  return { ...task, cell: { ...task.cell, scenario } };
}

export function fitToPortable(task: FitTask): PortableFit {
  return { ...task, kind: 'fit', ...conditionsWithSources(task, bareSource) };
}

export function fitFromPortable({ kind: _kind, ...task }: PortableFit): FitTask {
  return { ...task, ...conditionsWithSources(task, toSource) };
}

function conditionsWithSources<S, T>(
  { conditions, leftOut }: ConditionsFrom<S>,
  toOther: (source: S) => T,
): ConditionsFrom<T> {
  const condition = (one: ConditionFrom<S>): ConditionFrom<T> => {
    return { ...one, scenario: withSources(one.scenario, toOther) };
  };
  return { conditions: conditions.map(condition), leftOut: leftOut === null ? null : condition(leftOut) };
}

/** A scenario as what it says, wherever it is written. */
export function withoutSources(scenario: Scenario): ScenarioFrom<null> {
  return withSources(scenario, () => null);
}

function bareSource({ path, place }: Source): PortableSource {
  return { path, place };
}

/** What is wrong with a key was found out before the task set out. */
function toSource(bare: PortableSource): Source {
  const source: Source = { ...bare, at: () => source };
  return source;
}

function withSources<S, T>(scenario: ScenarioFrom<S>, toOther: (source: S) => T): ScenarioFrom<T> {
  return mapSources<Scenario, S, T>(scenario, toOther);
}

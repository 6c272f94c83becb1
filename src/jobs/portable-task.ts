import type { CellTask } from '../measure/cell-task.js';
import type { EachRegion, Guest, Scenario, Step } from '../scenario/scenario.js';
import type { Source } from '../scenario/source.js';

/** Where a value stands, as data: without the function that finds the places of its keys. */
type PortableSource = Pick<Source, 'path' | 'place'>;

type From<T extends { readonly source: Source }, S> = Omit<T, 'source'> & { readonly source: S };
type EntryFrom<S> = From<Guest, S> | From<EachRegion, S>;
type StepFrom<S> =
  | Exclude<Step, { kind: 'launch' }>
  | { readonly kind: 'launch'; readonly guest: From<Guest, S> };

interface ScenarioFrom<S> extends Omit<Scenario, 'privateMemory' | 'steps'> {
  readonly privateMemory: readonly EntryFrom<S>[];
  readonly steps: readonly StepFrom<S>[];
}

/** A task as data that can travel between threads. */
export type PortableTask = Omit<CellTask, 'cell'> & {
  readonly cell: Omit<CellTask['cell'], 'scenario'> & { readonly scenario: ScenarioFrom<PortableSource> };
};

export function toPortable(task: CellTask): PortableTask {
  const scenario = withSources(task.cell.scenario, ({ path, place }: Source): PortableSource => {
    return { path, place };
  });
  return { ...task, cell: { ...task.cell, scenario } };
}

export function fromPortable(task: PortableTask): CellTask {
  const scenario = withSources(task.cell.scenario, toSource);
  return { ...task, cell: { ...task.cell, scenario } };
}

/** A scenario as what it says, wherever it is written. */
export function withoutSources(scenario: Scenario): ScenarioFrom<null> {
  return withSources(scenario, () => null);
}

/** What is wrong with a key was found out before the task set out. */
function toSource(bare: PortableSource): Source {
  const source: Source = { ...bare, at: () => source };
  return source;
}

function withSources<S, T>(scenario: ScenarioFrom<S>, toOther: (source: S) => T): ScenarioFrom<T> {
  const guest = (one: From<Guest, S>): From<Guest, T> => ({ ...one, source: toOther(one.source) });
  return {
    ...scenario,
    privateMemory: scenario.privateMemory.map((entry) =>
      entry.kind === 'guest' ? guest(entry) : { ...entry, source: toOther(entry.source) },
    ),
    steps: scenario.steps.map((step) =>
      step.kind === 'launch' ? { ...step, guest: guest(step.guest) } : step,
    ),
  };
}

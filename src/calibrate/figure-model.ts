import type { ParameterValues } from '../machine/parameters.js';
import type { MachineFile } from '../scenario/machine-file.js';
import { resolveMachine } from '../scenario/resolve-machine.js';
import type { Scenario } from '../scenario/scenario.js';
import { Predictor } from '../sweep/predict.js';
import { chooseSweep } from '../sweep/strategies.js';
import type { Sample } from './figures.js';
import { type Condition, FIGURE_KINDS } from './figures-file.js';
import { figureNs, onlyHistogram } from './simulate-condition.js';

/** A condition with its scenario and the figures taken under it. */
export interface UsedCondition {
  readonly name: string;
  readonly condition: Condition;
  readonly scenario: Scenario;
  readonly samples: readonly Sample[];
}

/** What a fit to conditions aims at: the samples that are no bounds. */
export function targetsOf(conditions: readonly UsedCondition[]): Sample[] {
  return conditions.flatMap(({ samples }) => samples.filter(({ kind }) => !FIGURE_KINDS[kind].isBound));
}

/** The simulator as a function from costs to figures, under one choice of switches. */
export class FigureModel {
  /** What a fit aims at. */
  readonly targets: readonly Sample[];
  readonly values: ParameterValues;
  readonly #bounds: readonly Sample[];
  readonly #conditions: readonly { readonly predictor: Predictor; readonly samples: readonly Sample[] }[];

  /** @param switches replace the hypothesis' own */
  constructor(
    conditions: readonly UsedCondition[],
    machine: MachineFile,
    hypothesis: string,
    switches: Partial<ParameterValues>,
  ) {
    const parameters = new Map(Object.entries(switches)) as Parameters<
      typeof resolveMachine
    >[3]['parameters'];
    const resolve = (memoryBytes: number) =>
      resolveMachine(machine, hypothesis, memoryBytes, { topology: null, parameters });
    this.values = resolve(machine.memoryBytes).values;
    this.#conditions = conditions.map(({ condition, scenario, samples }) => {
      const { strategy, threads, memory } = condition;
      const config = resolve(memory);
      const histogram = onlyHistogram(scenario, config, chooseSweep(strategy, threads, null));
      return { predictor: new Predictor(histogram, config.values), samples };
    });
    const samples = conditions.flatMap((one) => one.samples);
    this.targets = targetsOf(conditions);
    this.#bounds = samples.filter(({ kind }) => FIGURE_KINDS[kind].isBound);
  }

  /** The simulated figures, in the order of `targets`. */
  predict(values: ParameterValues): number[] {
    return this.#simulate(values).targetsNs;
  }

  /** Whether costs reproduce every target within its tolerance and keep to every bound. */
  isPlausible(values: ParameterValues, tolerances: readonly number[]): boolean {
    const { targetsNs, areBoundsKept } = this.#simulate(values);
    const isClose = (ns: number, i: number) =>
      Math.abs(ns / (this.targets[i]?.meanNs ?? ns) - 1) <= (tolerances[i] ?? 0);
    return areBoundsKept && targetsNs.every(isClose);
  }

  #simulate(values: ParameterValues): { targetsNs: number[]; areBoundsKept: boolean } {
    const ofSample = new Map<Sample, number>();
    for (const { predictor, samples } of this.#conditions) {
      const needsInstructions = samples.some(({ kind }) => kind !== 'total');
      const predicted = predictor.predict(values, needsInstructions ? 'instructions' : 'elapsed');
      for (const sample of samples) ofSample.set(sample, figureNs(predicted, sample.kind));
    }
    const simulated = (sample: Sample) => ofSample.get(sample) ?? 0;
    return {
      targetsNs: this.targets.map(simulated),
      areBoundsKept: this.#bounds.every((sample) =>
        sample.kind === 'instruction-max'
          ? simulated(sample) <= sample.meanNs
          : simulated(sample) >= sample.meanNs,
      ),
    };
  }
}

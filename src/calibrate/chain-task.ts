import { InputError, type Problem } from '../errors.js';
import type { ParameterName, ParameterValue, ParameterValues } from '../machine/parameters.js';
import type { Forecast } from '../measure/mixture.js';
import { histogramsOf } from '../measure/run-scenario.js';
import { drawBits } from '../random.js';
import type { MachineFile } from '../scenario/machine-file.js';
import { resolveMachine } from '../scenario/resolve-machine.js';
import { type Scenario, stateNames } from '../scenario/scenario.js';
import { Predictor, type RegionHistogram } from '../sweep/predict.js';
import { chooseSweep, type StrategyName } from '../sweep/strategies.js';
import { type Effect, Evidence, type Observation, type ObservedCondition, sigmaOf } from './evidence.js';
import type { Figure } from './figures.js';
import { type Condition, FIGURE_KINDS } from './figures-file.js';
import { Prior } from './prior.js';
import { gaussianFrom, type Uniform, walk } from './sampler.js';
import { onlyHistogram, SEED } from './simulate-condition.js';

/** A condition with the scenarios it may have been and the figures taken under it. */
export interface UsedCondition {
  readonly name: string;
  readonly condition: Condition;
  readonly readings: readonly Scenario[];
  readonly figures: readonly Figure[];
}

/** A sweep that is predicted with every draw, for convergence to be told of what users ask for. */
export interface Asked {
  readonly scenario: Scenario;
  readonly strategy: StrategyName;
}

/** A timed sweep of what is asked. */
export interface AskedSweep extends Asked {
  /** Among the timed sweeps of its scenario, from 0. */
  readonly number: number;
  readonly state: string;
}

export function askedSweeps(asked: readonly Asked[]): AskedSweep[] {
  return asked.flatMap((one) => stateNames(one.scenario).map((state, number) => ({ ...one, number, state })));
}

/** One walk through what a hypothesis makes of figures. It can be done anywhere, in any order. */
export interface ChainTask {
  readonly hypothesis: string;
  /** What it is fitted to. */
  readonly conditions: readonly UsedCondition[];
  /** What it is not fitted to and is asked for; `null`: it is asked for what it is fitted to. */
  readonly leftOut: UsedCondition | null;
  readonly asked: readonly Asked[];
  /** From 0: tells the draws of this walk from those of the others. */
  readonly chain: number;
  /** Steps of the walk, a quarter of them to adapt. */
  readonly steps: number;
  /** Draws to keep. */
  readonly draws: number;
}

/** What all walks of a command have in common. */
export interface FitHost {
  readonly machine: MachineFile;
  readonly seed: number;
}

/** Costs that the figures leave possible, as likely as any other draw. */
export interface Draw {
  readonly point: readonly number[];
  /** In the order of the names. */
  readonly values: readonly ParameterValue[];
  /** Noise of a sweep, and how far a second sweep is from the first, on the scale of logarithms. */
  readonly sigma: number;
  readonly second: number;
  readonly forecasts: readonly Forecast[];
  /** What it says of each sweep that was asked for, in nanoseconds. */
  readonly asked: readonly PhaseTimes[];
}

export interface PhaseTimes {
  readonly localNs: number;
  readonly remoteNs: number;
}

export interface ChainFindings {
  readonly kind: 'walked';
  readonly names: readonly ParameterName[];
  readonly labels: readonly string[];
  readonly draws: readonly Draw[];
}

/** What came of a walk, as data that can travel between threads. */
export type ChainOutcome =
  | ChainFindings
  /** The conditions cannot be simulated. */
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

/** Walks through what figures leave possible under a hypothesis. */
export function runChainTask(task: ChainTask, host: FitHost): ChainOutcome {
  try {
    return findOut(task, host);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { kind: 'refused', problems: error.problems };
  }
}

/** Predicts what is asked with one point of the prior after another. */
export function predictionsOf(
  machine: MachineFile,
  hypothesis: string,
  asked: readonly Asked[],
): (point: ArrayLike<number>) => PhaseTimes[] {
  const prior = new Prior(machine, hypothesis);
  const values = prior.blank;
  const predictorsOf = byFailureShared(machine, hypothesis, (world) =>
    asked.flatMap((one) => world.predictors(one)),
  );
  return (point) => {
    prior.write(point, values);
    return predictorsOf(values).map((one) => timesOf(one, values));
  };
}

function timesOf(predictor: Predictor, values: ParameterValues): PhaseTimes {
  const { localPs, remotePs } = predictor.predict(values, 'elapsed');
  return { localNs: localPs / 1000, remoteNs: remotePs / 1000 };
}

const ADAPTING_SHARE = 0.25;

function findOut(task: ChainTask, { machine, seed }: FitHost): ChainFindings {
  const { hypothesis, conditions, leftOut, asked, chain, steps, draws } = task;
  const prior = new Prior(machine, hypothesis);
  const values = prior.blank;
  const uniform = uniformOf(seed, Object.keys(machine.hypotheses).indexOf(hypothesis), chain);
  const gaussian = gaussianFrom(uniform);
  const worldOf = byFailureShared(machine, hypothesis, (world) => ({
    evidence: world.evidence(conditions),
    left: leftOut === null ? null : world.evidence([leftOut]),
    asked: asked.flatMap((one) => world.predictors(one)),
  }));
  const adapting = Math.round(ADAPTING_SHARE * steps);
  const { points } = walk(
    prior.dimension,
    (point) => {
      prior.write(point, values);
      return worldOf(values).evidence.logLikelihood(values);
    },
    { adapting, frozen: steps - adapting, thinning: Math.max(1, Math.floor((steps - adapting) / draws)) },
    uniform,
  );
  return {
    kind: 'walked',
    names: prior.names,
    labels: prior.labels,
    draws: points.slice(0, draws).map((point): Draw => {
      prior.write(point, values);
      const { evidence, left, asked: predictors } = worldOf(values);
      const { sigma, effects, logNs } = evidence.explain(values, uniform, gaussian);
      const effectOf = (effect: Effect) => effects.get(effect) ?? sigmaOf(effect) * gaussian();
      const forecast = ({ effects: own, ownSigma }: Observation, predicted: number): Forecast => ({
        logNs: own.reduce((sum, effect) => sum + effectOf(effect), predicted),
        sigma: Math.hypot(sigma, ownSigma),
      });
      const ofLeft = left?.drawPrediction(values, uniform);
      return {
        point: [...point],
        values: prior.names.map((name) => rounded(values[name])),
        sigma: Number(sigma.toPrecision(3)),
        second: Number(effectOf('second').toFixed(4)),
        forecasts: (left ?? evidence).observations.map((one, i) => forecast(one, (ofLeft ?? logNs)[i] ?? 0)),
        asked: predictors.map((one) => timesOf(one, values)),
      };
    }),
  };
}

/** What is made of a machine for a value of `failureShared`, when that value first comes up: many hypotheses have one alone. */
function byFailureShared<T>(
  machine: MachineFile,
  hypothesis: string,
  make: (world: World) => T,
): (values: ParameterValues) => T {
  const made = new Map<boolean, T>();
  return ({ failureShared }) => {
    const known = made.get(failureShared);
    if (known !== undefined) return known;
    const one = make(new World(machine, hypothesis, failureShared));
    made.set(failureShared, one);
    return one;
  };
}

/** More digits than any fit deserves. */
function rounded(value: ParameterValue): ParameterValue {
  return typeof value === 'number' ? Number(value.toPrecision(4)) : value;
}

/** A stream of numbers from 0 to below 1, the same for the same seed. */
export function uniformOf(seed: number, hypothesis: number, chain: number): Uniform {
  let counter = 0;
  return () => drawBits(seed, 'plausibleSets', hypothesis, chain, counter++) / 2 ** 32;
}

/** A machine under a hypothesis and one value of the switch that figures say nothing of. */
export class World {
  readonly #machine: MachineFile;
  readonly #hypothesis: string;
  readonly #parameters: ReadonlyMap<ParameterName, ParameterValue>;
  readonly #values: ParameterValues;
  readonly #known = new Map<string, RegionHistogram>();

  constructor(machine: MachineFile, hypothesis: string, failureShared: boolean) {
    this.#machine = machine;
    this.#hypothesis = hypothesis;
    this.#parameters = new Map([['failureShared', failureShared]]);
    this.#values = this.#config(machine.memoryBytes).values;
  }

  evidence(conditions: readonly UsedCondition[]): Evidence {
    return new Evidence(
      conditions.map((one) => this.#observed(one)),
      this.#values,
    );
  }

  /** One per timed sweep. */
  predictors({ scenario, strategy }: Asked): Predictor[] {
    const config = this.#config(scenario.memoryBytes ?? this.#machine.memoryBytes);
    const histograms = histogramsOf(scenario, config, chooseSweep(strategy, null, null), SEED);
    return histograms.map((histogram) => new Predictor(histogram, this.#values));
  }

  #config(memoryBytes: number) {
    const overrides = { topology: null, parameters: this.#parameters };
    return resolveMachine(this.#machine, this.#hypothesis, memoryBytes, overrides);
  }

  #observed({ condition, readings, figures }: UsedCondition): ObservedCondition {
    const { host } = condition;
    return {
      readings: readings.map((scenario) => this.#histogram(condition, scenario)),
      observations: figures
        .filter(({ kind }) => !FIGURE_KINDS[kind].isBound)
        .map(({ ns, kind, sweep, isSecond, noise }): Observation => {
          const ofHost: Effect[] = host === '' ? [] : [`host ${host}`];
          return {
            ns,
            kind,
            sweep,
            effects: [...ofHost, ...(isSecond ? ['second' as const] : [])],
            ownSigma: noise,
          };
        }),
    };
  }

  /** One for all conditions that are swept alike, so that it is predicted once. */
  #histogram({ memory, strategy, threads, mapping }: Condition, scenario: Scenario): RegionHistogram {
    const key = [scenario.name, memory, strategy, threads, mapping].join('\n');
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const histogram = onlyHistogram(scenario, this.#config(memory), chooseSweep(strategy, threads, null));
    this.#known.set(key, histogram);
    return histogram;
  }
}

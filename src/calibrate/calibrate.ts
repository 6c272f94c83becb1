import { InputError } from '../errors.js';
import type { ParameterName, ParameterValue } from '../machine/parameters.js';
import { takeValue } from '../settled.js';
import {
  type Asked,
  type AskedSweep,
  askedSweeps,
  type ChainFindings,
  type ChainOutcome,
  type ChainTask,
  type Draw,
  type FitHost,
  type PhaseTimes,
  predictionsOf,
  type UsedCondition,
  uniformOf,
} from './chain-task.js';
import { type Convergence, convergenceOf } from './convergence.js';
import type { Figure } from './figures.js';
import { FIGURE_KINDS } from './figures-file.js';
import { middlePoint } from './middle-point.js';
import { Prior } from './prior.js';
import { gaussianFrom } from './sampler.js';

/** Everything a calibration needs, complete and checked. */
export interface CalibrationRequest extends FitHost {
  /** What is fitted to. */
  readonly conditions: readonly UsedCondition[];
  /** What is predicted from that; `null`: what was fitted to is told. */
  readonly leftOut: UsedCondition | null;
  readonly asked: readonly Asked[];
  readonly length: WalkLength;
}

/** How long each of the walks of a hypothesis is, and how many draws of it are kept. */
export interface WalkLength {
  readonly steps: number;
  readonly draws: number;
}

/** Walks of each hypothesis: several, so that they can be held against each other. */
const CHAINS = 4;

/** Somebody who does a piece of a calibration: here and now, or in other threads. */
export type FitExecutor = (task: ChainTask) => Promise<ChainOutcome>;

/** A quantity that all walks of a hypothesis are to agree about. */
export interface Agreement extends Convergence {
  readonly name: string;
}

/** What a hypothesis made of the figures. */
export interface CalibratedHypothesis {
  readonly hypothesis: string;
  readonly names: readonly ParameterName[];
  /** What was plausible before, in the order of the names. */
  readonly ranges: readonly { readonly low: number; readonly high: number }[];
  /** Those whose predictions lie in the middle of what all draws predict. */
  readonly values: readonly ParameterValue[];
  readonly draws: readonly Draw[];
  readonly asked: readonly AskedSweep[];
  /** What was predicted of these before any figure was known, by draws from the prior. */
  readonly before: readonly (readonly PhaseTimes[])[];
  /** Those of the draws' forecasts: of what was left out, else of what was fitted to. */
  readonly figures: readonly Figure[];
  readonly fittedTo: readonly UsedCondition[];
  /** The condition it is to predict; `null` where it was fitted to all. */
  readonly leftOut: string | null;
  /** Of each coordinate, and of each sweep that was asked for. */
  readonly agreements: readonly Agreement[];
}

/**
 * Fits every hypothesis of a machine to figures.
 * @param onProgress called before each hypothesis
 * @throws InputError when a condition cannot be simulated
 */
export async function calibrate(
  request: CalibrationRequest,
  execute: FitExecutor,
  onProgress: (hypothesis: string) => void,
): Promise<CalibratedHypothesis[]> {
  const hypotheses = Object.keys(request.machine.hypotheses);
  const started = hypotheses.map((hypothesis) => {
    onProgress(hypothesis);
    return inOrder(tasksOf(request, hypothesis).map(async (task) => checked(await execute(task))));
  });
  const findings = await inOrder(started);
  return hypotheses.map((hypothesis, i) => join(request, hypothesis, findings[i] ?? []));
}

/** Waits for all in their order, so that it is always the same fault that is met first. */
export async function inOrder<T>(started: readonly Promise<T>[]): Promise<T[]> {
  return (await Promise.allSettled(started)).map(takeValue);
}

/** The pieces of a calibration. */
export function fitTasks(request: CalibrationRequest): ChainTask[] {
  return Object.keys(request.machine.hypotheses).flatMap((hypothesis) => tasksOf(request, hypothesis));
}

function tasksOf(
  { conditions, leftOut, asked, length }: CalibrationRequest,
  hypothesis: string,
): ChainTask[] {
  return Array.from({ length: CHAINS }, (_, chain) => {
    return { hypothesis, conditions, leftOut, asked, chain, ...length };
  });
}

function checked(outcome: ChainOutcome): ChainFindings {
  if (outcome.kind === 'refused') throw new InputError(outcome.problems);
  return outcome;
}

/** @param walks of the hypothesis */
function join(
  request: CalibrationRequest,
  hypothesis: string,
  walks: readonly ChainFindings[],
): CalibratedHypothesis {
  const { machine, conditions, leftOut, asked } = request;
  const [first] = walks;
  if (first === undefined) throw new RangeError('a hypothesis without a walk');
  const draws = walks.flatMap((walk) => walk.draws);
  const prior = new Prior(machine, hypothesis);
  const values = prior.blank;
  const failureShared = first.names.indexOf('failureShared');
  // A switch that figures leave open stays as the machine has it.
  const alike = draws.filter(
    (draw) => failureShared < 0 || draw.values[failureShared] === values.failureShared,
  );
  prior.write(middlePoint(machine, hypothesis, asked, alike.length > 0 ? alike : draws), values);
  const own = leftOut === null ? conditions : [leftOut];
  return {
    hypothesis,
    names: first.names,
    ranges: first.names.map((name) => prior.rangeOf(name)),
    values: first.names.map((name) => values[name]),
    draws,
    asked: askedSweeps(asked),
    before: predictBefore(request, hypothesis),
    figures: own.flatMap(({ figures }) => figures.filter(({ kind }) => !FIGURE_KINDS[kind].isBound)),
    fittedTo: conditions,
    leftOut: leftOut?.name ?? null,
    agreements: [
      ...first.labels.map((name, i) => ({
        name,
        ...convergenceOf(walks.map((walk) => walk.draws.map(({ point }) => point[i] ?? 0))),
      })),
      ...askedSweeps(asked).map(({ scenario, strategy, state }, i) => ({
        name: `${scenario.name === state ? state : `${scenario.name}: ${state}`} by ${strategy}`,
        ...convergenceOf(walks.map((walk) => walk.draws.map((draw) => logTotalNs(draw.asked[i])))),
      })),
    ],
  };
}

/** Draws from the prior, for what figures have told to be seen. */
const PRIOR_DRAWS = 400;

function predictBefore({ machine, asked, seed }: CalibrationRequest, hypothesis: string): PhaseTimes[][] {
  const predict = predictionsOf(machine, hypothesis, asked);
  const { dimension } = new Prior(machine, hypothesis);
  // A walk that no hypothesis has.
  const gaussian = gaussianFrom(uniformOf(seed, Object.keys(machine.hypotheses).indexOf(hypothesis), CHAINS));
  return Array.from({ length: PRIOR_DRAWS }, () =>
    predict(Float64Array.from({ length: dimension }, gaussian)),
  );
}

function logTotalNs({ localNs, remoteNs }: PhaseTimes): number {
  return Math.log(localNs + remoteNs);
}

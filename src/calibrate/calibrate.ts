import { InputError } from '../errors.js';
import type { ParameterName, ParameterValues } from '../machine/parameters.js';
import { NO_OVERRIDES, resolveMachine } from '../scenario/resolve-machine.js';
import { targetsOf, type UsedCondition } from './figure-model.js';
import type { Sample } from './figures.js';
import type { BestFit, FitFindings, FitHost, FitOutcome, FitTask } from './fit-task.js';
import { type FreeParameter, freeParameters } from './free-parameters.js';
import { intervalOf } from './plausible-sets.js';

/** Everything a calibration needs, complete and checked. */
export interface CalibrationRequest extends FitHost {
  /** What is fitted to. */
  readonly conditions: readonly UsedCondition[];
  /** What is predicted from that; `null`: what was fitted to is told. */
  readonly leftOut: UsedCondition | null;
  /** Plausible sets to draw for each hypothesis. */
  readonly setsPerHypothesis: number;
}

/** Somebody who does a piece of a calibration: here and now, or in other threads. */
export type FitExecutor = (task: FitTask) => Promise<FitOutcome>;

/** A fitted parameter, and what the figures say of it. */
export interface FittedParameter {
  readonly name: ParameterName;
  readonly value: number;
  /** The middle nine tenths over the plausible sets. */
  readonly low: number;
  readonly high: number;
  readonly isAtBound: boolean;
  /** Whether the figures leave less than half of its plausible range. */
  readonly isIdentified: boolean;
}

/** A figure a fit aimed at. */
export interface FittedFigure {
  readonly sample: Sample;
  readonly residual: number;
  readonly tolerance: number;
  /** Whether the tolerance had to grow because no costs in their ranges come closer. */
  readonly isOutOfReach: boolean;
}

/** A figure as the fitted values and the plausible sets have it. */
export interface SimulatedFigure {
  readonly sample: Sample;
  readonly simulatedNs: number;
  readonly nsBySet: readonly number[];
}

/** What a hypothesis made of the figures. */
export interface CalibratedHypothesis {
  readonly hypothesis: string;
  readonly parameters: readonly FittedParameter[];
  readonly figures: readonly FittedFigure[];
  /** Of what was left out, else of what was fitted to. */
  readonly simulated: readonly SimulatedFigure[];
  readonly sets: readonly ParameterValues[];
}

const AT_BOUND = 0.005;
const IDENTIFIED_SHARE = 0.5;

/**
 * Fits every hypothesis of a machine to figures and draws its plausible sets.
 * @param onProgress called before each hypothesis
 * @throws InputError when a condition cannot be simulated
 */
export async function calibrate(
  request: CalibrationRequest,
  execute: FitExecutor,
  onProgress: (hypothesis: string) => void,
): Promise<CalibratedHypothesis[]> {
  const hypotheses = Object.keys(request.machine.hypotheses);
  const started = hypotheses.map((hypothesis, i) => {
    onProgress(hypothesis);
    return inOrder(tasksOf(request, hypothesis, i).map(async (task) => checked(await execute(task))));
  });
  const findings = await inOrder(started);
  return hypotheses.map((hypothesis, i) => join(request, hypothesis, findings[i] ?? []));
}

/** Waits for all in their order, so that it is always the same fault that is met first. */
export async function inOrder<T>(started: readonly Promise<T>[]): Promise<T[]> {
  for (const one of started) one.catch(() => {});
  const done: T[] = [];
  for (const one of started) done.push(await one);
  return done;
}

/** The pieces of a calibration. */
export function fitTasks(request: CalibrationRequest): FitTask[] {
  return Object.keys(request.machine.hypotheses).flatMap((hypothesis, i) => tasksOf(request, hypothesis, i));
}

/** The pieces of a hypothesis; the first, under its own switches, finds the values that suit best. */
function tasksOf(request: CalibrationRequest, hypothesis: string, number: number): FitTask[] {
  const { machine, conditions, leftOut, setsPerHypothesis } = request;
  const { values } = resolveMachine(machine, hypothesis, machine.memoryBytes, NO_OVERRIDES);
  const variants = switchVariants(values);
  const sets = Math.round(setsPerHypothesis / variants.length);
  return variants.map((switches, k) => {
    const stream = number * variants.length + k;
    return { hypothesis, switches, conditions, leftOut, wantsBest: k === 0, sets, stream };
  });
}

/** Switches nobody knows and that figures react to: each choice is a member of the ensemble. */
function switchVariants({ resultShared }: ParameterValues): Partial<ParameterValues>[] {
  return resultShared === 'none' ? [{}] : [{}, { failureShared: true }];
}

function checked(outcome: FitOutcome): FitFindings {
  if (outcome.kind === 'refused') throw new InputError(outcome.problems);
  return outcome;
}

/** @param findings of each piece of the hypothesis */
function join(
  { machine, conditions, leftOut }: CalibrationRequest,
  hypothesis: string,
  findings: readonly FitFindings[],
): CalibratedHypothesis {
  const best = findings[0]?.best ?? null;
  if (best === null) throw new RangeError('a hypothesis is fitted under its own switches first');
  const sets = findings.flatMap((one) => one.sets);
  const nsBySet = findings.flatMap((one) => one.askedNsBySet);
  return {
    hypothesis,
    parameters: freeParameters(machine, hypothesis).map((parameter, i) =>
      fittedParameter(parameter, best, i, sets),
    ),
    figures: targetsOf(conditions).map((sample, i) => fittedFigure(sample, best, i)),
    simulated: targetsOf(leftOut === null ? conditions : [leftOut]).map((sample, i) => ({
      sample,
      simulatedNs: best.askedNs[i] ?? 0,
      nsBySet: nsBySet.map((figures) => figures[i] ?? 0),
    })),
    sets,
  };
}

function fittedParameter(
  parameter: FreeParameter,
  { positions, values }: BestFit,
  i: number,
  sets: readonly ParameterValues[],
): FittedParameter {
  const position = positions[i] ?? 0;
  const { low, high, spannedShare } = intervalOf(parameter, sets);
  return {
    name: parameter.name,
    value: Number(values[parameter.name]),
    low,
    high,
    isAtBound: position < AT_BOUND || position > 1 - AT_BOUND,
    isIdentified: sets.length > 0 && spannedShare < IDENTIFIED_SHARE,
  };
}

function fittedFigure(sample: Sample, { residuals, tolerances }: BestFit, i: number): FittedFigure {
  const tolerance = tolerances[i] ?? 0;
  return { sample, residual: residuals[i] ?? 0, tolerance, isOutOfReach: tolerance > sample.tolerance };
}

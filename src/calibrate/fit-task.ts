import { InputError, type Problem } from '../errors.js';
import type { ParameterValues } from '../machine/parameters.js';
import type { MachineFile } from '../scenario/machine-file.js';
import { FigureModel, type UsedCondition } from './figure-model.js';
import { type Fit, fitParameters } from './fit.js';
import { type FreeParameter, freeParameters, withValues } from './free-parameters.js';
import { drawPlausibleSets } from './plausible-sets.js';

/** What is to be found out about a hypothesis under one choice of its switches. It can be done anywhere, in any order. */
export interface FitTask {
  readonly hypothesis: string;
  /** Replace the hypothesis' own. */
  readonly switches: Partial<ParameterValues>;
  /** What it is fitted to. */
  readonly conditions: readonly UsedCondition[];
  /** What it is not fitted to and is asked for; `null`: it is asked for what it is fitted to. */
  readonly leftOut: UsedCondition | null;
  /** Whether the best values are wanted, besides plausible sets. */
  readonly wantsBest: boolean;
  /** Plausible sets to draw. */
  readonly sets: number;
  /** Tells the draws of this task from those of the others. */
  readonly stream: number;
}

/** What all fits of a command have in common. */
export interface FitHost {
  readonly machine: MachineFile;
  readonly seed: number;
}

/** The values that suit the figures best. */
export interface BestFit extends Fit {
  readonly values: ParameterValues;
  /** Of each target: as wanted, or as far as the closest values come. */
  readonly tolerances: readonly number[];
  /** What was asked for, simulated with these values. */
  readonly askedNs: readonly number[];
}

/** Targets are in the order of the conditions and their samples. */
export interface FitFindings {
  readonly kind: 'fitted';
  /** `null` unless wanted. */
  readonly best: BestFit | null;
  readonly sets: readonly ParameterValues[];
  /** What was asked for, simulated with each set. */
  readonly askedNsBySet: readonly (readonly number[])[];
}

/** What came of a task, as data that can travel between threads. */
export type FitOutcome =
  | FitFindings
  /** The conditions cannot be simulated. */
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

/** A figure missed by its tolerance and this much more counts as reproduced by the sets, where none comes closer. */
const OUT_OF_REACH_MARGIN = 1.1;
/** How much more the figures weigh than the values a fit starts from when it looks for the closest it can come. */
const CLOSEST_WEIGHT = 10;

/** Fits a hypothesis and draws its plausible sets. */
export function runFitTask(task: FitTask, host: FitHost): FitOutcome {
  try {
    return findOut(task, host);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { kind: 'refused', problems: error.problems };
  }
}

function findOut(task: FitTask, { machine, seed }: FitHost): FitFindings {
  const { hypothesis, switches, conditions, leftOut, stream } = task;
  const free = freeParameters(machine, hypothesis);
  const model = new FigureModel(conditions, machine, hypothesis, switches);
  const asked = leftOut === null ? model : new FigureModel([leftOut], machine, hypothesis, switches);
  const wanted = model.targets.map(({ tolerance }) => tolerance);
  const closest = closestFit(model, free, wanted);
  const tolerances = reachable(closest, wanted);
  const sets = drawPlausibleSets(model, free, closest.positions, tolerances, task.sets, seed, stream);
  return {
    kind: 'fitted',
    best: task.wantsBest ? bestFit(model, asked, free, closest, tolerances) : null,
    sets,
    askedNsBySet: sets.map((set) => asked.predict(set)),
  };
}

/** A fit that cares for little but the figures. */
function closestFit(model: FigureModel, free: readonly FreeParameter[], tolerances: readonly number[]): Fit {
  return fitParameters(
    model,
    free,
    tolerances.map((tolerance) => tolerance / CLOSEST_WEIGHT),
  );
}

function reachable({ residuals }: Fit, tolerances: readonly number[]): number[] {
  return tolerances.map((tolerance, i) => {
    const residual = Math.abs(residuals[i] ?? 0);
    return residual > tolerance ? residual * OUT_OF_REACH_MARGIN : tolerance;
  });
}

/** Values near their start are preferred, unless they would not be plausible. */
function bestFit(
  model: FigureModel,
  asked: FigureModel,
  free: readonly FreeParameter[],
  closest: Fit,
  tolerances: readonly number[],
): BestFit {
  const balanced = fitParameters(model, free, tolerances);
  const isPlausible = balanced.residuals.every((residual, k) => Math.abs(residual) <= (tolerances[k] ?? 0));
  const best = isPlausible ? balanced : closest;
  const values = withValues(model.values, free, best.positions);
  return { ...best, values, tolerances, askedNs: asked.predict(values) };
}

import type { ParameterName, ParameterValues } from '../machine/parameters.js';
import type { MachineFile } from '../scenario/machine-file.js';
import { FigureModel, type UsedCondition } from './figure-model.js';
import type { Sample } from './figures.js';
import { type Fit, fitParameters } from './fit.js';
import { type FreeParameter, freeParameters, withValues } from './free-parameters.js';
import { drawPlausibleSets, intervalOf } from './plausible-sets.js';

/** Everything a calibration needs, complete and checked. */
export interface CalibrationRequest {
  readonly machine: MachineFile;
  readonly conditions: readonly UsedCondition[];
  readonly seed: number;
  /** Plausible sets to draw for each hypothesis. */
  readonly setsPerHypothesis: number;
}

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
  readonly simulatedNs: number;
  readonly residual: number;
  readonly tolerance: number;
  /** Whether the tolerance had to grow because no costs in their ranges come closer. */
  readonly isOutOfReach: boolean;
}

/** What a hypothesis made of the figures. */
export interface CalibratedHypothesis {
  readonly hypothesis: string;
  readonly parameters: readonly FittedParameter[];
  readonly figures: readonly FittedFigure[];
  readonly sets: readonly ParameterValues[];
}

/** A figure missed by its tolerance and this much more counts as reproduced by the sets, where none comes closer. */
const OUT_OF_REACH_MARGIN = 1.1;
/** How much more the figures weigh than the values a fit starts from when it looks for the closest it can come. */
const CLOSEST_WEIGHT = 10;
const AT_BOUND = 0.005;
const IDENTIFIED_SHARE = 0.5;

/**
 * Fits every hypothesis of a machine to figures and draws its plausible sets.
 * @param onProgress called before each hypothesis
 */
export function calibrate(
  request: CalibrationRequest,
  onProgress: (hypothesis: string) => void,
): CalibratedHypothesis[] {
  return Object.keys(request.machine.hypotheses).map((hypothesis, i) => {
    onProgress(hypothesis);
    return calibrateHypothesis(request, hypothesis, i);
  });
}

function calibrateHypothesis(
  { machine, conditions, seed, setsPerHypothesis }: CalibrationRequest,
  hypothesis: string,
  number: number,
): CalibratedHypothesis {
  const free = freeParameters(machine, hypothesis);
  const model = new FigureModel(conditions, machine, hypothesis, {});
  const wanted = model.targets.map(({ tolerance }) => tolerance);
  const closest = closestFit(model, free, wanted);
  const tolerances = reachable(closest, wanted);
  const balanced = fitParameters(model, free, tolerances);
  // Values near their start are preferred, unless they would not be plausible.
  const fitted = balanced.residuals.every((residual, k) => Math.abs(residual) <= (tolerances[k] ?? 0))
    ? balanced
    : closest;
  const variants = switchVariants(model.values);
  const sets = variants.flatMap((switches, k) => {
    const variant = new FigureModel(conditions, machine, hypothesis, switches);
    const start = closestFit(variant, free, wanted);
    const count = Math.round(setsPerHypothesis / variants.length);
    const stream = number * variants.length + k;
    return drawPlausibleSets(variant, free, start.positions, reachable(start, wanted), count, seed, stream);
  });
  const simulated = model.predict(withValues(model.values, free, fitted.positions));
  return {
    hypothesis,
    parameters: free.map((parameter, i) => fittedParameter(parameter, model, free, fitted, i, sets)),
    figures: model.targets.map((sample, i) => ({
      sample,
      simulatedNs: simulated[i] ?? 0,
      residual: fitted.residuals[i] ?? 0,
      tolerance: tolerances[i] ?? 0,
      isOutOfReach: (tolerances[i] ?? 0) > (wanted[i] ?? 0),
    })),
    sets,
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

/** Switches nobody knows and that figures react to: each choice is a member of the ensemble. */
function switchVariants({ resultShared }: ParameterValues): Partial<ParameterValues>[] {
  return resultShared === 'none' ? [{}] : [{}, { failureShared: true }];
}

function fittedParameter(
  parameter: FreeParameter,
  model: FigureModel,
  free: readonly FreeParameter[],
  { positions }: Fit,
  i: number,
  sets: readonly ParameterValues[],
): FittedParameter {
  const position = positions[i] ?? 0;
  const { low, high, spannedShare } = intervalOf(parameter, sets);
  return {
    name: parameter.name,
    value: Number(withValues(model.values, free, positions)[parameter.name]),
    low,
    high,
    isAtBound: position < AT_BOUND || position > 1 - AT_BOUND,
    isIdentified: sets.length > 0 && spannedShare < IDENTIFIED_SHARE,
  };
}

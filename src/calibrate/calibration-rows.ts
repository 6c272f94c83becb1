import { PARAMETERS } from '../machine/parameters.js';
import { bandOver } from '../measure/bands.js';
import type { CalibrateRow, FittedParameterRow } from '../run-document/calibrate-document.js';
import { roundRatio } from '../run-document/statistics.js';
import type { MachineFile } from '../scenario/machine-file.js';
import type { CalibratedHypothesis } from './calibrate.js';
import { FigureModel, type UsedCondition } from './figure-model.js';
import { freeParameters } from './free-parameters.js';

/** Rows of figures a hypothesis was fitted to, or that were left out and are predicted by what it was fitted to. */
export function figureRows(
  one: CalibratedHypothesis,
  machine: MachineFile,
  conditions: readonly UsedCondition[],
  standing: 'fitted' | 'predicted',
): CalibrateRow[] {
  const { hypothesis, parameters, sets } = one;
  const model = new FigureModel(conditions, machine, hypothesis, {});
  const values = {
    ...model.values,
    ...Object.fromEntries(parameters.map(({ name, value }) => [name, value])),
  };
  const simulated = model.predict(values);
  const variants = new Map(
    [...new Set(sets.map(({ failureShared }) => failureShared))].map((failureShared) => [
      failureShared,
      new FigureModel(conditions, machine, hypothesis, { failureShared }),
    ]),
  );
  const overSets = sets.map((set) => (variants.get(set.failureShared) ?? model).predict(set));
  return model.targets.map((sample, i): CalibrateRow => {
    const figure = one.figures.find((fitted) => fitted.sample === sample);
    const band = overSets.length === 0 ? null : bandOver(overSets.map((figures) => figures[i] ?? 0));
    const simulatedNs = simulated[i] ?? 0;
    return {
      hypothesis,
      condition: sample.condition,
      kind: sample.kind,
      standing,
      publishedNs: Math.round(sample.meanNs),
      samples: sample.figures.length,
      sampleRatio: roundRatio(sample.ratio),
      simulatedNs,
      residualPct: roundRatio(100 * (simulatedNs / sample.meanNs - 1)),
      tolerancePct: roundRatio(100 * (figure?.tolerance ?? sample.tolerance)),
      reach: figure?.isOutOfReach === true ? 'out' : 'within',
      lowNs: band?.lowNs ?? null,
      highNs: band?.highNs ?? null,
      inBand: band === null ? '' : sample.meanNs >= band.lowNs && sample.meanNs <= band.highNs ? 'yes' : 'no',
    };
  });
}

/** Rows of the parameters a hypothesis was fitted with. */
export function parameterRows(
  { hypothesis, parameters }: CalibratedHypothesis,
  machine: MachineFile,
): FittedParameterRow[] {
  const ranges = new Map(freeParameters(machine, hypothesis).map((parameter) => [parameter.name, parameter]));
  return parameters.map(({ name, value, low, high, isAtBound, isIdentified }) => ({
    hypothesis,
    name,
    unit: PARAMETERS[name].unit,
    value,
    intervalLow: low,
    intervalHigh: high,
    plausibleLow: ranges.get(name)?.low ?? value,
    plausibleHigh: ranges.get(name)?.high ?? value,
    standing: `${isIdentified ? 'identified' : 'open'}${isAtBound ? ', at bound' : ''}`,
  }));
}

import { PARAMETERS } from '../machine/parameters.js';
import { percentile } from '../measure/statistics.js';
import type { CalibrateRow, FittedParameterRow } from '../run-document/calibrate-document.js';
import type { MachineFile } from '../scenario/machine-file.js';
import type { CalibratedHypothesis } from './calibrate.js';
import { FigureModel, type UsedCondition } from './figure-model.js';
import { freeParameters } from './free-parameters.js';

const percent = (share: number) => Math.round(100 * share * 1e6) / 1e6 + 0;

/** Rows of the figures a hypothesis was fitted to. */
export function fittedRows(
  one: CalibratedHypothesis,
  machine: MachineFile,
  conditions: readonly UsedCondition[],
) {
  return rowsOf(one, machine, conditions, 'fitted');
}

/** Rows of figures that were left out: predicted by the fitted values, with the range over the plausible sets. */
export function predictedRows(
  one: CalibratedHypothesis,
  machine: MachineFile,
  conditions: readonly UsedCondition[],
) {
  return rowsOf(one, machine, conditions, 'predicted');
}

function rowsOf(
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
  const variants = new Map([false, true].map((failureShared) => [failureShared, variantOf(failureShared)]));
  function variantOf(failureShared: boolean): FigureModel {
    return failureShared ? new FigureModel(conditions, machine, hypothesis, { failureShared }) : model;
  }
  const overSets = sets.map((set) => (variants.get(set.failureShared) ?? model).predict(set));
  return model.targets.map((sample, i): CalibrateRow => {
    const figure = one.figures.find((fitted) => fitted.sample === sample);
    const ascending = overSets.map((figures) => figures[i] ?? 0).sort((a, b) => a - b);
    const band =
      ascending.length === 0 ? null : { low: percentile(ascending, 0.05), high: percentile(ascending, 0.95) };
    const simulatedNs = simulated[i] ?? 0;
    return {
      hypothesis,
      condition: sample.condition,
      kind: sample.kind,
      standing,
      publishedNs: Math.round(sample.meanNs),
      simulatedNs,
      residualPct: percent(simulatedNs / sample.meanNs - 1),
      tolerancePct: percent(figure?.tolerance ?? sample.tolerance),
      reach: figure?.isOutOfReach === true ? 'out' : 'within',
      lowNs: band?.low ?? null,
      highNs: band?.high ?? null,
      inBand: band === null ? '' : sample.meanNs >= band.low && sample.meanNs <= band.high ? 'yes' : 'no',
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

import { PARAMETERS } from '../machine/parameters.js';
import { bandOver } from '../measure/bands.js';
import type { CalibrateRow, FittedParameterRow } from '../run-document/calibrate-document.js';
import { roundRatio } from '../run-document/statistics.js';
import type { MachineFile } from '../scenario/machine-file.js';
import type { CalibratedHypothesis } from './calibrate.js';
import { freeParameters } from './free-parameters.js';

/** Rows of figures a hypothesis was fitted to, or that were left out and are predicted by what it was fitted to. */
export function figureRows(
  { hypothesis, figures, simulated }: CalibratedHypothesis,
  standing: 'fitted' | 'predicted',
): CalibrateRow[] {
  return simulated.map(({ sample, simulatedNs, nsBySet }): CalibrateRow => {
    const figure = figures.find((fitted) => fitted.sample === sample);
    const band = nsBySet.length === 0 ? null : bandOver(nsBySet);
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

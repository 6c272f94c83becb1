import { PARAMETERS } from '../machine/parameters.js';
import { quantileNs } from '../measure/mixture.js';
import type {
  AgreementRow,
  CalibrateRow,
  FittedParameterRow,
  NoiseRow,
} from '../run-document/calibrate-document.js';
import { roundRatio } from '../run-document/statistics.js';
import type { CalibratedHypothesis } from './calibrate.js';
import { fittedCosts, noiseOf, strainsOf } from './findings.js';

/** Rows of figures a hypothesis was fitted to, or that were left out and are predicted by what it was fitted to. */
export function figureRows({ hypothesis, figures, draws, leftOut }: CalibratedHypothesis): CalibrateRow[] {
  const standing = leftOut === null ? 'fitted' : 'predicted';
  return figures.map(({ id, condition, kind, ns }, i): CalibrateRow => {
    const forecasts = draws.map(({ forecasts: all }) => all[i] ?? { logNs: 0, sigma: 0 });
    const [lowNs, simulatedNs, highNs] = [0.05, 0.5, 0.95].map((share) =>
      Math.round(quantileNs(forecasts, share)),
    );
    return {
      ...{ hypothesis, id, condition, kind, standing, publishedNs: Math.round(ns) },
      simulatedNs: simulatedNs ?? 0,
      residualPct: roundRatio(100 * ((simulatedNs ?? 0) / ns - 1)),
      lowNs: lowNs ?? 0,
      highNs: highNs ?? 0,
      inRange: ns >= (lowNs ?? 0) && ns <= (highNs ?? 0) ? 'yes' : 'no',
    };
  });
}

/** Rows of the parameters a hypothesis was fitted with. */
export function parameterRows(one: CalibratedHypothesis): FittedParameterRow[] {
  return fittedCosts(one).map(({ name, value, low, high, least, most, standing }) => ({
    hypothesis: one.hypothesis,
    name,
    unit: PARAMETERS[name].unit,
    value,
    intervalLow: low,
    intervalHigh: high,
    plausibleLow: least,
    plausibleHigh: most,
    standing,
  }));
}

/** How well the walks of a hypothesis agree. */
export function agreementRows({ hypothesis, agreements }: CalibratedHypothesis): AgreementRow[] {
  return agreements.map(({ name, rHat, effectiveSize }) => ({
    hypothesis,
    quantity: name,
    rHat: roundRatio(rHat),
    effectiveSize: Math.round(effectiveSize),
  }));
}

export function noiseRow(one: CalibratedHypothesis): NoiseRow {
  const { sigma, second } = noiseOf(one);
  const [sigmaLow = 0, sigmaMiddle = 0, sigmaHigh = 0] = sigma;
  const [secondLow = 0, secondMiddle = 0, secondHigh = 0] = second;
  return {
    ...{ hypothesis: one.hypothesis, draws: one.draws.length, sigmaLow, sigmaMiddle, sigmaHigh },
    ...{ secondLow, secondMiddle, secondHigh, strained: strainsOf(one).join('; ') },
  };
}

import type { SweepingRecord } from '../guests/sweeping-host.js';
import type { MachineConfig } from '../machine/config.js';
import type { ParameterName, ParameterValue, ParameterValues } from '../machine/parameters.js';
import type { Band } from '../scenario/known-ranges.js';
import type { MachineFile } from '../scenario/machine-file.js';
import { groupBySwitches, parsePlausibleSets, withEachSet } from '../scenario/plausible-sets.js';
import { Predictor } from '../sweep/predict.js';
import { bandOfMeasurements, envelope } from './bands.js';
import type { Forecast } from './mixture.js';

/** One set in so many is predicted with. */
const SETS_PER_PREDICTED = 4;

/** A host that was swept as others were, under a hypothesis of its own. */
export interface SweptHost {
  readonly config: MachineConfig;
  readonly record: SweepingRecord;
  /** Of all its sweeps together. */
  readonly elapsedNs: number;
}

/**
 * The range of the time all sweeps take together: the envelope of those of the hypotheses. Each set predicts what the sweeps of the host
 * met. Sets with other switches than the host's would have met something else and are left out.
 * @param hosts one per hypothesis
 * @returns `null` where there are no sets, no sweeps, or nothing was kept of what they met
 */
export function churnBand(
  machine: MachineFile,
  parameters: ReadonlyMap<ParameterName, ParameterValue>,
  hosts: readonly SweptHost[],
): Band | null {
  const bands = hosts.flatMap((host) => {
    const forecasts = forecastsOf(machine, parameters, host);
    return forecasts.length === 0 ? [] : [bandOfMeasurements(forecasts)];
  });
  return bands.length === 0 ? null : envelope(bands);
}

function forecastsOf(
  machine: MachineFile,
  parameters: ReadonlyMap<ParameterName, ParameterValue>,
  { config, record: { met, sweeps }, elapsedNs }: SweptHost,
): Forecast[] {
  if (met === null || elapsedNs === 0) return [];
  const predictors = met.map((histogram) => new Predictor(histogram, config.values));
  const ownPs = elapsedPs(predictors, config.values);
  const sets = parsePlausibleSets(machine.hypotheses[config.hypothesis]?.plausibleSets, SETS_PER_PREDICTED);
  return groupBySwitches(sets)
    .filter(({ switches }) => [...switches].every(([name, value]) => config.values[name] === value))
    .flatMap((alike) =>
      withEachSet(alike, config.values, parameters, (values, { sigma }): Forecast => {
        const ns = (elapsedNs * elapsedPs(predictors, values)) / ownPs;
        // Each sweep varies on its own, so that their sum varies less.
        return { logNs: Math.log(ns), sigma: sigma / Math.sqrt(sweeps.length) };
      }),
    );
}

function elapsedPs(predictors: readonly Predictor[], values: ParameterValues): number {
  return predictors.reduce((sum, predictor) => {
    const { localPs, remotePs } = predictor.predict(values, 'elapsed');
    return sum + localPs + remotePs;
  }, 0);
}

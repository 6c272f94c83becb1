import type { SweepingRecord } from '../guests/sweeping-host.js';
import type { MachineConfig } from '../machine/config.js';
import type { ParameterName, ParameterValue, ParameterValues } from '../machine/parameters.js';
import type { MachineFile } from '../scenario/machine-file.js';
import { groupBySwitches, NO_SETS, vectorsOf } from '../scenario/plausible-sets.js';
import { Predictor } from '../sweep/predict.js';
import { type Band, bandOver } from './bands.js';

/** A host that was swept as others were, under a hypothesis of its own. */
export interface SweptHost {
  readonly config: MachineConfig;
  readonly record: SweepingRecord;
  /** Of all its sweeps together. */
  readonly elapsedNs: number;
}

/**
 * The range of the time all sweeps take together, over the plausible sets of the hosts' hypotheses: what each set predicts for what the
 * sweeps met, beside that of the host's own costs. Sets with other switches than the host's would have met something else and are
 * left out.
 * @returns `null` where there are no sets, no sweeps, or nothing was kept of what they met
 */
export function churnBand(
  machine: MachineFile,
  parameters: ReadonlyMap<ParameterName, ParameterValue>,
  hosts: readonly SweptHost[],
): Band | null {
  const times = hosts.flatMap(({ config, record: { met }, elapsedNs }) => {
    if (met === null || elapsedNs === 0) return [];
    const predictors = met.map((histogram) => new Predictor(histogram, config.values));
    const ownPs = elapsedPs(predictors, config.values);
    const sets = machine.hypotheses[config.hypothesis]?.plausibleSets ?? NO_SETS;
    return groupBySwitches(sets)
      .filter(({ switches }) => [...switches].every(([name, value]) => config.values[name] === value))
      .flatMap((alike) => vectorsOf(alike, config.values, parameters))
      .map((values) => Math.round((elapsedNs * elapsedPs(predictors, values)) / ownPs));
  });
  return times.length === 0 ? null : bandOver(times);
}

function elapsedPs(predictors: readonly Predictor[], values: ParameterValues): number {
  return predictors.reduce((sum, predictor) => {
    const { localPs, remotePs } = predictor.predict(values, 'elapsed');
    return sum + localPs + remotePs;
  }, 0);
}

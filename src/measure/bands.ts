import { groupBy } from '../group-by.js';
import type { ParameterName, ParameterValue } from '../machine/parameters.js';
import type { Topology } from '../machine/topology.js';
import { percentile } from '../run-document/statistics.js';
import type { MachineFile } from '../scenario/machine-file.js';
import { type AlikeSets, groupBySwitches, NO_SETS, vectorsOf } from '../scenario/plausible-sets.js';
import { resolveMachine } from '../scenario/resolve-machine.js';
import { Predictor } from '../sweep/predict.js';
import { STRATEGIES, type SweepChoice } from '../sweep/strategies.js';
import { nanoseconds } from '../units.js';
import type { HistogramSource } from './histogram-source.js';

/** A range that holds the middle nine tenths of what plausible costs give. */
export interface Band {
  readonly lowNs: number;
  readonly medianNs: number;
  readonly highNs: number;
}

/** What plausible costs say of one timed sweep. */
export interface SweepBands {
  readonly local: Band;
  readonly remote: Band;
  readonly total: Band;
  /** What the bands are over. */
  readonly predicted: readonly PredictedSweep[];
  /** Of the total, under each hypothesis alone, and under each choice of a switch nobody knows. */
  readonly byHypothesis: readonly {
    readonly hypothesis: string;
    readonly switches: string;
    readonly sets: number;
    readonly total: Band;
  }[];
}

/** The host and the sweeps that bands are asked for. */
export interface BandRequest {
  readonly machine: MachineFile;
  /** The hypotheses whose plausible sets count. */
  readonly hypotheses: readonly string[];
  readonly memoryBytes: number;
  readonly topology: Topology | null;
  readonly sweep: SweepChoice;
  /** What the user has set stays set in every plausible set. */
  readonly parameters: ReadonlyMap<ParameterName, ParameterValue>;
}

/** One sweep predicted with one plausible set, in nanoseconds. */
export interface PredictedSweep {
  readonly hypothesis: string;
  /** What has been chosen beside the set: `resultQueueScope=machine`, or empty. */
  readonly switches: string;
  /** Names the set among those of its hypothesis: machines may have the same ones. */
  readonly set: string;
  readonly localNs: number;
  readonly remoteNs: number;
}

/**
 * Predicts every timed sweep of a scenario with every plausible set of the machine.
 * @param histograms of that scenario
 * @returns one per measure step; `null` when the machine has no plausible sets
 */
export function bandsOf(request: BandRequest, histograms: HistogramSource): SweepBands[] | null {
  const predicted: PredictedSweep[][] = [];
  for (const switches of unknownSwitches(request)) {
    for (const hypothesis of request.hypotheses) {
      const sets = request.machine.hypotheses[hypothesis]?.plausibleSets ?? NO_SETS;
      for (const alike of groupBySwitches(sets)) {
        predictGroup(request, hypothesis, alike, switches, histograms, predicted);
      }
    }
  }
  return predicted.length === 0 ? null : predicted.map(summarize);
}

type Switches = ReadonlyMap<ParameterName, ParameterValue>;

/** Switches that no figure says anything about and that matter to this sweep: each choice is a member of the ensemble. */
function unknownSwitches({ sweep, parameters }: BandRequest): Switches[] {
  if (STRATEGIES[sweep.strategy].treatsRegionsAlone || parameters.has('resultQueueScope')) return [new Map()];
  return (['region', 'machine'] as const).map((scope) => new Map([['resultQueueScope', scope]]));
}

/** Where no region can stand for others, a prediction takes a thousand times as long, and one set in so many has to do. */
const SETS_PER_PREDICTED = 8;

function predictGroup(
  request: BandRequest,
  hypothesis: string,
  sets: AlikeSets,
  unknown: Switches,
  histograms: HistogramSource,
  predicted: PredictedSweep[][],
): void {
  const { machine, memoryBytes, topology, parameters } = request;
  const chosen = new Map([...sets.switches, ...unknown, ...parameters]);
  const overrides = { topology, parameters: chosen };
  const config = resolveMachine(machine, hypothesis, memoryBytes, overrides);
  const vectors = vectorsOf(sets, config.values, chosen);
  const switches = [...unknown].map(([name, value]) => `${name}=${value}`).join(';');
  for (const [i, histogram] of histograms.under(config).entries()) {
    const ofMeasure = predicted[i] ?? [];
    predicted[i] = ofMeasure;
    const predictor = new Predictor(histogram, config.values);
    for (let k = 0; k < vectors.length; k += histogram.standForAll ? 1 : SETS_PER_PREDICTED) {
      const values = vectors[k];
      if (values === undefined) continue;
      const { localPs, remotePs } = predictor.predict(values, 'elapsed');
      const [localNs, remoteNs] = [nanoseconds(localPs), nanoseconds(remotePs)];
      const set = `${sets.id} ${sets.numbers[k]}`;
      ofMeasure.push({ hypothesis, switches, set, localNs, remoteNs });
    }
  }
}

function summarize(sweeps: readonly PredictedSweep[]): SweepBands {
  const totalNs = (sweep: PredictedSweep) => sweep.localNs + sweep.remoteNs;
  const groups = groupBy(sweeps, ({ hypothesis, switches }) => `${hypothesis} ${switches}`);
  return {
    local: bandOver(sweeps.map(({ localNs }) => localNs)),
    remote: bandOver(sweeps.map(({ remoteNs }) => remoteNs)),
    total: bandOver(sweeps.map(totalNs)),
    predicted: sweeps,
    byHypothesis: [...groups.values()].flatMap((own) => {
      const [first] = own;
      if (first === undefined) return [];
      const { hypothesis, switches } = first;
      return [{ hypothesis, switches, sets: own.length, total: bandOver(own.map(totalNs)) }];
    }),
  };
}

/** The middle nine tenths of some times. */
export function bandOver(times: readonly number[]): Band {
  const ascending = Float64Array.from(times).sort();
  return {
    lowNs: percentile(ascending, 0.05),
    medianNs: percentile(ascending, 0.5),
    highNs: percentile(ascending, 0.95),
  };
}

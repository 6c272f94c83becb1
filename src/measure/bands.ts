import { groupBy } from '../group-by.js';
import type { ParameterName, ParameterValue } from '../machine/parameters.js';
import type { Topology } from '../machine/topology.js';
import { percentile } from '../run-document/statistics.js';
import type { Band } from '../scenario/known-ranges.js';
import type { MachineFile } from '../scenario/machine-file.js';
import {
  type AlikeSets,
  groupBySwitches,
  parsePlausibleSets,
  withEachSet,
} from '../scenario/plausible-sets.js';
import { resolveMachine } from '../scenario/resolve-machine.js';
import { type Scenario, stateNames } from '../scenario/scenario.js';
import { Predictor } from '../sweep/predict.js';
import { STRATEGIES, type SweepChoice } from '../sweep/strategies.js';
import { nanoseconds } from '../units.js';
import type { HistogramSource } from './histogram-source.js';
import { type Forecast, quantileNs } from './mixture.js';
import { rangeKey } from './range-key.js';

/** Where measurements of one timed sweep should fall. */
export interface SweepBands {
  readonly local: Band;
  readonly remote: Band;
  readonly total: Band;
  /** Under each hypothesis alone, and under each choice of a switch nobody knows. */
  readonly byHypothesis: readonly HypothesisBands[];
}

export interface HypothesisBands {
  readonly hypothesis: string;
  readonly switches: string;
  /** Phases whose range is what was assumed of costs, as far as that is known: see `KnownRange`. */
  readonly assumed: string;
  /** How many draws of costs it is over. */
  readonly sets: number;
  readonly local: Band;
  readonly remote: Band;
  readonly total: Band;
}

/** The host and the sweeps that bands are asked for. */
export interface BandRequest {
  readonly machine: MachineFile;
  /** The hypotheses whose plausible sets count. */
  readonly hypotheses: readonly string[];
  readonly memoryBytes: number;
  readonly topology: Topology | null;
  readonly scenario: Scenario;
  /** Of random placements. */
  readonly seed: number;
  readonly sweep: SweepChoice;
  /** What the user has set stays set in every plausible set. */
  readonly parameters: ReadonlyMap<ParameterName, ParameterValue>;
}

/** One sweep predicted with one plausible set, in nanoseconds. */
export interface PredictedSweep {
  readonly hypothesis: string;
  /** What has been chosen beside the set: `resultQueueScope=machine`, or empty. */
  readonly switches: string;
  /** Switches of the set itself, likewise. */
  readonly drawn: string;
  /** Names the set among those of its hypothesis: machines may have the same ones. */
  readonly set: string;
  readonly localNs: number;
  readonly remoteNs: number;
  /** Noise of a sweep, as the standard deviation of its logarithm. */
  readonly sigma: number;
}

/**
 * The ranges of the timed sweeps of a scenario; those that the machine file has are looked up.
 * @param predicted what the sets of all hypotheses say, where that is known already; `null` where it is not
 * @returns one per measure step; `null` when the machine has no plausible sets
 */
export function bandsOf(
  request: BandRequest,
  histograms: HistogramSource,
  predicted: readonly (readonly PredictedSweep[])[] | null,
): SweepBands[] | null {
  const byHypothesis = request.hypotheses.map((hypothesis): readonly (readonly HypothesisBands[])[] => {
    const known = knownBands(request, hypothesis);
    if (known !== null) return known;
    const all = predicted ?? predictWithSets({ ...request, hypotheses: [hypothesis] }, histograms);
    return all.map((sweeps) => bandsOver(sweeps.filter((sweep) => sweep.hypothesis === hypothesis)));
  });
  const steps = stateNames(request.scenario).map((_, i) => byHypothesis.flatMap((own) => own[i] ?? []));
  if (steps.every((own) => own.length === 0)) return null;
  return steps.map((own) => ({
    local: envelope(own.map(({ local }) => local)),
    remote: envelope(own.map(({ remote }) => remote)),
    total: envelope(own.map(({ total }) => total)),
    byHypothesis: own,
  }));
}

/** Those in the machine file, one list per measure step; `null` where it lacks one of them. */
function knownBands(request: BandRequest, hypothesis: string): HypothesisBands[][] | null {
  const { machine, scenario, sweep, seed, memoryBytes, topology, parameters } = request;
  const { ranges = [], plausibleSets = '' } = machine.hypotheses[hypothesis] ?? {};
  if (ranges.length === 0 || parameters.size > 0) return null;
  const config = resolveMachine(machine, hypothesis, memoryBytes, { topology, parameters });
  const known: HypothesisBands[][] = [];
  for (const i of stateNames(scenario).keys()) {
    const key = rangeKey(scenario, sweep, seed, i, config, plausibleSets);
    const own = ranges.filter((one) => one.key === key);
    // Files know all sweeps of a scenario or none, and a key takes a while.
    if (own.length === 0) return null;
    known.push(own.map(({ draws, ...range }) => ({ ...range, hypothesis, sets: draws })));
  }
  return known;
}

/** What each plausible set says of the timed sweeps of a scenario: one list per measure step, none where there are no sets. */
export function predictWithSets(request: BandRequest, histograms: HistogramSource): PredictedSweep[][] {
  const { machine, hypotheses, sweep } = request;
  const every = STRATEGIES[sweep.strategy].treatsRegionsAlone
    ? SETS_PER_PREDICTED.regionsAlone
    : SETS_PER_PREDICTED.others;
  const predicted: PredictedSweep[][] = [];
  for (const hypothesis of hypotheses) {
    const sets = parsePlausibleSets(machine.hypotheses[hypothesis]?.plausibleSets, every);
    for (const switches of unknownSwitches(request)) {
      for (const alike of groupBySwitches(sets)) {
        predictGroup(request, hypothesis, alike, switches, histograms, predicted);
      }
    }
  }
  return predicted;
}

type Switches = ReadonlyMap<ParameterName, ParameterValue>;

/** Switches that no figure says anything about and that matter to this sweep: each choice is a member of the ensemble. */
function unknownSwitches({ sweep, parameters }: BandRequest): Switches[] {
  if (STRATEGIES[sweep.strategy].treatsRegionsAlone || parameters.has('resultQueueScope')) return [new Map()];
  return (['region', 'machine'] as const).map((scope) => new Map([['resultQueueScope', scope]]));
}

/** One set in so many is predicted with: a range needs no more, and where no region can stand for others a prediction takes long. */
const SETS_PER_PREDICTED = { regionsAlone: 4, others: 32 };

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
  const config = resolveMachine(machine, hypothesis, memoryBytes, { topology, parameters: chosen });
  // What the user has set is the same in every set.
  const own = [...sets.switches].filter(([name]) => !parameters.has(name));
  const [switches, drawn] = [[...unknown], own].map((some) =>
    some.map(([name, value]) => `${name}=${value}`).join(';'),
  );
  for (const [i, histogram] of histograms.under(config).entries()) {
    const predictor = new Predictor(histogram, config.values);
    const sweeps = withEachSet(sets, config.values, chosen, (values, { sigma, line }): PredictedSweep => {
      const { localPs, remotePs } = predictor.predict(values, 'elapsed');
      const [localNs, remoteNs] = [nanoseconds(localPs), nanoseconds(remotePs)];
      return { hypothesis, switches, drawn, set: line, localNs, remoteNs, sigma };
    });
    predicted[i] = [...(predicted[i] ?? []), ...sweeps];
  }
}

/** The ranges under each choice of a switch nobody knows. */
function bandsOver(sweeps: readonly PredictedSweep[]): HypothesisBands[] {
  return [...groupBy(sweeps, ({ switches }) => switches).values()].flatMap((own) =>
    clustersOf(own).map((cluster) => ({
      ...bandsOfCluster(cluster),
      hypothesis: own[0].hypothesis,
      switches: [own[0].switches, cluster.drawn].filter((text) => text !== '').join(';'),
      assumed: '',
    })),
  );
}

/** Predictions that belong together, and the switches that set them apart from the others; empty where nothing does. */
interface Cluster<P> {
  readonly drawn: string;
  readonly sweeps: readonly P[];
}

/** What is needed of a prediction for a range. */
export type Prediction = Pick<PredictedSweep, 'drawn' | 'localNs' | 'remoteNs' | 'sigma'>;

/** Splits predictions by the switches of their sets, where the ranges of the totals do not meet. */
export function clustersOf<P extends Prediction>(sweeps: readonly P[]): Cluster<P>[] {
  const clusters = [...groupBy(sweeps, ({ drawn }) => drawn)].map(([drawn, own]) => ({ drawn, sweeps: own }));
  const whole = [{ drawn: '', sweeps }];
  if (clusters.length !== 2) return whole;
  const [first, second] = clusters
    .map((one) => bandOfTimes(one, ({ localNs, remoteNs }) => localNs + remoteNs))
    .sort((a, b) => a.lowNs - b.lowNs);
  return first.highNs < second.lowNs ? clusters : whole;
}

export function bandsOfCluster(
  cluster: Cluster<Prediction>,
): Pick<HypothesisBands, 'sets' | 'local' | 'remote' | 'total'> {
  return {
    sets: cluster.sweeps.length,
    local: bandOfTimes(cluster, ({ localNs }) => localNs),
    remote: bandOfTimes(cluster, ({ remoteNs }) => remoteNs),
    total: bandOfTimes(cluster, ({ localNs, remoteNs }) => localNs + remoteNs),
  };
}

function bandOfTimes({ sweeps }: Cluster<Prediction>, timeNs: (sweep: Prediction) => number): Band {
  return bandOfMeasurements(sweeps.map((one) => ({ logNs: Math.log(timeNs(one)), sigma: one.sigma })));
}

/** Where nine in ten measurements should fall, each forecast as likely as any other; nothing that takes no time is measured. */
export function bandOfMeasurements(forecasts: readonly Forecast[]): Band {
  const told = forecasts.filter(({ logNs }) => Number.isFinite(logNs));
  if (told.length === 0) return { lowNs: 0, medianNs: 0, highNs: 0 };
  return {
    lowNs: Math.round(quantileNs(told, 0.05)),
    medianNs: Math.round(quantileNs(told, 0.5)),
    highNs: Math.round(quantileNs(told, 0.95)),
  };
}

/** The lowest low and the highest high: whichever hypothesis holds, its own range lies inside. */
export function envelope(bands: readonly Band[]): Band {
  return {
    lowNs: Math.min(...bands.map(({ lowNs }) => lowNs)),
    medianNs: bands[0]?.medianNs ?? 0,
    highNs: Math.max(...bands.map(({ highNs }) => highNs)),
  };
}

/** The middle nine tenths of some figures. */
export function bandOver(figures: readonly number[]): Band {
  const ascending = Float64Array.from(figures).sort();
  return {
    lowNs: percentile(ascending, 0.05),
    medianNs: percentile(ascending, 0.5),
    highNs: percentile(ascending, 0.95),
  };
}

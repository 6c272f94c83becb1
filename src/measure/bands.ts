import type { ParameterName, ParameterValue } from '../machine/parameters.js';
import type { Topology } from '../machine/topology.js';
import type { MachineFile } from '../scenario/machine-file.js';
import { type AlikeSets, groupBySwitches, NO_SETS, vectorsOf } from '../scenario/plausible-sets.js';
import { resolveMachine } from '../scenario/resolve-machine.js';
import { priceSweep } from '../sweep/price-sweep.js';
import { nanoseconds } from '../units.js';
import type { CensusSource } from './census-source.js';
import { percentile } from './statistics.js';

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
  /** What the bands are over; the same sets come in the same order for every sweep. */
  readonly priced: readonly PricedSweep[];
  /** Of the total, under each hypothesis alone. */
  readonly byHypothesis: readonly {
    readonly hypothesis: string;
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
  /** What the user has set stays set in every plausible set. */
  readonly parameters: ReadonlyMap<ParameterName, ParameterValue>;
}

/** One sweep priced with one plausible set, in nanoseconds. */
export interface PricedSweep {
  readonly hypothesis: string;
  readonly localNs: number;
  readonly remoteNs: number;
}

/**
 * Prices every timed sweep of a scenario with every plausible set of the machine.
 * @param censuses of that scenario
 * @returns one per measure step; `null` when the machine has no plausible sets
 */
export function bandsOf(request: BandRequest, censuses: CensusSource): SweepBands[] | null {
  const priced: PricedSweep[][] = [];
  for (const hypothesis of request.hypotheses) {
    const sets = request.machine.hypotheses[hypothesis]?.plausibleSets ?? NO_SETS;
    for (const alike of groupBySwitches(sets)) priceGroup(request, hypothesis, alike, censuses, priced);
  }
  return priced.length === 0 ? null : priced.map((sweeps) => summarize(sweeps, request.hypotheses));
}

function priceGroup(
  request: BandRequest,
  hypothesis: string,
  sets: AlikeSets,
  censuses: CensusSource,
  priced: PricedSweep[][],
): void {
  const { machine, memoryBytes, topology, parameters } = request;
  const overrides = { topology, parameters: new Map([...sets.switches, ...parameters]) };
  const config = resolveMachine(machine, hypothesis, memoryBytes, overrides);
  const vectors = vectorsOf(sets, config.values, parameters);
  for (const [i, census] of censuses.under(config).entries()) {
    const ofMeasure = priced[i] ?? [];
    priced[i] = ofMeasure;
    for (const values of vectors) {
      const { localPs, remotePs } = priceSweep(census, values, 'elapsed');
      const [localNs, remoteNs] = [nanoseconds(localPs), nanoseconds(remotePs)];
      ofMeasure.push({ hypothesis, localNs, remoteNs });
    }
  }
}

function summarize(sweeps: readonly PricedSweep[], hypotheses: readonly string[]): SweepBands {
  const totalNs = (sweep: PricedSweep) => sweep.localNs + sweep.remoteNs;
  return {
    local: bandOver(sweeps.map(({ localNs }) => localNs)),
    remote: bandOver(sweeps.map(({ remoteNs }) => remoteNs)),
    total: bandOver(sweeps.map(totalNs)),
    priced: sweeps,
    byHypothesis: hypotheses.flatMap((hypothesis) => {
      const own = sweeps.filter((sweep) => sweep.hypothesis === hypothesis);
      return own.length === 0 ? [] : [{ hypothesis, sets: own.length, total: bandOver(own.map(totalNs)) }];
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
